// What would be lost, for people: the blocks that hold unsaved changes, as HTML that can be pasted back and as text.
import * as Y from "yjs";

export interface Offer {
  html: string;
  text: string;
}

type Ranges = Map<number, Array<[number, number]>>;
type Marks = Record<string, Record<string, unknown> | boolean | null>;

/** Element names and what surrounds their content: HTML that the editor takes back. */
const BLOCKS: Record<string, (attributes: Record<string, unknown>) => [string, string]> = {
  paragraph: () => ["<p>", "</p>"],
  heading: ({ level }) => [`<h${Number(level) || 2}>`, `</h${Number(level) || 2}>`],
  bulletList: () => ["<ul>", "</ul>"],
  orderedList: () => ["<ol>", "</ol>"],
  listItem: () => ["<li>", "</li>"],
  blockquote: () => ["<blockquote>", "</blockquote>"],
  codeBlock: () => ["<pre><code>", "</code></pre>"],
  table: () => ["<table><tbody>", "</tbody></table>"],
  tableRow: () => ["<tr>", "</tr>"],
  tableHeader: (attributes) => [`<th${spans(attributes)}>`, "</th>"],
  tableCell: (attributes) => [`<td${spans(attributes)}>`, "</td>"],
  callout: ({ kind }) => [`<aside class="callout" data-kind="${escaped(kind)}">`, "</aside>"],
  steps: () => ['<ol class="steps">', "</ol>"],
  step: () => ["<li>", "</li>"],
  contact: () => ['<dl class="contact">', "</dl>"],
  contactField: ({ kind }) => [`<div data-kind="${escaped(kind)}"><dt>${escaped(kind)}</dt><dd>`, "</dd></div>"],
  facts: () => ['<dl class="facts">', "</dl>"],
  fact: ({ label }) => [`<div><dt>${escaped(label)}</dt><dd>`, "</dd></div>"],
  details: () => ["<details open>", "</details>"],
  detailsSummary: () => ["<summary>", "</summary>"],
  detailsContent: () => ["", ""],
  passage: ({ roles }) => [`<section data-roles="${escaped(Array.isArray(roles) ? roles.join(" ") : roles)}">`, "</section>"],
};
const TAGS: Record<string, string> = {
  bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", subscript: "sub", superscript: "sup",
};
const LINES = new Set(["paragraph", "heading", "codeBlock", "contactField", "fact", "detailsSummary"]);

/** The blocks of `doc` that `updates` changed, where they are in it or not yet. Empty when they only took away. */
export function unsaved(doc: Y.Doc, updates: Uint8Array[]): Offer {
  if (updates.length === 0) return { html: "", text: "" };
  const whole = new Y.Doc();
  Y.applyUpdate(whole, Y.encodeStateAsUpdate(doc));
  for (const update of updates) Y.applyUpdate(whole, update);
  const ranges = rangesOf(updates);
  const title = whole.getText("title");
  const blocks = whole
    .getXmlFragment("default")
    .toArray()
    .filter((block) => block instanceof Y.XmlElement || block instanceof Y.XmlText)
    .filter((block) => madeWithin(block._item, ranges) || touched(block, ranges));
  const head = touched(title, ranges) ? title.toString() : "";
  if (blocks.length === 0 && !touched(title, ranges)) return wordsOf(updates);
  const offer = {
    html: (head ? `<h1>${escaped(head)}</h1>` : "") + blocks.map(html).join(""),
    text: [head, ...blocks.map(text)].filter((part) => part !== "").join("\n\n").replace(/\n{3,}/g, "\n\n"),
  };
  whole.destroy();
  return offer;
}

/** Where others took the blocks out, the document has forgotten what was in them; the updates have not. */
function wordsOf(updates: Uint8Array[]): Offer {
  const structs = updates.flatMap((update) => Y.decodeUpdate(update).structs);
  const words = structs.map((struct) => (struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : "")).join("");
  return { html: words && `<p>${escaped(words)}</p>`, text: words };
}

/** Which characters the updates brought: client → the ranges of its clock. */
function rangesOf(updates: Uint8Array[]): Ranges {
  const ranges: Ranges = new Map();
  for (const update of updates) {
    const { from, to } = Y.parseUpdateMeta(update);
    for (const [client, start] of from) {
      const list = ranges.get(client) ?? [];
      list.push([start, to.get(client) ?? start]);
      ranges.set(client, list);
    }
  }
  return ranges;
}

/** Whether others bring everything that an update writes; what one client wrote is in them without gaps. */
export function isWithin(update: Uint8Array, others: Uint8Array[]): boolean {
  const there = rangesOf(others);
  return [...rangesOf([update])].every(([client, [range]]) => {
    const parts = there.get(client) ?? [];
    return range !== undefined && Math.min(...parts.map(([start]) => start)) <= range[0] && Math.max(...parts.map(([, end]) => end)) >= range[1];
  });
}

function madeWithin(item: Y.Item | null, ranges: Ranges): boolean {
  if (!item || item.deleted) return false;
  const { client, clock } = item.id;
  return (ranges.get(client) ?? []).some(([start, end]) => clock < end && clock + item.length > start);
}

type Any = Y.XmlElement | Y.XmlText | Y.XmlFragment | Y.Text;

/** Whether something of a type, at any depth, was brought by the updates. */
function touched(type: Any, ranges: Ranges): boolean {
  for (const attribute of type._map.values()) if (madeWithin(attribute, ranges)) return true;
  for (let item = type._start; item; item = item.right) {
    if (madeWithin(item, ranges)) return true;
    if (!item.deleted && item.content instanceof Y.ContentType && touched(item.content.type as Any, ranges)) return true;
  }
  return false;
}

function html(node: Y.XmlElement | Y.XmlText | Y.XmlHook): string {
  if (node instanceof Y.XmlText) return node.toDelta().map(marked).join("");
  if (!(node instanceof Y.XmlElement)) return "";
  const attributes = node.getAttributes() as Record<string, unknown>;
  if (node.nodeName === "hardBreak") return "<br>";
  if (node.nodeName === "horizontalRule") return "<hr>";
  if (node.nodeName === "image") return `<img src="${escaped(attributes["src"])}" alt="${escaped(attributes["alt"])}">`;
  const [start, end] = BLOCKS[node.nodeName]?.(attributes) ?? ["<div>", "</div>"];
  return start + node.toArray().map(html).join("") + end;
}

function marked({ insert, attributes }: { insert: unknown; attributes?: Marks }): string {
  if (typeof insert !== "string") return "";
  return Object.entries(attributes ?? {}).reduce((inner, [name, value]) => {
    const mark = name.split("--")[0] ?? ""; // the binding numbers marks that may overlap
    if (value === null || value === false) return inner;
    if (mark === "link") return `<a href="${escaped(typeof value === "object" ? value["href"] : "")}">${inner}</a>`;
    const tag = TAGS[mark];
    return tag ? `<${tag}>${inner}</${tag}>` : inner;
  }, escaped(insert));
}

function text(node: Y.XmlElement | Y.XmlText | Y.XmlHook): string {
  if (node instanceof Y.XmlText) return node.toDelta().map((run: { insert: unknown }) => (typeof run.insert === "string" ? run.insert : "")).join("");
  if (!(node instanceof Y.XmlElement)) return "";
  if (node.nodeName === "hardBreak") return "\n";
  const inner = node.toArray().map(text).join("");
  if (node.nodeName === "fact") return `${String(node.getAttribute("label") ?? "")}: ${inner}\n`;
  return LINES.has(node.nodeName) ? `${inner}\n` : inner;
}

function spans({ colspan, rowspan }: Record<string, unknown>): string {
  const part = (name: string, value: unknown): string => (Number(value) > 1 ? ` ${name}="${Number(value)}"` : "");
  return part("colspan", colspan) + part("rowspan", rowspan);
}

function escaped(value: unknown): string {
  return String(value ?? "").replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
