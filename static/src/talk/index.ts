// What people say beside an article: comments, notes, and the passages that they are about.
import { startCalls } from "./calls";
import { startComposer } from "./composer";
import { startPassages } from "./passages";

export function startTalk(): void {
  startCalls();
  startComposer();
  startPassages();
}
