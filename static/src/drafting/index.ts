// The draft of an article in this page: in step with the server, never losing a character, and saying how it stands.
//
//   const draft = openDraft({ article: 7, title: "Fees", schema: 1, user: { id, name, colour }, mayWrite: true });
//   mountEditor({ draft, … });   // draft.doc, draft.fragment, draft.title, draft.awareness
//
// Origins: what comes from the server has FROM_SERVER, what this browser had kept FROM_COPY; an UndoManager that tracks
// the editor's own origin undoes neither.
import { Copies } from "./copies";
import { Draft, type Person } from "./draft";
import { guard } from "./guard";
import { showLabel } from "./label";
import { showEnd } from "./offer";
import { showPeople } from "./people";
import { openRequests, updatesAddress } from "./requests";
import { openSocket } from "./socket";
import { PACE } from "./ways";

export { Draft, FROM_COPY, FROM_SERVER, type Person } from "./draft";
export type { Rights, State } from "./state";

export interface Opening {
  article: number;
  title: string;
  schema: number;
  user: Person;
  mayWrite: boolean;
}

export function openDraft({ article, title, schema, user, mayWrite }: Opening): Draft {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const address = `${scheme}://${location.host}/ws/articles/${article}/draft/?schema=${schema}&user=${user.id}`;
  const savedAt = document.getElementById("draft-status")?.dataset["savedAt"];
  const draft = new Draft({
    article,
    title,
    user,
    mayWrite,
    savedAt: savedAt ? new Date(savedAt) : null,
    copies: new Copies(String(user.id)),
    pace: PACE,
    openers: (doc, since) => ({
      socket: (listener) => openSocket(address, doc, PACE, listener),
      requests: (listener) => openRequests(updatesAddress(article, user.id, schema), since(), PACE, listener, doc.clientID),
    }),
  });
  // The content of the page may have to go: what is said then must not go with it.
  for (const id of ["draft-offer", "draft-gone"]) document.body.append(...[document.getElementById(id)].filter((part) => part !== null));
  showLabel(draft);
  showPeople(draft);
  guard(draft);
  let told = false;
  const end = (): void => {
    if (draft.state.kind !== "stopped" || told) return;
    told = true;
    void showEnd(draft);
  };
  draft.on("state", end);
  document.addEventListener("live:gone", (event) => {
    event.preventDefault();
    draft.forbid();
  });
  return draft;
}
