// The label that says where what was just written is. All words come from the page (data-text-… of #draft-status).
import { clock } from "../live/label";
import type { Draft } from "./draft";
import type { State } from "./state";

const SETTLE_MS = 600; // between two words nobody reads "saved", so it waits for a pause; "saving" waits for nothing

export function showLabel(draft: Draft): void {
  const label = document.getElementById("draft-status");
  const words = label?.querySelector("span");
  if (!label || !words) return;
  const signIn = document.getElementById("draft-sign-in");
  let pause: ReturnType<typeof setTimeout> | undefined;
  const show = (): void => {
    const [key, values] = saying(draft.state);
    const text = (label.dataset[key] ?? "").replace("{time}", values);
    // Saving and saved come with every word: whoever listens is told of what needs to be known, and can ask for the rest.
    label.setAttribute("aria-live", isRoutine(draft.state) ? "off" : "polite");
    label.dataset["state"] = toneOf(draft.state);
    label.dataset["kind"] = draft.state.kind;
    if (words.textContent !== text) words.textContent = text;
    signIn?.toggleAttribute("hidden", draft.state.why !== "signed-out");
  };
  const soon = (): void => {
    clearTimeout(pause);
    if (isSaved(draft.state) && label.dataset["kind"] === "saving") pause = setTimeout(show, SETTLE_MS);
    else show();
  };
  signIn?.setAttribute("href", `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  draft.on("state", soon);
  show();
}

/** Which text says it, and the time in it. */
function saying(state: State): [string, string] {
  const at = state.at ? clock(state.at) : "";
  const bare = state.kept ? "" : "Bare"; // this browser keeps no copy: then the page must stay open, and says so
  if (state.kind === "stopped") return [`textStopped${pascal(state.why ?? "malformed")}${state.pending > 0 ? bare : ""}`, at];
  if (state.kind === "offline") return [state.watching ? "textOfflineWatching" : `textOffline${bare}`, at];
  if (state.busy) return [`textBusy${bare}`, at];
  if (state.kind === "connecting") return [state.pending > 0 ? `textConnectingPending${bare}` : "textConnecting", at];
  if (state.watching) return [state.kind === "slow" ? "textSlowWatching" : "textWatching", at];
  if (state.kind === "slow") return [state.pending > 0 ? `textSlowSaving${bare}` : at ? "textSlowSaved" : "textSlow", at];
  if (state.kind === "saving") return [state.long ? `textSavingLong${bare}` : "textSaving", at];
  return [at ? "textSaved" : "textSavedAll", at];
}

function isSaved(state: State): boolean {
  return state.kind === "saved";
}

function isRoutine(state: State): boolean {
  return state.kind === "saved" || (state.kind === "saving" && !state.long);
}

/** The colour and the shape, as those of the connection label. */
function toneOf(state: State): "live" | "catch" | "off" {
  if (state.kind === "stopped" || (state.kind === "offline" && !state.kept)) return "off";
  if (state.kind === "saved" || state.kind === "saving") return state.long ? "catch" : "live";
  if (state.kind === "slow") return state.pending > 0 ? "catch" : "live";
  return state.kind === "offline" ? "off" : "catch";
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
