// Flags where people meet them: a dialog that keeps the call going, the desk, and the two questions at the end of a call.
import { startAnswered } from "./answered";
import { startBoard } from "./board";
import { startFlagging } from "./flagging";
import { startStaying } from "./stay";

export function startDesk(): void {
  startFlagging(); // before the dialogs: it completes the address that they open
  startStaying();
  startBoard();
  startAnswered();
}
