// Headings on the levels of an article, and no paragraphs that hold nothing.
import { unwrap } from ".";

const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre, section, article, aside, dl, details, hr";

export function tidyBlocks(body: Element): void {
  namedHeadings(body);
  shiftHeadings(body);
  splitLines(body);
  body.querySelectorAll("br").forEach((line) => {
    if (line.previousElementSibling?.matches(BLOCKS) || line.nextElementSibling?.matches(BLOCKS)) line.remove();
  });
  body.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6, li, span, b, strong, i, em").forEach((element) => {
    const isEmpty = !(element.textContent ?? "").replace(/\u00a0/g, " ").trim() && !element.querySelector("img, hr, table, br");
    if (isEmpty && !(element.localName === "span" && element.textContent)) element.replaceWith(element.textContent ? " " : "");
  });
  body.querySelectorAll("p").forEach((element) => {
    const isBlank = !(element.textContent ?? "").replace(/\u00a0/g, " ").trim() && !element.querySelector("img");
    if (isBlank && !element.closest("td, th, li")) element.remove();
  });
  body.querySelectorAll("ul, ol, dl").forEach((list) => {
    if (list.childElementCount === 0) list.remove();
  });
  body.querySelectorAll("section, article, main, header, footer, nav, figure, center, address").forEach((element) => {
    if (!element.hasAttribute("data-roles")) unwrap(element);
  });
}

/** Word's own styles for what is not one of its headings. */
function namedHeadings(body: Element): void {
  body.querySelectorAll<HTMLElement>("p.MsoTitle, p[role=heading], div[role=heading]").forEach((element) => {
    const level = Number(element.getAttribute("aria-level") ?? "1");
    rename(element, `h${Math.min(Math.max(level, 1), 6)}`);
  });
}

/** The title is the only heading of level 1: the highest heading that came becomes one of level 2, at most 4. */
export function shiftHeadings(body: Element): void {
  const headings = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const levels = headings.map((heading) => Number(heading.localName[1]));
  const shift = levels.includes(1) ? 1 : 0;
  headings.forEach((heading, index) => {
    const level = Math.min(Math.max((levels[index] as number) + shift, 2), 4);
    if (heading.localName !== `h${level}`) rename(heading, `h${level}`);
  });
}

/** Two line breaks one after the other were meant as the end of a paragraph. */
function splitLines(body: Element): void {
  body.querySelectorAll("p, div").forEach((block) => {
    if (block.closest("td, th, li, pre") || block.querySelector(BLOCKS)) return;
    const parts: Node[][] = [[]];
    const nodes = [...block.childNodes];
    nodes.forEach((node, index) => {
      const isBreak = node.nodeName === "BR";
      const follows = nodes[index + 1]?.nodeName === "BR" || (isSpace(nodes[index + 1]) && nodes[index + 2]?.nodeName === "BR");
      if (isBreak && follows) parts.push([]);
      else if (isBreak && parts.at(-1)?.length === 0) return;
      else parts.at(-1)?.push(node);
    });
    if (parts.length === 1) return;
    block.replaceWith(
      ...parts.filter((part) => part.some((node) => !isSpace(node))).map((part) => {
        const made = document.createElement("p");
        made.append(...part);
        return made;
      }),
    );
  });
}

function isSpace(node: Node | undefined): boolean {
  return node?.nodeType === Node.TEXT_NODE && !node.textContent?.trim();
}

function rename(element: Element, name: string): void {
  const made = document.createElement(name);
  made.append(...element.childNodes);
  element.replaceWith(made);
}
