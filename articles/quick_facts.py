"""What a caller most often asks for, in front of the text: the fee, the hours, the number, the form.

Taken out of the HTML that this reader gets, so a passage that is not for them can give nothing. A passage for certain
roles gives nothing to anybody: above the text nobody would see that it is not for callers. Editors say what is quick
with a box of facts (`::: facts`); its fields are taken as they stand, then what a box of contact holds, and where there
is no box of facts the rows of a first table of two columns that name a price, a share or a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import html as markup
from lxml.html import HtmlElement

from .anchors import squeezed, utf16

MOST = 6
MOST_CONTACTS = 3
MOST_ROWS = 4
LEAST = 2  # one fact alone needs no box of its own
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTACTS = ("phone", "hours", "web", "email")
_ADDRESS = re.compile(r"(<a\b[^>]*>)([^<\s]+)(</a>)")  # shown as it is: mail and web, without a space
_BREAKS = re.compile(r"@|\.|/+")
_FIGURE = re.compile(r"\d+[ \u00a0]?(?:kr|%|€)|\d{1,2}[:.]\d{2}", re.IGNORECASE)


@dataclass(frozen=True)
class Fact:
    """A label, and safe HTML."""

    label: str
    value: str


@dataclass(frozen=True)
class QuickFacts:
    """`place`: where the box that they begin with stands in the reader's text, as `anchors.Shown` counts; None without
    a box. `whole`: all of it is here, and the text can be read without it."""

    facts: tuple[Fact, ...] = ()
    place: tuple[int, int] | None = None
    whole: bool = False


def quick_facts(rendered_html: str) -> QuickFacts:
    """The quick facts of a text as it was rendered for a reader; none where there are fewer than two."""
    if "<dl" not in rendered_html and "<table" not in rendered_html:
        return QuickFacts()
    text = markup.fragment_fromstring(rendered_html, create_parent="div")
    box = next(_outside_passages(text.find_class("facts")), None)
    own = list(_pairs(box)) if box is not None else []
    found = own[:MOST] or list(_of_table(text))
    found += list(_of_contact(text))[: max(0, MOST + MOST_CONTACTS - len(found))]
    if len(found) < LEAST:
        return QuickFacts()
    if box is None or not own:
        return QuickFacts(tuple(found))
    return QuickFacts(tuple(found), _place(box), len(box) == len(own) <= MOST and _can_do_without(text, box))


def _outside_passages(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    return (one for one in elements if not any("data-roles" in around.attrib for around in one.iterancestors()))


def _place(box: HtmlElement) -> tuple[int, int]:
    start = utf16(squeezed("".join(box.xpath("preceding::text()"))))
    return start, start + utf16(squeezed(box.text_content()))


def _can_do_without(text: HtmlElement, box: HtmlElement) -> bool:
    """Whether the text is whole without the box: it stands between others, and nothing announces it."""
    before = box.getprevious()
    announced = before is not None and (before.tag in _HEADINGS or before.text_content().rstrip().endswith(":"))
    return box.getparent() is text and len(text) > 1 and not announced


def _pairs(box: HtmlElement) -> Iterator[Fact]:
    for row in box.findall("div"):
        yield from _pair(row)


def _pair(row: HtmlElement) -> Iterator[Fact]:
    label, value = row.find("dt"), row.find("dd")
    if label is not None and value is not None and value.text_content().strip():
        yield Fact(_words(label), _inside(value))


def _of_contact(text: HtmlElement) -> Iterator[Fact]:
    box = next(_outside_passages(text.find_class("contact")), None)
    rows = [] if box is None else [row for row in box.findall("div") if row.get("data-kind") in CONTACTS]
    rows.sort(key=lambda row: CONTACTS.index(str(row.get("data-kind"))))
    for row in rows[:MOST_CONTACTS]:
        yield from _pair(row)


def _of_table(text: HtmlElement) -> Iterator[Fact]:
    for table in _outside_passages(text.iter("table")):
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if not rows or any(len(row) != 2 for row in rows):
            continue
        figures = [row for row in rows if row[1].tag == "td" and _FIGURE.search(row[1].text_content())]
        yield from (Fact(_words(name), _inside(value)) for name, value in figures[:MOST_ROWS])
        return


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _inside(element: HtmlElement) -> str:
    """What is in an element, as it was rendered; its paragraphs as lines."""
    inner = markup.tostring(element, encoding="unicode", with_tail=False)
    inner = inner[inner.index(">") + 1 : inner.rindex("<")]
    lines = re.sub(r"</p>\s*<p[^>]*>", "<br>", inner).replace("<p>", "").replace("</p>", "").strip()
    return _ADDRESS.sub(lambda found: found[1] + _BREAKS.sub(_breakable, found[2]) + found[3], lines)


def _breakable(sign: re.Match[str]) -> str:
    """Where a line may end in an address: after what holds it together, before a dot."""
    return "<wbr>." if sign[0] == "." else f"{sign[0]}<wbr>"
