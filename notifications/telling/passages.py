"""Where in an article something has changed, as the end of an address that opens there.

The end names the heading above, for every browser, and after it the words themselves (a text fragment, as the
Community Group draft "URL Fragment Text Directives" of the W3C has it), which browsers go to and mark.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from urllib.parse import quote

from articles.models import Rendering

MOST_LINES = 2_000
MOST_WORDS = 8


def first_change(article_id: int, version: int) -> str:
    """ "#fees:~:text=A%20permit%20costs", or nothing where there is no version before, or nothing to point at.

    Of what readers without any passage role see: an address tells nobody of a passage that is not for them. One query.
    """
    rows = Rendering.objects.filter(version__article=article_id, version__number__in=(version - 1, version))
    found = {number: (text, heads) for number, text, heads in rows.values_list("version__number", "text", "headings")}
    if version - 1 not in found or version not in found:
        return ""
    (before, _), (after, headings) = found[version - 1], found[version]
    old, new = (_lines(text) for text in (before, after))
    place = _first_new(old, new)
    if place is None:
        return ""
    # A hyphen has a meaning of its own there, beside what addresses leave out.
    words = quote(" ".join(new[place].split()[:MOST_WORDS]), safe="").replace("-", "%2D")
    return f"#{_heading_above(new[: place + 1], headings)}:~:text={words}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]


def _first_new(old: list[str], new: list[str]) -> int | None:
    """The first line that was not there before; where lines only went, the one that follows them."""
    for what, _i1, _i2, j1, _j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            return min(j1, len(new) - 1) if new else None
    return None


def _heading_above(lines: list[str], headings: list[list[object]]) -> str:
    """The id of the last heading among these lines; "" above the first one."""
    above = ""
    at = 0
    for _level, anchor, text in headings:
        try:
            at = lines.index(str(text).strip(), at) + 1
        except ValueError:
            continue
        above = str(anchor)
    return above
