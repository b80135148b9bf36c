"""Documents of the whole schema, for property tests: every node, every mark, every attribute, and nasty text."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from articles.documents.attributes import ALIGNMENTS, CALLOUT_KINDS, CONTACT_KINDS
from articles.documents.characters import clean_text, clean_value
from articles.documents.schema import canonical

Node = dict[str, Any]


def examples(count: int) -> settings:
    """So many examples, however slow the machine is at the moment."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# Text that has a meaning in HTML, in Markdown or for a Yjs text, in pieces that are put together at random.
_NASTY = st.sampled_from([
    "*", "**", "_", "__", "~", "~~", "`", "``", "```", "[", "]", "(", ")", "](", "![", "<", ">", "</p>", "<br>", "<!--",
    "&", "&amp;", "&#32;", "&nbsp;", "\\", "\\\n", "|", " | ", "---", "===", "#", "# ", "## #", "+ ", "- ", "* ", "1. ",
    "12) ", ":", "::", ":::", "::: warning", "::: roles manager", ":-", "> ", "    ", "\t", "\n", "\n\n", " ", "  ",
    "!", '"', "'", "{", "}", "=", "^", "$", "%", "@", "www.a.se", "https://a.se/b?c=d&e=f", "a@b.se", "019-21 10 00",
    "\u00a0", "\u2028", "\u0301", "e\u0301", "😀", "👩‍👩‍👧", "å", "ä", "ö", "漢字", "العربية", "\u200b", "Avgift", "kr", "745",
    "x_y_z", ".", ",",
])  # fmt: skip
_LETTERS = st.sampled_from(["a", "b c", "Avgiften är", " x", "y ", "Ö", "1 2", "word"])
_ANY = st.characters(exclude_categories=["Cs"])
TEXTS = (
    st.lists(st.one_of(_LETTERS, _LETTERS, _NASTY, _ANY), min_size=1, max_size=3)
    .map("".join)
    .map(clean_text)
    .filter(bool)
)
VALUES = TEXTS.map(clean_value).filter(bool)
LINKS = st.one_of(
    st.sampled_from([
        "/articles/5/", "/articles/12/#fees", "https://www.orebro.se/", "https://a.se/?a=1&b=2&amp;c", "mailto:a@b.se",
        "tel:+4619211000", "#x", "rel/path.md", "https://a.se/(x)_y*z", "//a.se/å", "/a\\b", "https://a.se/<x>", "/a%20b",
        "/x|y", "https://a.se/\"q'", "/[a]`b`", "https://a.se/!:::",
    ]),
    st.from_regex(r"/[a-zåäö0-9_*&;#?=()~\[\]\\<>|!-]{1,12}", fullmatch=True),
)  # fmt: skip
IMAGES = st.sampled_from(
    ["/articles/3/images/9/a.png", "/articles/3/images/10/b_c.png", "https://a.se/i.png?x=1&y=2", "a.png"]
)
_ROLES = st.lists(st.from_regex(r"[a-z0-9-]{1,6}", fullmatch=True), min_size=1, max_size=3, unique=True)


def _node(name: str, attributes: Node | None, content: list[Node]) -> Node:
    node: Node = {"type": name}
    if attributes is not None:
        node["attrs"] = attributes
    if content:
        node["content"] = content
    return node


def nodes(
    name: str, content: st.SearchStrategy[list[Node]], **attributes: st.SearchStrategy[Any]
) -> st.SearchStrategy[Node]:
    """Nodes of one type."""
    given = st.fixed_dictionaries(dict(attributes)) if attributes else st.none()
    return st.builds(_node, st.just(name), given, content)


_MARKS: st.SearchStrategy[list[Node]] = st.lists(
    st.one_of(
        st.sampled_from(["bold", "code", "italic", "strike", "subscript", "superscript", "underline"]).map(
            lambda name: {"type": name}
        ),
        st.builds(
            lambda href, title: {"type": "link", "attrs": {"href": href, "title": title}}, LINKS, st.none() | VALUES
        ),
    ),
    max_size=3,
    unique_by=lambda mark: str(mark["type"]),
)
_PIXELS = st.none() | st.integers(1, 2000)
_INLINE = st.one_of(
    st.builds(lambda text, marks: {"type": "text", "text": text, "marks": marks}, TEXTS, _MARKS),
    st.builds(lambda text, marks: {"type": "text", "text": text, "marks": marks}, _LETTERS, _MARKS),
    st.builds(lambda text: {"type": "text", "text": text}, TEXTS),
    st.just({"type": "hardBreak"}),
    nodes(
        "image", st.just([]), src=IMAGES, alt=st.none() | VALUES, title=st.none() | VALUES, width=_PIXELS, height=_PIXELS,
        href=st.none() | LINKS,
    ),
)  # fmt: skip
LINES = st.lists(_INLINE, max_size=3)
_PARAGRAPHS = nodes("paragraph", LINES)


def _leaves() -> st.SearchStrategy[Node]:
    code: st.SearchStrategy[list[Node]] = TEXTS.map(lambda text: [{"type": "text", "text": text}]) | st.just([])
    return st.one_of(
        _PARAGRAPHS,
        _PARAGRAPHS,
        nodes("heading", LINES, level=st.integers(1, 6)),
        nodes("codeBlock", code, language=st.none() | st.sampled_from(["python", "c++", "x.y"])),
        nodes("horizontalRule", st.just([])),
        nodes(
            "contact",
            st.lists(nodes("contactField", LINES, kind=st.sampled_from(CONTACT_KINDS)), min_size=1, max_size=3),
        ),
        nodes("facts", st.lists(nodes("fact", LINES, label=st.just("") | VALUES), min_size=1, max_size=3)),
    )


def _tables(blocks: st.SearchStrategy[list[Node]], spans: bool) -> st.SearchStrategy[Node]:
    span = st.integers(1, 3) if spans else st.just(1)
    widths = st.none() | st.lists(st.integers(0, 300), min_size=1, max_size=3) if spans else st.none()
    cells = st.sampled_from(["tableCell", "tableHeader"]).flatmap(
        lambda name: nodes(
            name, blocks, colspan=span, rowspan=span, colwidth=widths, align=st.none() | st.sampled_from(ALIGNMENTS)
        )
    )
    return nodes("table", st.lists(nodes("tableRow", st.lists(cells, max_size=3)), min_size=1, max_size=3))


def _regular_table(align: list[str | None], cells: list[list[Node]]) -> Node:
    rows = []
    for index, row in enumerate(cells):
        name = "tableCell" if index else "tableHeader"
        rows.append(_node("tableRow", None, [
            _node(name, {"colspan": 1, "rowspan": 1, "colwidth": None, "align": align[i % len(align)]}, [cell])
            for i, cell in enumerate(row)
        ]))  # fmt: skip
    return _node("table", None, rows)


_REGULAR_TABLES = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        _regular_table,
        st.lists(st.none() | st.sampled_from(ALIGNMENTS), min_size=width, max_size=width),
        st.lists(st.lists(_PARAGRAPHS, min_size=width, max_size=width), min_size=1, max_size=3),
    )
)


def _containers(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    blocks = st.lists(children, min_size=1, max_size=3)
    item = st.builds(lambda first, rest: [first, *rest], _PARAGRAPHS, st.lists(children, max_size=2))
    lists = st.lists(item, min_size=1, max_size=3)

    def of(name: str) -> st.SearchStrategy[list[Node]]:
        return lists.map(lambda items: [_node(name, None, content) for content in items])

    details = st.builds(
        lambda line, content: [_node("detailsSummary", None, line), _node("detailsContent", None, content)],
        LINES,
        blocks,
    )
    return st.one_of(
        nodes("bulletList", of("listItem")),
        nodes("orderedList", of("listItem"), start=st.sampled_from([1, 1, 0, 3, -2, 999_999_999])),
        nodes("steps", of("step")),
        nodes("blockquote", blocks),
        nodes("callout", blocks, kind=st.sampled_from(CALLOUT_KINDS)),
        nodes("details", details),
        _tables(blocks, spans=True),
        _REGULAR_TABLES,
    )


_BLOCKS = st.recursive(_leaves(), _containers, max_leaves=4)
_PASSAGES = nodes("passage", st.lists(_BLOCKS, min_size=1, max_size=3), roles=_ROLES)
DOCUMENTS = st.lists(st.one_of(_BLOCKS, _BLOCKS, _BLOCKS, _PASSAGES), min_size=1, max_size=4).map(
    lambda content: canonical({"type": "doc", "content": content})
)
