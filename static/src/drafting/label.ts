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
  let shown = "";
  const show = (): void => {
    const { state } = draft;
    const [key, time] = saying(state);
    const text = (label.dataset[key] ?? "").replace("{time}", time);
    // Saving and saved come with every word. Whoever listens is told what is new, and can ask how it stands.
    const news = `${state.kind === "saving" || state.kind === "saved" ? "fine" : state.kind} ${state.long} ${state.busy} ${state.copies === "none"}`;
    label.setAttribute("aria-live", news === shown ? "off" : "polite");
    shown = news;
    label.dataset["state"] = toneOf(state);
    label.dataset["kind"] = state.kind;
    if (words.textContent !== text) words.textContent = text;
    signIn?.toggleAttribute("hidden", state.why !== "signed-out");
  };
  const soon = (): void => {
    clearTimeout(pause);
    const { state } = draft;
    const rests = state.kind === "saved" || (state.kind === "offline" && state.copies === "kept");
    // The label may stay behind what has become better, never behind what has become worse.
    if (rests && label.dataset["kind"] === (state.kind === "saved" ? "saving" : "offline")) pause = setTimeout(show, SETTLE_MS);
    else show();
  };
  signIn?.setAttribute("href", `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  draft.on("state", soon);
  show();
}

/** Which text says it, and the time in it. */
function saying(state: State): [string, string] {
  const at = state.at ? clock(state.at) : "";
  const bare = state.copies === "none" ? "Bare" : ""; // this browser keeps no copy: then the page must stay open, and says so
  if (state.kind === "stopped") return [`textStopped${pascal(state.why ?? "malformed")}${state.pending > 0 ? bare : ""}`, at];
  if (state.kind === "offline") return [state.watching ? "textOfflineWatching" : `textOffline${state.copies === "keeping" ? "Keeping" : bare}`, at];
  if (state.busy) return [`textBusy${bare}`, at];
  if (state.kind === "connecting") return [state.pending > 0 && state.copies !== "keeping" ? `textConnectingPending${bare}` : "textConnecting", at];
  if (state.watching) return [state.kind === "slow" ? "textSlowWatching" : "textWatching", at];
  if (state.kind === "slow") return [state.pending > 0 ? `textSlowSaving${bare}` : at ? "textSlowSaved" : "textSlow", at];
  if (state.kind === "saving") return [state.long ? `textSavingLong${bare}` : "textSaving", at];
  return [at ? "textSaved" : "textSavedAll", at];
}

/** The colour and the shape, as those of the connection label. */
function toneOf(state: State): "live" | "catch" | "off" {
  if (state.kind === "stopped" || (state.kind === "offline" && state.copies === "none")) return "off";
  if (state.kind === "saved" || state.kind === "saving") return state.long ? "catch" : "live";
  if (state.kind === "slow") return state.pending > 0 ? "catch" : "live";
  return state.kind === "offline" ? "off" : "catch";
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
