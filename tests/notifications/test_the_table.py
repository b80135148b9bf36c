"""The table of kinds: its page in docs/ says what holds, and each line does what it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from articles.events import KINDS
from articles.models import User
from notifications.actions import choosing
from notifications.models import Channel, Notification, Reason
from notifications.telling.kinds import GROUPS, TABLE
from notifications.telling.presets import PRESETS
from tests.notifications.table import DOCS, written


def test_the_page_in_docs_is_made_from_the_table() -> None:
    assert DOCS.read_text() == written(), "python -m tests.notifications.table"


def test_every_line_is_about_a_kind_that_there_is() -> None:
    assert set(TABLE) <= set(KINDS)


@pytest.mark.parametrize("kind", TABLE)
def test_every_line_has_words_in_both_languages_and_somebody_to_tell(kind: str) -> None:
    one = TABLE[kind]
    assert one.who
    assert one.group in GROUPS
    said = set()
    for language in ("en", "sv"):
        with override(language):
            notification = Notification(kind=kind, reason=Reason.FOLLOW, data={"version": 2, "fields": ["title"]})
            said.add(one.says(notification))
            assert str(one.label)
    assert len(said) == 2, said


@pytest.mark.parametrize("kind", TABLE)
def test_who_has_chosen_nothing_is_told_as_the_table_says(bob: User, kind: str) -> None:
    cells = choosing.matrix_of(bob)[kind]
    assert cells == {channel.value: str(TABLE[kind].default(channel)) for channel in Channel}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_one_word_for_the_whole_matrix(bob: User, name: str) -> None:
    choosing.use_preset(bob, name)
    assert choosing.matrix_of(bob) == PRESETS[name].matrix()
    assert any(cells["inbox"] == "now" for cells in choosing.matrix_of(bob).values()), "also only must-reads"


def test_a_kind_has_one_line() -> None:
    from notifications.telling.kinds import tell

    one: Any = TABLE["article.published"]
    with pytest.raises(ValueError):
        tell(one)
