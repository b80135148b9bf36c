// What the editing pages load besides app.js.
export { mountEditor } from "./mount";
export { exportSchema } from "./schema";
