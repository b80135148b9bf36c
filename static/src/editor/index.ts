// What the editing pages load besides app.js.
import { startPage } from "./page";
import { startSuggesting } from "./suggest";

if (typeof document !== "undefined") {
  void startPage();
  const form = document.querySelector<HTMLFormElement>("form[data-editor-suggest]");
  if (form) void startSuggesting(form);
}

export { mountEditor } from "./mount";
export { exportSchema } from "./schema";
