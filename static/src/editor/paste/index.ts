// What is pasted from elsewhere arrives as text of ours: real lists, plain words, no dress. It is cleaned as a document
// that is not shown (nothing in it loads or runs), and what comes out is read by the parser of the schema, which takes
// what it knows and leaves the rest.
import { Extension } from "@tiptap/core";
import type { Editor } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { articleOf, cleanLink, meantAddress } from "../addresses";
import { showProblem } from "../pictures";
import { text } from "../words";
import { tidyBlocks } from "./blocks";
import { tidyTables } from "./tables";
import { wordLists } from "./word";

const DROPPED = "script, style, meta, link, title, head, xml, template, noscript, iframe, object, embed, form, button, select, svg, math, video, audio, canvas, input, textarea, o\\:p, colgroup";

export interface Cleaned {
  html: string;
  /** How many pictures could not come along: files of another computer, or of other sites. */
  pictures: number;
}

/** HTML of Word, Outlook, web pages, Google Docs, Excel or Sheets as HTML of articles. */
export function cleanHtml(html: string, origin = location.origin): Cleaned {
  const page = new DOMParser().parseFromString(html, "text/html");
  const { body } = page;
  if (body.querySelector("[data-pm-slice]")) return { html, pictures: 0 }; // from an editor like this one
  dropComments(body);
  unwrapDocs(body);
  wordLists(body);
  body.querySelectorAll(DROPPED).forEach((element) => element.remove());
  dropHidden(body);
  const pictures = tidyPictures(body, origin);
  tidyLinks(body, origin);
  tidyDress(body);
  tidyTables(body);
  tidyBlocks(body);
  tidySpaces(body);
  return { html: body.innerHTML, pictures };
}

/** Conditional comments of Word hold what only Word shows; the marker of an item of a list is found by its style. */
function dropComments(body: Element): void {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION);
  const found: Node[] = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  found.forEach((node) => node.parentNode?.removeChild(node));
}

/** Google Docs puts everything into a bold element that is not bold. */
function unwrapDocs(body: Element): void {
  body.querySelectorAll<HTMLElement>("b[id^=docs-internal-guid], b[style*='font-weight:normal'], b[style*='font-weight: normal']").forEach(unwrap);
}

function dropHidden(body: Element): void {
  body.querySelectorAll<HTMLElement>("[style]").forEach((element) => {
    if (element.style.display === "none" || /mso-hide\s*:\s*all/i.test(element.getAttribute("style") ?? "")) element.remove();
  });
}

/** Only pictures of this installation stay: others are on a disk that nobody reads, or on sites that see who reads. */
function tidyPictures(body: Element, origin: string): number {
  let dropped = 0;
  body.querySelectorAll("img, v\\:imagedata, v\\:shape").forEach((element) => {
    const source = element.getAttribute("src") ?? "";
    const path = source.startsWith(`${origin}/`) ? source.slice(origin.length) : source;
    if (element.localName === "img" && /^\/articles\/\d+\/images\//.test(path)) {
      element.setAttribute("src", path);
      return;
    }
    const isDot = Number(element.getAttribute("width")) <= 2 && element.hasAttribute("width"); // how mails count readers
    if (element.localName === "img" && !isDot && !/emoji|spacer/i.test(source)) dropped++;
    element.remove();
  });
  return dropped;
}

function tidyLinks(body: Element, origin: string): void {
  body.querySelectorAll<HTMLAnchorElement>("a").forEach((link) => {
    const given = unwrapSafeLink(link.getAttribute("href") ?? "");
    const own = given.startsWith(`${origin}/`) ? given.slice(origin.length) : given;
    const href = own.startsWith("#") ? null : cleanLink(shortened(own));
    if (!href || !link.textContent?.trim() && !link.querySelector("img")) {
      unwrap(link);
      return;
    }
    link.setAttribute("href", href);
    // Links are underlined by their look; what else says so is noise.
    link.querySelectorAll("u, font").forEach(unwrap);
    link.querySelectorAll<HTMLElement>("[style]").forEach((inner) => inner.style.removeProperty("text-decoration"));
    if (link.parentElement?.localName === "u") unwrap(link.parentElement);
  });
}

/** Outlook sends readers through a guard of Microsoft's: the address that was meant is inside. */
function unwrapSafeLink(href: string): string {
  if (!/^https:\/\/[\w.-]+\.safelinks\.protection\.outlook\.com\//i.test(href)) return href;
  return new URL(href).searchParams.get("url") ?? href;
}

/** An article of ours is linked by its number alone: its title may change. */
function shortened(href: string): string {
  const id = articleOf(href);
  const section = /#[^#]+$/.exec(href)?.[0] ?? "";
  return id ? `/articles/${id}/${section}` : href;
}

/** Styles that say nothing: only bold, italic and struck through mean something, and not on headings. */
function tidyDress(body: Element): void {
  body.querySelectorAll("u").forEach((element) => {
    if (element.querySelector("a")) unwrap(element);
  });
  body.querySelectorAll<HTMLElement>("[style]").forEach((element) => {
    const { fontWeight, fontStyle, verticalAlign, textDecoration, textDecorationLine, textAlign } = element.style;
    const isHeading = element.closest("h1, h2, h3, h4, h5, h6, th") !== null;
    const isCell = element.localName === "td" || element.localName === "th";
    element.removeAttribute("style");
    if (isCell) {
      if (/^(right|center)$/.test(textAlign)) element.style.textAlign = textAlign;
      return;
    }
    if (isHeading || !/^(span|b|strong|i|em|font|a|ins|s|del|strike|sub|sup|u)$/.test(element.localName)) return;
    if (/^(bold|bolder|[6-9]00)$/.test(fontWeight)) element.style.fontWeight = "bold";
    if (/^(italic|oblique)/.test(fontStyle)) element.style.fontStyle = "italic";
    if (/line-through/.test(textDecoration || textDecorationLine)) element.style.textDecoration = "line-through";
    if (/^(sub|super)$/.test(verticalAlign)) element.style.verticalAlign = verticalAlign;
  });
  body.querySelectorAll("h1 b, h2 b, h3 b, h4 b, h5 b, h6 b, h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, th b, th strong, font, ins").forEach(unwrap);
  body.querySelectorAll("[class]").forEach((element) => {
    if (!/^(callout|steps|contact|facts)$|^language-/.test(element.className)) element.removeAttribute("class");
  });
}

/** Hard spaces stay where they keep a number with its unit, as in 1 200 kr. */
function tidySpaces(body: Element): void {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (node.parentElement?.closest("pre")) continue;
    const tidy = node.data.replace(/[\u200b\u200c\u200d\ufeff\u00ad]/g, "").replace(/\u00a0/g, (_space, at: number, whole: string) =>
      /\d$/.test(whole.slice(0, at)) && /^[\d\p{L}%€]/u.test(whole.slice(at + 1)) ? "\u00a0" : " ");
    if (tidy !== node.data) node.data = tidy;
  }
}

export function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** Lines with tabs are a part of a sheet, also where only its text was copied. */
export function sheetOf(plain: string): string[][] | null {
  const lines = plain.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const rows = lines.map((line) => line.split("\t"));
  const width = rows[0]?.length ?? 0;
  return lines.length > 1 && width > 1 && width <= 30 && lines.length <= 500 && rows.every((row) => row.length === width) ? rows : null;
}

function pasteSheet(editor: Editor, rows: string[][]): boolean {
  const { schema } = editor;
  if (editor.isActive("table") || editor.isActive("codeBlock")) return false;
  const cell = (name: string, words: string) =>
    schema.nodes[name]!.create(null, schema.nodes["paragraph"]!.create(null, words.trim() ? schema.text(words.trim()) : null));
  const table = schema.nodes["table"]!.create(
    null,
    rows.map((row, index) => schema.nodes["tableRow"]!.create(null, row.map((words) => cell(index === 0 ? "tableHeader" : "tableCell", words)))),
  );
  editor.view.dispatch(editor.state.tr.replaceSelectionWith(table).scrollIntoView());
  return true;
}

/** An address pasted over marked words becomes their link. */
function pasteLink(editor: Editor, plain: string): boolean {
  const { empty, $from, $to } = editor.state.selection;
  const typed = plain.trim();
  if (empty || !$from.sameParent($to) || !/^(https?:\/\/|mailto:|tel:)\S+$/i.test(typed) || editor.isActive("codeBlock")) return false;
  const href = meantAddress(typed, location.origin);
  return href !== null && editor.chain().focus().setMark("link", { href, title: null }).run();
}

export const Paste = Extension.create({
  name: "tidyPaste",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        key: new PluginKey("paste"),
        props: {
          handlePaste: (view, event) => {
            const data = event.clipboardData;
            if (!data || !view.editable) return false;
            const plain = data.getData("text/plain");
            if (pasteLink(editor, plain)) return true;
            if (data.types.includes("text/html")) return false;
            const rows = sheetOf(plain);
            return rows !== null && pasteSheet(editor, rows);
          },
          transformPastedHTML: (html) => {
            const cleaned = cleanHtml(html);
            if (cleaned.pictures) showProblem(editor, text("pictures-left-out", { count: cleaned.pictures }));
            return cleaned.html;
          },
        },
      }),
    ];
  },
});
