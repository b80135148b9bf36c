"""Finding a passage in a text by what it said: exactly, and by what stood around it where it occurs more than once."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein, Opcode

from .stream import occurrences

CONTEXT = 32  # characters kept on either side
STILL_THE_SAME = 50.0  # a passage of which half is left is still that passage
ALIKE = 88.0  # how alike a passage must be that is found by nothing but its words
LONG_ENOUGH = 24  # shorter ones are alike by chance
LONGEST_ALIKE = 600  # characters: longer ones cost many times more than they are long
COMPARED_AT_MOST = 200_000_000  # pairs of characters in one placing: some tenths of a second
ALIGNED_AT_MOST = 40_000  # characters
MANY = 200  # a word that stands there more often is not compared at every place


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a passage."""
    return text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]


def find(text: str, quote: str, before: str = "", after: str = "", near: int | None = None) -> tuple[int, int] | None:
    """Where `quote` stands in a text; of several places the one with the likest surroundings, then the nearest."""
    if not quote:
        return None
    best: tuple[int, int, int] | None = None
    for count, at in enumerate(occurrences(text, quote)):
        alike = _common_end(text[max(at - CONTEXT, 0) : at], before) + _common_start(
            text[at + len(quote) : at + len(quote) + CONTEXT], after
        )
        rank = (alike, -abs(at - near) if near is not None else -at, at)
        best = rank if best is None else max(best, rank)
        if count >= MANY:
            break
    return None if best is None else (best[2], best[2] + len(quote))


def find_alike(text: str, quote: str) -> tuple[int, int] | None:
    """Where something very like a long quote stands."""
    if not LONG_ENOUGH <= len(quote) <= min(LONGEST_ALIKE, len(text)):
        return None
    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=ALIKE)
    return None if found is None else (found.dest_start, found.dest_end)


def carried_over(text: str, other: str, place: tuple[int, int]) -> tuple[int, int] | None:
    """The place in `other` of what stands at a place in `text`, where one is a changed form of the other.

    By its words and surroundings where they are still there, else by aligning both (Levenshtein).
    """
    quote = text[slice(*place)]
    found = find(other, quote, *context(text, *place), near=place[0])
    if found is not None or max(len(text), len(other)) > ALIGNED_AT_MOST:
        return found
    low, high = len(other), 0
    for step in _steps(text, other):
        start, end = max(step.src_start, place[0]), min(step.src_end, place[1])
        if step.tag in ("equal", "replace") and start < end:
            shift = step.dest_start - step.src_start
            low, high = min(low, start + shift), max(high, end + shift)
    return (low, high) if low < high and is_still(quote, other[low:high]) else None


@lru_cache(maxsize=2)
def _steps(text: str, other: str) -> tuple[Opcode, ...]:
    """How one becomes the other: the same for all passages that are placed at one moment, and up to a second's work."""
    return tuple(Levenshtein.opcodes(text, other))


def is_still(quote: str, now: str) -> bool:
    """Whether a passage that says this now is the one that was quoted."""
    return bool(now) and (quote in now or fuzz.ratio(quote, now, score_cutoff=STILL_THE_SAME) > 0)


def _common_start(a: str, b: str) -> int:
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _common_end(a: str, b: str) -> int:
    return _common_start(a[::-1], b[::-1])
