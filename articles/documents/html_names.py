"""What the elements of HTML mean to a document."""

from __future__ import annotations

MARKS: dict[str, str] = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic",
    "s": "strike", "del": "strike", "strike": "strike",
    "u": "underline", "ins": "underline",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "var": "code",
    "sub": "subscript", "sup": "superscript",
}  # fmt: skip

# And back: what a mark is written as.
MARK_TAGS: dict[str, str] = {
    "bold": "strong", "italic": "em", "strike": "s", "code": "code", "underline": "u", "subscript": "sub",
    "superscript": "sup",
}  # fmt: skip

# Blocks of their own: what stands before and after them are other paragraphs. They leave no trace themselves.
DIVISIONS = frozenset({
    "address", "article", "aside", "body", "center", "dd", "dir", "div", "dt", "fieldset", "figure", "footer", "header",
    "hgroup", "legend", "li", "main", "menu", "nav", "optgroup", "option", "search", "section", "summary", "tbody",
    "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip

# Inside a line and without a meaning that a document can keep.
TRANSPARENT = frozenset({
    "acronym", "bdi", "bdo", "big", "blink", "data", "font", "label", "marquee", "nobr", "output", "picture",
    "rb", "rtc", "ruby", "slot", "small", "span", "time",
})  # fmt: skip

# Without anything for a reader.
IGNORED = frozenset({
    "area", "base", "basefont", "bgsound", "col", "colgroup", "command", "frame", "frameset", "head", "keygen", "link",
    "map", "meta", "param", "rp", "source", "track", "wbr",
})  # fmt: skip

FIELDS = frozenset({"datalist", "input", "meter", "progress", "select", "textarea"})
MEDIA = frozenset({"audio", "canvas", "embed", "video"})

# Values of `data-kind` that other systems use for their boxes.
CALLOUT_SYNONYMS: dict[str, str] = {
    "note": "info", "tip": "info", "hint": "info", "important": "warning", "caution": "warning", "danger": "warning",
    "alert": "warning", "error": "warning",
}  # fmt: skip
