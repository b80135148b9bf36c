// The label that says how far the page can be trusted. All words come from the page.
import type { State } from "./connection";

const NAMES = { connecting: "connecting", live: "live", slow: "live", catch: "catch", off: "off" } as const;

export function showState(state: State): void {
  const label = document.getElementById("live-status");
  const words = label?.querySelector("span");
  if (!label || !words) return;
  const given = label.dataset;
  const texts = {
    connecting: given["textConnecting"],
    live: given["textLive"],
    slow: given["textSlow"] ?? given["textLive"],
    catch: given["textCatch"],
    off: given["textOff"],
  };
  const text = (texts[state.name] ?? "").replace("{time}", state.name === "off" ? clock(state.since) : "");
  label.dataset["state"] = NAMES[state.name];
  if (words.textContent !== text) words.textContent = text;
}

/** 10:32 by the clocks of the centre, in the way of the page's language; with the day when it is not today's. */
export function clock(time: Date): string {
  const { lang } = document.documentElement;
  const { timezone } = document.body.dataset;
  const zone: Intl.DateTimeFormatOptions = timezone ? { timeZone: timezone } : {};
  const day = new Intl.DateTimeFormat(lang, { ...zone, day: "numeric", month: "short" });
  const today = day.format(time) === day.format(new Date());
  const shown: Intl.DateTimeFormatOptions = today ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(lang, { ...zone, ...shown, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);
}
