"""Everything that the interface says is said in Swedish too, and what is compiled is what is written."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.utils import translation

from tests.services import messages

TO_DO = "Run `make messages`, translate what it names in kbcentre/locale, run it again, and commit both files."
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(messages.CATALOGUE))


def test_every_text_of_the_sources_is_in_the_catalogue_and_no_other(catalogue: polib.POFile) -> None:
    written = set(messages.gathered())
    kept = {(entry.msgctxt or "", entry.msgid) for entry in catalogue}
    assert not written - kept, TO_DO
    assert not kept - written, TO_DO


def test_everything_is_translated(catalogue: polib.POFile) -> None:
    assert not [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy or entry.obsolete], TO_DO


def test_what_is_compiled_is_what_is_written(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(messages.CATALOGUE.with_suffix(".mo")))
    assert {(one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural) for one in compiled} == {
        (one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural) for one in catalogue
    }, TO_DO


def test_translations_have_the_same_places_for_names_and_numbers(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        if entry.msgid_plural:
            pairs = [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
        else:
            pairs = [(entry.msgid, entry.msgstr)]
        for english, swedish in pairs:
            places = sorted(set(_PLACE.findall(english))), sorted(set(_PLACE.findall(swedish)))
            # One article may be "an article": the singular need not say its number.
            assert places[0] == places[1] or (entry.msgid_plural and set(places[1]) <= set(places[0])), swedish


def test_texts_are_found_wherever_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "words.py"
    source.write_text(
        'a = _("One" " text")\nb = ngettext("%(n)d man", "%(n)d men", n)\nc = pgettext("door", "Open")\nd = _(x)\n'
    )
    found = [(one.context, one.singular, one.plural) for one in messages._of_python(source)]
    assert found == [("", "One text", ""), ("", "%(n)d man", "%(n)d men"), ("door", "Open", "")]
    frame = {one.singular for one in messages._of_template(messages.PROJECT / "templates" / "base.html")}
    assert {"Skip to the content", "Search articles", "Live"} <= frame


def test_the_product_speaks_swedish_with_what_is_committed() -> None:
    with translation.override("sv"):
        assert translation.gettext("Save draft") == "Spara utkast"
        assert translation.ngettext("%(total)s event", "%(total)s events", 2) == "%(total)s händelser"


def test_what_is_done_with_a_flag_has_one_word_each(catalogue: polib.POFile) -> None:
    said = {(one.msgctxt, one.msgid): one.msgstr for one in catalogue}
    assert said["flag", "Resolve"] + "…" == said[None, "Resolve…"] == "Åtgärda…"
    assert said["flag", "Decline"] + "…" == said[None, "Decline…"] == "Avslå…"
    for (context, english), swedish in said.items():
        if context == "flag" or re.search(r"\bflag", english):
            assert "resolve" not in english.lower() or "åtgärda" in swedish.lower(), swedish
            assert "decline" not in english.lower() or re.search("avslå|avslog|avslag", swedish.lower()), swedish


def test_a_word_with_two_meanings_has_two_translations() -> None:
    with translation.override("sv"):
        assert translation.gettext("Raised") == "Upphöjt"  # letters of the editor
        assert translation.pgettext("flags", "Raised") == "Inkomna"
        assert translation.gettext("About") == "Om artikeln"
        assert translation.pgettext("filter", "About") == "Handlar om"
