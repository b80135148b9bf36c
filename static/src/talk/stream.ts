// The text of the article on this page as one run of characters without white space, as articles.anchors.Stream has it:
// positions of the server lead to places in the page, and a selection to what the server is told.

const SPACE = /[\s\u001c-\u001f\u0085\u00ad\u180e\u200b-\u200f\u2060\ufeff]/;
const ADDED = ".heading-tools";
const CONTEXT = 40; // characters around a selection that tell equal passages apart

export interface Selected {
  quote: string;
  before: string;
  after: string;
  range: Range;
}

interface Place {
  node: Text;
  offset: number;
}

/** All characters of an article but white space, each with its place in the page. */
export class Stream {
  readonly text: string;
  private readonly places: Place[] = [];

  constructor(private readonly body: HTMLElement) {
    const letters: string[] = [];
    for (const node of textNodes(body)) {
      for (let offset = 0; offset < node.data.length; offset += 1) {
        const letter = node.data.charAt(offset);
        if (SPACE.test(letter)) continue;
        letters.push(letter);
        this.places.push({ node, offset });
      }
    }
    this.text = letters.join("");
  }

  /** The part of the page from one position to another; null when the page is shorter. */
  range(start: number, end: number): Range | null {
    const first = this.places[start];
    const last = this.places[end - 1];
    if (!first || !last) return null;
    const range = document.createRange();
    range.setStart(first.node, first.offset);
    range.setEnd(last.node, last.offset + 1);
    return range;
  }

  /** What is selected in the article, for the server; null when nothing of it is. */
  selected(): Selected | null {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    const own = this.within(range);
    const [start, end] = own ?? this.inQuickFacts(range) ?? [0, 0];
    const found = this.range(start, end);
    if (!found) return null;
    return {
      quote: words(found),
      before: this.text.slice(Math.max(start - CONTEXT, 0), start),
      after: this.text.slice(end, end + CONTEXT),
      range: own ? found : range, // the box in the text may not be on the screen
    };
  }

  /** From where to where a part of the page takes the text; null when it has nothing of it. */
  private within(range: Range): [number, number] | null {
    if (!range.intersectsNode(this.body)) return null;
    const inside = (place: Place): boolean =>
      range.comparePoint(place.node, place.offset) === 0 && range.comparePoint(place.node, place.offset + 1) === 0;
    const start = this.places.findIndex(inside);
    if (start < 0) return null;
    let end = start + 1;
    while (end < this.places.length && inside(this.places[end] as Place)) end += 1;
    return [start, end];
  }

  /** The quick facts repeat a box of the text: what is selected in them is selected there. */
  private inQuickFacts(range: Range): [number, number] | null {
    const facts = document.querySelector<HTMLElement>("#quick-facts [data-start]");
    const copy = facts ? new Stream(facts) : null;
    const place = copy?.within(range);
    if (!copy || !place) return null;
    const [start, end] = place.map((at) => at + Number(facts?.dataset["start"])) as [number, number];
    const isThere = end <= Number(facts?.dataset["end"]) && this.text.slice(start, end) === copy.text.slice(...place);
    return isThere ? [start, end] : null;
  }
}

/** The words of a part of the page, with spaces where blocks meet. */
function words(range: Range): string {
  const parts: string[] = [];
  const root = range.commonAncestorContainer;
  const nodes = root instanceof Text ? [root] : textNodes(root as HTMLElement).filter((node) => range.intersectsNode(node));
  let block: Element | null = null;
  for (const node of nodes) {
    const start = node === range.startContainer ? range.startOffset : 0;
    const end = node === range.endContainer ? range.endOffset : node.data.length;
    const own = node.parentElement?.closest("p, li, td, th, dt, dd, h1, h2, h3, h4, h5, h6, pre, summary") ?? null;
    if (block && own !== block) parts.push(" ");
    block = own;
    parts.push(node.data.slice(start, end));
  }
  return parts.join("").replace(/\s+/g, " ").trim();
}

function textNodes(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(ADDED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const found: Text[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as Text);
  return found;
}
