// The live page: hears what happens and shows it, says how far it can be trusted, and holds nothing back when rights end.
// Each event is dispatched as `live:event`, what changes an inbox also as `live:notifications` (detail: its data).
// After each change of a region `live:changed` is dispatched on the document (detail.region), after the page was brought
// up to date, whether anything differed or not, `live:fresh`, after each list of readers `live:presence` (detail:
// {article, reading, editing}), before the page is left because the session ended `live:leaving`, before it is loaded
// again because it is not there for this person any more `live:gone`; who prevents these two takes the text away and
// says what is lost.
import { wasAhead } from "../ahead";
import { type NewVersion, openArticle, openVersion, showVersion, takeAway } from "./article";
import { Connection } from "./connection";
import type { EventFrame, Frame } from "./frames";
import { showState } from "./label";
import { Refresher } from "./refresh";
import { leave } from "./signout";

const RIGHTS = new Set(["category.changed", "user.access_changed", "article.moved", "article.audience_changed"]);
const QUIET = new Set(["draft.edited", "acknowledgement.given", "notification.created", "notification.read"]);
const RENEW_MS = 60_000;
const TOLD = new Set(["notification.created", "notification.read"]);

/** Connect a page that somebody signed in is looking at. Does nothing on others. */
export function startLive(): void {
  const cursor = document.body.dataset["cursor"];
  if (cursor === undefined || !document.getElementById("live-status")) return;
  let hadHello = false;
  const refresher = new Refresher({
    read: (seq) => connection.resumeAfter(seq),
    signedOut: leave,
  });
  const connection = new Connection(
    {
      state: showState,
      signedOut: leave,
      articles: () => {
        const id = openArticle();
        return id === null ? [] : [id];
      },
      frame: (frame: Frame) => {
        if (frame.type === "hello") {
          if (hadHello) refresher.soon(); // it was away: what it could not be told of may have changed too
          hadHello = true;
        } else {
          show(frame, refresher);
        }
      },
    },
    cursor === "" ? null : Number(cursor),
  );
  // Something that this person did by a form of the page: it is to be seen at once.
  document.addEventListener("live:ask", () => refresher.atOnce());
  document.addEventListener("live:refresh", () => refresher.now()); // somebody here has just changed something
  document.addEventListener("desk:done", () => refresher.soon(50)); // one sees at once what one did oneself
  if (document.querySelector("[data-renews]")) renew(refresher);
  connection.start();
  if (wasAhead()) refresher.soon(0); // of tabs and stars no event tells
}

/** What no event tells of (stars, what was opened, what a centre asks for today): when the page is looked at again, and
 * every minute while it is. */
function renew(refresher: Refresher): void {
  const look = (spreadMs: number): void => {
    if (document.visibilityState === "visible") refresher.soon(spreadMs);
  };
  document.addEventListener("visibilitychange", () => look(0));
  setInterval(() => look(RENEW_MS / 6), RENEW_MS);
}

function show(frame: Frame, refresher: Refresher): void {
  if (frame.type === "event") {
    showEvent(frame, refresher);
  } else if (frame.type === "gone") {
    const id = openArticle();
    if (id !== null && frame.articles.includes(id)) takeAway();
    refresher.now();
  } else if (frame.type === "reload") {
    refresher.now();
  } else if (frame.type === "presence") {
    document.dispatchEvent(new CustomEvent("live:presence", { detail: frame }));
  }
}

function showEvent(event: EventFrame, refresher: Refresher): void {
  document.dispatchEvent(new CustomEvent("live:event", { detail: event }));
  if (TOLD.has(event.kind)) {
    refresher.told(event.seq);
    document.dispatchEvent(new CustomEvent("live:notifications", { detail: event.data }));
    if (document.querySelector("[data-live='inbox']")) refresher.soon(200);
    return;
  }
  const ours = event.article !== null && event.article === openArticle();
  if (RIGHTS.has(event.kind)) {
    refresher.now();
    return;
  }
  if (ours && event.kind === "article.published") {
    const version = newVersion(event);
    if (version && version.number > openVersion()) showVersion(version);
  }
  if (ours && !ofOthers(event)) refresher.soon(300);
  else if (!QUIET.has(event.kind) || hears(event)) refresher.soon();
}

/** What somebody else has confirmed concerns this page only where it says so: two thousand may confirm one article. */
function ofOthers(event: EventFrame): boolean {
  return event.kind === "acknowledgement.given" && !isOwn(event) && !hears(event);
}

/** Whether a quiet event is for this page: a region says that it hears it, or this person did it in another tab and
 * that is what a region hears (`data-hears-own`). */
function hears(event: EventFrame): boolean {
  if (event.kind === "acknowledgement.given" && isOwn(event)) return true;
  const kind = CSS.escape(event.kind);
  if (isOwn(event) && document.querySelector(`[data-hears-own~="${kind}"]`)) return true;
  return document.querySelector(`[data-hears~="${kind}"]`) !== null;
}

function isOwn(event: EventFrame): boolean {
  return event.actor?.id === Number(document.body.dataset["user"]);
}

/** The version that an event carries; null when it carries no text (then the refreshed page brings it). */
function newVersion(event: EventFrame): NewVersion | null {
  const { version, title, html, note } = event.data;
  if (typeof version !== "number" || typeof html !== "string") return null;
  return {
    number: version,
    title: typeof title === "string" ? title : "",
    html,
    who: event.actor?.name ?? "",
    when: new Date(event.at),
    note: typeof note === "string" ? note : "",
  };
}
