// Makes one piece of a page equal to a fresh one, touching only what differs: focus, scrolling, opened folds and
// what somebody is typing stay.

/** Make `current` (in the page) equal to `fresh` (which is used up). Gives whether anything differed. */
export function morph(current: Element, fresh: Element): boolean {
  if (current.isEqualNode(fresh)) return false;
  morphAttributes(current, fresh);
  morphChildren(current, fresh);
  return true;
}

function morphAttributes(current: Element, fresh: Element): void {
  // A fold is opened and closed by the reader, and a value belongs to who types it.
  const theirs = (name: string): boolean => name === "open" || (name === "value" && current === document.activeElement);
  for (const { name } of [...current.attributes]) {
    if (!fresh.hasAttribute(name) && !theirs(name)) current.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (current.getAttribute(name) !== value && !theirs(name)) current.setAttribute(name, value);
  }
}

function morphChildren(current: Element, fresh: Element): void {
  let at: ChildNode | null = current.firstChild;
  const wanted = new Map<string, number>(); // how many of each are still to come
  for (const node of fresh.childNodes) wanted.set(name(node), (wanted.get(name(node)) ?? 0) + 1);
  for (const next of [...fresh.childNodes]) {
    while (at && key(at) && !wanted.get(name(at))) at = removed(at); // what is gone, before what follows it is moved past it
    const match = find(at, next, wanted);
    wanted.set(name(next), (wanted.get(name(next)) ?? 1) - 1);
    if (!match) {
      current.insertBefore(next, at);
      continue;
    }
    if (match === at) at = match.nextSibling;
    else if (key(match)) move(current, match, at); // past others, which stay what they are
    else {
      while (at && at !== match) at = removed(at);
      at = match.nextSibling;
    }
    if (match instanceof Element && next instanceof Element) morph(match, next);
    else if (match.nodeValue !== next.nodeValue) match.nodeValue = next.nodeValue;
  }
  while (at) at = removed(at);
}

/** With the focus in it where the browser can do that. */
function move(parent: Element & { moveBefore?(node: Node, before: Node | null): void }, node: ChildNode, before: ChildNode | null): void {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

function removed(node: ChildNode): ChildNode | null {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** The first node from `at` on that is the same thing as `next`, in perhaps another state. What has no key is not looked for
 * behind an element that is still `wanted`: a gap between two rows is as good as any other, a row is not. */
function find(at: ChildNode | null, next: ChildNode, wanted: ReadonlyMap<string, number>): ChildNode | null {
  for (let node = at; node; node = node.nextSibling) {
    if (node.nodeType === next.nodeType && node.nodeName === next.nodeName && key(node) === key(next)) return node;
    if (!key(next) && key(node) && wanted.get(name(node))) return null;
  }
  return null;
}

function name(node: ChildNode): string {
  return `${node.nodeName} ${key(node)}`;
}

/** What makes an element this one and not its neighbour: its id, or where the link in it leads. */
function key(node: ChildNode): string {
  if (!(node instanceof Element)) return "";
  const link = node.matches("a[href]") ? node : node.matches("li, tr, h3") ? node.querySelector("a[href]") : null;
  return node.id || link?.getAttribute("href") || "";
}
