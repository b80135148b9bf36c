// The longest common subsequence of two lists: what stays when one becomes the other.

/** Pairs [index in a, index in b] of equal values, in order. Common ends are paired without a table. */
export function common(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const head: [number, number][] = Array.from({ length: start }, (_, i) => [i, i]);
  const tail: [number, number][] = Array.from({ length: end }, (_, i) => [a.length - end + i, b.length - end + i]);
  return [...head, ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start), ...tail];
}

/** By the table of lengths (Hunt and Szymanski describe the problem; articles have tens of blocks, not thousands). */
function middle(a: readonly string[], b: readonly string[], offset: number): [number, number][] {
  if (a.length * b.length > 4_000_000) return []; // then all of it counts as new
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([offset + i++, offset + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
