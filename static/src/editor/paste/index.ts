// What is pasted from elsewhere arrives as text of ours: real lists, plain words, no dress. It is cleaned as a document
// that is not shown (nothing in it loads or runs), and what comes out is read by the parser of the schema, which takes
// what it knows and leaves the rest.
import { Extension } from "@tiptap/core";
import type { Editor } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { articleOf, cleanLink, isStored, meantAddress } from "../addresses";
import { showProblem } from "../pictures";
import { text } from "../words";
import { shiftHeadings, tidyBlocks } from "./blocks";
import { tidyTables } from "./tables";
import { dropReview, wordLists } from "./word";

const DROPPED = "script, style, meta, link, title, head, xml, template, noscript, nav, iframe, object, embed, form, button, select, svg, math, video, audio, canvas, input, textarea, o\\:p, colgroup";

const SLICE = "data-pm-slice";
const INLINE = "span, b, strong, i, em, font, a, ins, s, del, strike, sub, sup, u";

export interface Cleaned {
  html: string;
  /** How many pictures could not come along: files of another computer, or of other sites. */
  pictures: number;
}

/** HTML of Word, Outlook, web pages, Google Docs, Excel or Sheets as HTML of articles. */
export function cleanHtml(html: string, origin = location.origin): Cleaned {
  const { body } = new DOMParser().parseFromString(undressed(html), "text/html");
  if (body.querySelector(`[${SLICE}]`)) return cleanSlice(body, origin);
  boldCells(body, html);
  dropComments(body);
  unwrapDocs(body);
  dropReview(body);
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

/**
 * From an editor like this one, perhaps from this one: blocks stay as they are, with what ProseMirror notes of how they
 * were cut out. Other sites have such editors too, so pictures, links and the levels of headings are looked at all the same.
 */
function cleanSlice(body: HTMLElement, origin: string): Cleaned {
  const note = body.querySelector(`[${SLICE}]`)?.getAttribute(SLICE) ?? "";
  dropHidden(body);
  const held = [...body.querySelectorAll("p:has(img)")];
  const pictures = tidyPictures(body, origin);
  held.filter((line) => !line.textContent?.trim() && !line.querySelector("img") && !line.closest("td, th, li")).forEach((line) => line.remove());
  tidyLinks(body, origin, { sections: true });
  if (body.querySelector("[data-style]")) tidyDress(body);
  if (body.querySelector("h1")) shiftHeadings(body);
  if (!body.querySelector(`[${SLICE}]`)) body.firstElementChild?.setAttribute(SLICE, note); // it stood on what was renamed
  return { html: body.innerHTML, pictures };
}

/** The policy of the page holds in what is parsed too: styles are read where they are not styles, scripts never. */
function undressed(html: string): string {
  const bare = html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, "");
  return bare.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son\w+\s*=/gi, " data-on="));
}

/** Excel says what is bold with classes and a sheet of styles: then it is said by the cell itself. */
function boldCells(body: Element, html: string): void {
  for (const [, name] of html.matchAll(/\.(xl\d+)\s*\{[^}]*font-weight\s*:\s*(?:bold|[6-9]00)/gi)) {
    body.querySelectorAll(`td.${name}`).forEach((cell) => cell.setAttribute("data-style", `${cell.getAttribute("data-style") ?? ""};font-weight:bold`));
  }
}

/** The style that an element came with. */
export function styleOf(element: Element): CSSStyleDeclaration {
  const { style } = document.createElement("span");
  style.cssText = element.getAttribute("data-style") ?? "";
  return style;
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
  body.querySelectorAll("b[id^=docs-internal-guid], b[data-style*='font-weight:normal'], b[data-style*='font-weight: normal']").forEach((element) => {
    if (!/mso-bidi-font-weight/i.test(element.getAttribute("data-style") ?? "")) unwrap(element); // Word's bold ones are bold
  });
}

function dropHidden(body: Element): void {
  body.querySelectorAll("[data-style]").forEach((element) => {
    if (styleOf(element).display === "none" || /mso-hide\s*:\s*all/i.test(element.getAttribute("data-style") ?? "")) element.remove();
  });
}

/** Only pictures of this installation stay: others are on a disk that nobody reads, or on sites that see who reads. */
function tidyPictures(body: Element, origin: string): number {
  let dropped = 0;
  body.querySelectorAll("img, v\\:imagedata, v\\:shape").forEach((element) => {
    const source = element.getAttribute("src") ?? "";
    const path = source.startsWith(`${origin}/`) ? source.slice(origin.length) : source;
    if (element.localName === "img" && isStored(path)) {
      element.setAttribute("src", path);
      return;
    }
    const isDot = Number(element.getAttribute("width")) <= 2 && element.hasAttribute("width"); // how mails count readers
    if (element.localName === "img" && !isDot && !/emoji|spacer/i.test(source)) dropped++;
    element.remove();
  });
  return dropped;
}

/** With `sections`, links to a section of the same text stay. */
function tidyLinks(body: Element, origin: string, { sections = false } = {}): void {
  body.querySelectorAll<HTMLAnchorElement>("a").forEach((link) => {
    if (link.hasAttribute("data-auto")) return unwrap(link); // a number that our own pages made a link
    const given = unwrapSafeLink(link.getAttribute("href") ?? "");
    const own = given.startsWith(`${origin}/`) ? given.slice(origin.length) : given;
    const href = own.startsWith("#") && !sections ? null : cleanLink(shortened(own));
    if (!href || !link.textContent?.trim() && !link.querySelector("img")) {
      unwrap(link);
      return;
    }
    link.setAttribute("href", href);
    // Links are underlined by their look; what else says so is noise.
    link.querySelectorAll("u, font").forEach(unwrap);
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
  body.querySelectorAll("[data-style]").forEach((element) => {
    const { fontWeight, fontStyle, verticalAlign, textDecorationLine, textAlign } = styleOf(element);
    element.removeAttribute("data-style");
    if (element.matches("td, th")) {
      if (/^(right|center)$/.test(textAlign)) element.setAttribute("align", textAlign);
      // A sheet dresses its cells, not the words in them.
      if (/^(bold|[6-9]00)$/.test(fontWeight) && element.localName === "td") dress(element, "strong");
    } else if (element.matches(INLINE) && !element.closest("h1, h2, h3, h4, h5, h6, th")) {
      if (/^(bold|bolder|[6-9]00)$/.test(fontWeight)) dress(element, "strong");
      if (/^(italic|oblique)/.test(fontStyle)) dress(element, "em");
      if (/line-through/.test(textDecorationLine)) dress(element, "s");
      if (/^(sub|super)$/.test(verticalAlign)) dress(element, verticalAlign === "sub" ? "sub" : "sup");
    }
  });
  body.querySelectorAll("h1 b, h2 b, h3 b, h4 b, h5 b, h6 b, h1 strong, h2 strong, h3 strong, h4 strong, h5 strong, h6 strong, th b, th strong, font, ins").forEach(unwrap);
  body.querySelectorAll("[class]").forEach((element) => {
    if (!/^(callout|steps|contact|facts)$|^language-/.test(element.className)) element.removeAttribute("class");
  });
}

/** What is in the element stands in an element of this name inside it. */
function dress(element: Element, name: string): void {
  if (!element.textContent?.trim()) return;
  const made = document.createElement(name);
  made.append(...element.childNodes);
  element.append(made);
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
