// What every module needs of the page: its texts, its polite voice, and whether somebody is typing.

/** A text that Django translated for the client: `data-…` of <template id="texts">; empty when there is none. */
export function text(name: string, values: Record<string, string | number> = {}): string {
  const found = document.getElementById("texts")?.getAttribute(`data-${name}`) ?? "";
  return found.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

/** Tell people who listen, without moving the focus. The same words twice are said twice. `by` names the voice. */
export function say(words: string, by = "said"): void {
  const voice = document.getElementById(by);
  if (!voice) return;
  voice.textContent = "";
  requestAnimationFrame(() => (voice.textContent = words));
}

/** An icon of the sprite, drawn like those that Django draws. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.getElementById("texts")?.dataset["icons"] ?? ""}#${name}`);
  svg.setAttribute("class", "i small");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Whether a key that is pressed now belongs to what is being written. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !/^(button|checkbox|radio|submit|reset|range|file)$/.test(target.type);
}
