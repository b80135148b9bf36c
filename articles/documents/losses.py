"""What a conversion could not keep, told in sentences: one sentence for each kind of loss, with a count."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import ngettext

# kind of loss → the sentence for n of them. `%(what)s` is a name or an address where there is one.
_SENTENCES: dict[str, Callable[[int], str]] = {
    "script": lambda n: ngettext("A script was left out.", "%(n)s scripts were left out.", n),
    "style": lambda n: ngettext("A style sheet was left out.", "%(n)s style sheets were left out.", n),
    "drawing": lambda n: ngettext(
        "A drawing (SVG) was left out. Save it as a PNG image to keep it.",
        "%(n)s drawings (SVG) were left out. Save them as PNG images to keep them.", n),
    "formula": lambda n: ngettext("A formula was left out.", "%(n)s formulas were left out.", n),
    "iframe": lambda n: ngettext(
        "An embedded page was left out: %(what)s.", "%(n)s embedded pages were left out: %(what)s.", n),
    "media": lambda n: ngettext(
        "A film, sound or embedded object was left out: %(what)s.",
        "%(n)s films, sounds or embedded objects were left out: %(what)s.", n),
    "noscript": lambda n: ngettext(
        "Text for browsers without scripts was left out.",
        "%(n)s texts for browsers without scripts were left out.", n),
    "template": lambda n: ngettext("A hidden template was left out.", "%(n)s hidden templates were left out.", n),
    "form": lambda n: ngettext(
        "A form was left out; the text in it was kept.", "%(n)s forms were left out; the text in them was kept.", n),
    "field": lambda n: ngettext("A form field was left out.", "%(n)s form fields were left out.", n),
    "button": lambda n: ngettext(
        "A button became plain text: %(what)s.", "%(n)s buttons became plain text: %(what)s.", n),
    "hidden": lambda n: ngettext(
        "Text that the page hides was left out.", "%(n)s texts that the page hides were left out.", n),
    "colours": lambda n: ngettext(
        "Colours, fonts or sizes were left out.", "Colours, fonts or sizes were left out in %(n)s places.", n),
    "handler": lambda n: ngettext(
        "A script on an element was left out.", "Scripts on %(n)s elements were left out.", n),
    "unknown": lambda n: ngettext(
        "An unknown element was left out, its text was kept: %(what)s.",
        "%(n)s unknown elements were left out, their text was kept: %(what)s.", n),
    "link": lambda n: ngettext(
        "A link was removed, because its address is missing or not allowed; its text was kept: %(what)s.",
        "%(n)s links were removed, because their addresses are missing or not allowed; their text was kept: %(what)s.",
        n),
    "image": lambda n: ngettext(
        "An image was removed, because its address is missing or not allowed: %(what)s.",
        "%(n)s images were removed, because their addresses are missing or not allowed: %(what)s.", n),
    "outside-image": lambda n: ngettext(
        "An image on another web site became a link: %(what)s.",
        "%(n)s images on other web sites became links: %(what)s.", n),
    "absent-image": lambda n: ngettext(
        "An image that is not stored here was left out; its description was kept: %(what)s.",
        "%(n)s images that are not stored here were left out; their descriptions were kept: %(what)s.", n),
    "image-here": lambda n: ngettext(
        "An image was left out where only text can stand: %(what)s.",
        "%(n)s images were left out where only text can stand: %(what)s.", n),
    "flattened": lambda n: ngettext(
        "A list, table or other block became plain text where only text can stand.",
        "%(n)s lists, tables or other blocks became plain text where only text can stand.", n),
    "heading-in-item": lambda n: ngettext(
        "A heading at the start of a list item became bold text.",
        "%(n)s headings at the start of list items became bold text.", n),
    "definitions": lambda n: ngettext(
        "A list of definitions became a list with bold terms.",
        "%(n)s lists of definitions became lists with bold terms.", n),
    "caption": lambda n: ngettext(
        "A caption became a paragraph.", "%(n)s captions became paragraphs.", n),
    "abbreviation": lambda n: ngettext(
        "The explanation of an abbreviation was left out: %(what)s.",
        "The explanations of %(n)s abbreviations were left out: %(what)s.", n),
    "highlight": lambda n: ngettext(
        "A highlighting was left out; its text was kept.",
        "%(n)s highlightings were left out; their text was kept.", n),
    "ruby": lambda n: ngettext("A reading aid (ruby) became plain text.", "%(n)s reading aids became plain text.", n),
    "spans": lambda n: ngettext(
        "A cell spanned too many columns or rows and was made smaller.",
        "%(n)s cells spanned too many columns or rows and were made smaller.", n),
    "language": lambda n: ngettext(
        "The name of a code language was left out: %(what)s.",
        "%(n)s names of code languages were left out: %(what)s.", n),
    "kind": lambda n: ngettext(
        "A box of an unknown kind became an information box: %(what)s.",
        "%(n)s boxes of unknown kinds became information boxes: %(what)s.", n),
    "container": lambda n: ngettext(
        "A block could not be understood and was kept as plain text: %(what)s.",
        "%(n)s blocks could not be understood and were kept as plain text: %(what)s.", n),
    "long": lambda n: ngettext(
        "A text that is too long for its place was cut: %(what)s.",
        "%(n)s texts that are too long for their places were cut: %(what)s.", n),
    "roles": lambda n: ngettext(
        "A passage for certain roles was left out, because its roles cannot be understood: %(what)s.",
        "%(n)s passages for certain roles were left out, because their roles cannot be understood: %(what)s.", n),
    "roles-here": lambda n: ngettext(
        "A passage for certain roles was left out, because it cannot stand where it stood. "
        "Put it between the paragraphs, in a section of its own.",
        "%(n)s passages for certain roles were left out, because they cannot stand where they stood. "
        "Put them between the paragraphs, in sections of their own.", n),
    "roles-narrowed": lambda n: ngettext(
        "A passage inside another passage is now shown only to roles that may read both: %(what)s.",
        "%(n)s passages inside other passages are now shown only to roles that may read both: %(what)s.", n),
    "characters": lambda n: ngettext(
        "A character that cannot be stored was left out.", "%(n)s characters that cannot be stored were left out.", n),
}  # fmt: skip
_NAMED = 3  # so many names are told in a sentence


class Losses:
    """Collects losses while a text is converted."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}

    def add(self, kind: str, what: str = "", count: int = 1) -> None:
        """Note that something of this kind was lost; `what` names it."""
        if count < 1:
            return
        self._counts[kind] = self._counts.get(kind, 0) + count
        names = self._names.setdefault(kind, [])
        name = " ".join(what.split())
        name = name if len(name) <= 60 else name[:59] + "…"
        if name and name not in names:
            names.append(name)

    def sentences(self) -> list[str]:
        """One sentence for each kind, in the order in which they were first met."""
        made = []
        for kind, count in self._counts.items():
            names = self._names[kind]
            told = ", ".join(f"“{name}”" for name in names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
            made.append(_SENTENCES[kind](count) % {"n": count, "what": told or "–"})
        return made
