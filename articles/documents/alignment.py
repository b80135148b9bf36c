"""Which part of an old sequence became which part of a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from rapidfuzz.distance import LCSseq

Operation = tuple[bool, int, int, int, int]  # equal?, old start and end, new start and end
Pair = tuple[int | None, int | None]

MAX_PAIRS = 10_000  # of items that are all compared with each other; above, they are paired in order
_MAX_PRODUCT = 400_000_000  # of the lengths of two sequences: a matrix of so many bits is 50 MB


def operations(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Operation]:
    """The stretches that are equal and those that are not, in turn.

    The longest common subsequence, by rapidfuzz (bit-parallel, Hyyrö 2004): the fewest changes, and for 10,000 words a
    tenth of the time of difflib. Equal ends are cut off first, which is most of a document. What is left of sequences
    that are very long is taken to be different as a whole.
    """
    start = 0
    while start < len(old) and start < len(new) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    made: list[Operation] = [(True, 0, start, 0, start)] if start else []
    made += _middle(old[start : len(old) - end], new[start : len(new) - end], start)
    if end:
        made.append((True, len(old) - end, len(old), len(new) - end, len(new)))
    return made


def _middle(old: Sequence[Hashable], new: Sequence[Hashable], start: int) -> Iterator[Operation]:
    """The operations on what is between the equal ends, which begins at `start` in both."""
    i, j = start, start
    if len(old) * len(new) <= _MAX_PRODUCT:
        for operation in LCSseq.opcodes(old, new):
            if operation.tag != "equal":
                continue
            i1, j1 = operation.src_start + start, operation.dest_start + start
            if i1 > i or j1 > j:
                yield False, i, i1, j, j1
            i, j = operation.src_end + start, operation.dest_end + start
            yield True, i1, i, j1, j
    if i < len(old) + start or j < len(new) + start:
        yield False, i, len(old) + start, j, len(new) + start


def readable(found: Sequence[Operation], few: int = 3) -> list[Operation]:
    """Operations as a reader wants them: a few words that happen to be equal between two changes, each at least as
    long, belong to the change."""
    made: list[Operation] = []
    for index, (is_equal, i1, i2, j1, j2) in enumerate(found):
        is_island = is_equal and 0 < index < len(found) - 1 and i2 - i1 <= few
        if is_island and i2 - i1 < min(_length(made[-1]), _length(found[index + 1])):
            is_equal = False
        if made and made[-1][0] == is_equal:
            made[-1] = (is_equal, made[-1][1], i2, made[-1][3], j2)
        else:
            made.append((is_equal, i1, i2, j1, j2))
    return made


def _length(operation: Operation) -> int:
    return max(operation[2] - operation[1], operation[4] - operation[3])


def pairs(likeness: Sequence[Sequence[float]], width: int) -> list[Pair]:
    """Pair the items of two sequences in order, so that the sum of the likeness of the pairs is the greatest.

    `likeness[i][j]` is that of the old item i and the new item j, 0 where they cannot be a pair; `width` is the number
    of new items. Items without a counterpart are paired with None. Needleman and Wunsch (1970).
    """
    height = len(likeness)
    best = [[0.0] * (width + 1) for _row in range(height + 1)]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    made: list[Pair] = []
    i = j = 0
    while i < height and j < width:
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            made.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            made.append((i, None))
            i += 1
        else:
            made.append((None, j))
            j += 1
    made += [(k, None) for k in range(i, height)]
    made += [(None, k) for k in range(j, width)]
    return made


def pairs_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Pair items of equal type in order: for sequences that are too long to compare all with all."""
    made: list[Pair] = []
    for is_equal, i1, i2, j1, j2 in operations(old, new):
        if is_equal:
            made += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            made += [(i, None) for i in range(i1, i2)]
            made += [(None, j) for j in range(j1, j2)]
    return made


def common_words(a: Counter[str], b: Counter[str]) -> float:
    """How much two bags of words have in common: 0 for nothing, 1 for all (Dice 1945)."""
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0
