"""Which part of an old sequence became which part of a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher

Operation = tuple[bool, int, int, int, int]  # equal?, old start and end, new start and end
Pair = tuple[int | None, int | None]

MAX_PAIRS = 10_000  # of items that are all compared with each other; above, they are paired in order
_MANY = 1_000


def operations(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Operation]:
    """The stretches that are equal and those that are not, in order.

    Equal ends are cut off first: that is most of a document, and difflib is slow. In long sequences difflib leaves out
    what is too frequent to tell anything, or its time would grow with the square of the length.
    """
    start = 0
    while start < len(old) and start < len(new) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=max(len(middle_old), len(middle_new)) > _MANY)
    made: list[Operation] = [(True, 0, start, 0, start)] if start else []
    made += [
        (kind == "equal", i1 + start, i2 + start, j1 + start, j2 + start)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
    ]
    if end:
        made.append((True, len(old) - end, len(old), len(new) - end, len(new)))
    return made


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
