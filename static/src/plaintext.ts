// HTML of an article → clean text for a chat or a mail: the browser's counterpart of documents.to_text().
// It works on any part of an article, also on a selection that begins in the middle of a list.

const BLOCKS = new Set([
  "ADDRESS", "ARTICLE", "ASIDE", "BLOCKQUOTE", "DD", "DETAILS", "DIV", "DL", "DT", "FIGURE", "H1", "H2", "H3", "H4",
  "H5", "H6", "HR", "LI", "OL", "P", "PRE", "SECTION", "SUMMARY", "TABLE", "TBODY", "TD", "TFOOT", "TH", "THEAD", "TR", "UL",
]);

/** The text of nodes: blocks apart by an empty line, lists with their marks, a table row on a line. */
export function plainText(root: Node): string {
  return blocks(root).filter(Boolean).join("\n\n").replace(/\n{3,}/g, "\n\n").trim();
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
      return "";
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

/** A table row on one line; in a table of two columns the first names the second. */
function row(element: Element): string {
  const cells = [...element.children].map((cell) => tidy(blocks(cell).join(" ")));
  const named = cells.length === 2 && element.querySelector("td") !== null;
  return cells.join(named ? ": " : " | ");
}

/** Facts and contacts: "Fee 2026: 745 kr". */
function pair(element: Element): string {
  const name = tidy(element.querySelector("dt")?.textContent ?? "");
  const value = [...element.querySelectorAll("dd")].map((one) => tidy(blocks(one).join(" "))).join(", ");
  return name && value ? `${name}: ${value}` : name || value;
}

function inline(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/\s+/g, " ");
  if (!(node instanceof Element) || node.matches(".heading-tools, [hidden], script, style, template")) return "";
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "IMG") return node.getAttribute("alt") ?? "";
  const words = [...node.childNodes].map(inline).join("");
  const address = node.tagName === "A" ? outside(node as HTMLAnchorElement) : "";
  return address && !words.includes(address) ? `${words} (${address})` : words;
}

/** The address of a link that means something outside of the centre; links between articles do not. */
function outside(link: HTMLAnchorElement): string {
  if (link.protocol === "mailto:" || link.protocol === "tel:") return decodeURI(link.pathname);
  return /^https?:$/.test(link.protocol) && link.origin !== location.origin ? link.href.replace(/\/$/, "") : "";
}

function holdsBlocks(element: Element): boolean {
  return [...element.children].some((child) => BLOCKS.has(child.tagName) || holdsBlocks(child));
}

function tidy(words: string): string {
  return words.replace(/[ \t\u00a0]*\n[ \t]*/g, "\n").replace(/[ \t]{2,}/g, " ").trim();
}

function indent(words: string): string {
  return words.replace(/\n/g, "\n   ");
}
