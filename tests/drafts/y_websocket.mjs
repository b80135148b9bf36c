// Two of y-websocket's own clients, as npm has them, in one draft. Told by lines of JSON, answers with lines of JSON.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { folder, url, cookie } = JSON.parse(process.argv[2]);
const load = createRequire(`${folder}/`);
const Y = await import(pathToFileURL(load.resolve("yjs")));
const { WebsocketProvider } = await import(pathToFileURL(load.resolve("y-websocket")));
const { WebSocket } = load("ws");

class SignedIn extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { Cookie: cookie } });
  }
}

const join = (name) => {
  const doc = new Y.Doc();
  // The "room" is the last part of our address.
  const provider = new WebsocketProvider(url, "draft/", doc, { WebSocketPolyfill: SignedIn, params: { schema: "1" }, disableBc: true });
  provider.awareness.setLocalStateField("user", { name });
  return { doc, provider, text: () => doc.getXmlFragment("default").toString() };
};
const until = async (true_) => {
  for (let tries = 0; tries < 500; tries++) {
    if (true_()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};
const say = (what) => console.log(JSON.stringify(what));

const one = join("One");
const other = join("Other");
const synced = (await until(() => one.provider.synced && other.provider.synced)) && one.text();
one.doc.getXmlFragment("default").get(0).get(0).insert(3, " 745 kr");
const arrived = await until(() => other.text().includes("Fee 745 kr"));
other.doc.getText("title").insert(0, "Named");
const title = (await until(() => one.doc.getText("title").toString() === "Named"));
const names = (await until(() => one.provider.awareness.getStates().size === 2)) &&
  [...one.provider.awareness.getStates()].filter(([id]) => id !== one.doc.clientID).map(([, state]) => state.user.name);
other.provider.disconnect();
const gone = await until(() => one.provider.awareness.getStates().size === 1);
other.doc.getXmlFragment("default").get(0).get(0).insert(0, "Offline. ");
other.provider.connect();
const merged = await until(() => one.text().includes("Offline. Fee 745 kr"));
say({ synced, arrived, title, names, gone, merged });
for await (const line of createInterface({ input: process.stdin })) if (line === "end") break;
process.exit(0);
