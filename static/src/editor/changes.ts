// What was changed in a short text, and how two changes of one text come together: for titles, labels and words of links.

export interface Change {
  at: number;
  out: number;
  put: string;
}

/** What has to be taken out of `before` and put in, at which place, to make it `after`. */
export function change(before: string, after: string): Change {
  let at = 0;
  while (at < before.length && at < after.length && before[at] === after[at]) at++;
  let end = 0;
  while (end < before.length - at && end < after.length - at && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { at, out: before.length - at - end, put: after.slice(at, after.length - end) };
}

/** Where a place of `before` is in `after`. */
export function moved(place: number, { at, out, put }: Change): number {
  return place <= at ? place : Math.max(at, place + put.length - out);
}

/**
 * A text that two have changed since it was `base`: what either put in stays, and what either took out is gone. Where both
 * wrote in one place, theirs stands first.
 */
export function merged(base: string, mine: string, theirs: string): string {
  const [own, other] = [editsOf(base, mine), editsOf(base, theirs)];
  const kept = (at: number): string => (own.kept[at] && other.kept[at] ? base.charAt(at) : "");
  return Array.from({ length: base.length + 1 }, (_, at) => (other.put[at] ?? "") + (own.put[at] ?? "") + kept(at)).join("");
}

/** Of each letter of a text whether it is kept, and what was put in before it; the last entry is the end. */
interface Edits {
  kept: boolean[];
  put: string[];
}

function editsOf(before: string, after: string): Edits {
  const whole = change(before, after);
  const edits: Edits = { kept: Array<boolean>(before.length).fill(true), put: Array<string>(before.length + 1).fill("") };
  const gone = before.slice(whole.at, whole.at + whole.out);
  const common = commonOf(gone, whole.put);
  let [out, put] = [0, 0];
  for (const [x, y] of [...common, [gone.length, whole.put.length] as const]) {
    for (; out < x; out++) edits.kept[whole.at + out] = false;
    edits.put[whole.at + x] += whole.put.slice(put, y);
    [out, put] = [x + 1, y + 1];
  }
  return edits;
}

/** The longest letters that stand in both texts in this order: their places in each. */
function commonOf(one: string, other: string): Array<readonly [number, number]> {
  const width = other.length + 1;
  const longest = new Uint16Array((one.length + 1) * width); // of what follows each pair of places
  for (let x = one.length - 1; x >= 0; x--) {
    for (let y = other.length - 1; y >= 0; y--) {
      const next = (x + 1) * width + y;
      longest[x * width + y] = one[x] === other[y] ? longest[next + 1]! + 1 : Math.max(longest[next]!, longest[next - width + 1]!);
    }
  }
  const found: Array<readonly [number, number]> = [];
  for (let x = 0, y = 0; x < one.length && y < other.length; ) {
    const next = (x + 1) * width + y;
    if (one[x] === other[y]) found.push([x++, y++]);
    else if (longest[next]! >= longest[next - width + 1]!) x++;
    else y++;
  }
  return found;
}
