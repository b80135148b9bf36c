// HTML of an article → clean text for a chat or a mail: the browser's counterpart of documents.to_text().
// It works on any part of an article, also on a selection that begins in the middle of a list. Passages for certain roles are
// text as any other: what to do about them is decided by whoever copies.

const BLOCKS = new Set([
  "ADDRESS", "ARTICLE", "ASIDE", "BLOCKQUOTE", "DD", "DETAILS", "DIV", "DL", "DT", "FIGURE", "H1", "H2", "H3", "H4",
  "H5", "H6", "HR", "LI", "OL", "P", "PRE", "SECTION", "SUMMARY", "TABLE", "TBODY", "TD", "TFOOT", "TH", "THEAD", "TR", "UL",
]);

/** The text of nodes: blocks apart by an empty line, lists with their marks, a table row on a line. */
export function plainText(root: Node): string {
  return blocks(root).filter(Boolean).join("\n\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
}

function blocks(root: Node): string[] {
  const found: string[] = [];
  let line = "";
  const endLine = (): void => {
    const words = tidy(line);
    if (words) found.push(words);
    line = "";
  };
  for (const node of root.childNodes) {
    if (node instanceof Element && BLOCKS.has(node.tagName)) {
      endLine();
      found.push(block(node));
    } else if (node instanceof Element && holdsBlocks(node)) {
      endLine();
      found.push(...blocks(node));
    } else {
      line += inline(node);
    }
  }
  endLine();
  return found;
}

function block(element: Element): string {
  switch (element.tagName) {
    case "UL":
    case "OL":
      return list(element);
    case "LI": // of a selection that lies inside one list
      return `– ${indent(plainText(element))}`;
    case "TABLE":
    case "THEAD":
    case "TBODY":
    case "TFOOT":
      return [...element.querySelectorAll("tr")].map(row).join("\n");
    case "TR":
      return row(element);
    case "DL":
      return [...element.children].map(pair).filter(Boolean).join("\n");
    case "PRE":
      return (element.textContent ?? "").replace(/\s+$/, "");
    case "HR":
      return "–––";
    case "BLOCKQUOTE":
      return blocks(element).join("\n\n").split("\n").map((words) => `> ${words}`.trimEnd()).join("\n");
    default:
      return blocks(element).join("\n\n");
  }
}

function list(element: Element): string {
  let number = element.tagName === "OL" ? Number(element.getAttribute("start") ?? 1) : 0;
  return [...element.children]
    .filter((item) => item.tagName === "LI")
    .map((item) => `${element.tagName === "OL" ? `${number++}.` : "–"} ${indent(blocks(item).join("\n"))}`)
    .join("\n");
}

function row(element: Element): string {
  return [...element.children].map((cell) => oneLine(blocks(cell).join("\n"))).join(" · ").trimEnd();
}

/** Facts and contacts: "Fee 2026: 745 kr". */
function pair(element: Element): string {
  const name = tidy(element.querySelector("dt")?.textContent ?? "");
  const value = [...element.querySelectorAll("dd")].map((one) => oneLine(blocks(one).join("\n"))).join(", ");
  return name && value ? `${name}: ${value}` : name || value;
}

function inline(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/\s+/g, " ");
  if (!(node instanceof Element) || node.matches(".heading-tools, [hidden], script, style, template")) return "";
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "IMG") return node.getAttribute("alt") ?? "";
  const words = [...node.childNodes].map(inline).join("");
  const address = node.tagName === "A" ? outside(node as HTMLAnchorElement) : "";
  return address && !words.includes(address.replace(/^https?:\/\//, "").replace(/\/$/, "")) ? `${words} (${address})` : words;
}

/** The address of a link that means something outside of the centre: not of one to another article, and not of a
 * telephone number or an address that the renderer made a link of. */
function outside(link: HTMLAnchorElement): string {
  if (link.hasAttribute("data-auto")) return "";
  const address = link.getAttribute("href") ?? "";
  if (/^(mailto|tel):/.test(address)) return address.slice(address.indexOf(":") + 1);
  return /^(https?:)?\/\//.test(address) ? address : "";
}

function holdsBlocks(element: Element): boolean {
  return [...element.children].some((child) => BLOCKS.has(child.tagName) || holdsBlocks(child));
}

function tidy(words: string): string {
  return words.replace(/[ \t\u00a0]*\n[ \t]*/g, "\n").replace(/[ \t]{2,}/g, " ").trim();
}

function oneLine(words: string): string {
  return words.split("\n").map((line) => line.trim()).filter(Boolean).join(", ");
}

function indent(words: string): string {
  return words.replace(/\n/g, "\n   ");
}
