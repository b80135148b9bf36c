// The status page asks for itself every few seconds; who listens is told only when the state of the whole changes.
import { say } from "./page";

export function startState(): void {
  let known = state();
  if (known === undefined) return;
  document.addEventListener("htmx:afterSettle", () => {
    const now = state();
    if (now !== undefined && now !== known) say((known = now));
  });
}

function state(): string | undefined {
  return document.getElementById("state")?.dataset["stateOfAll"];
}
