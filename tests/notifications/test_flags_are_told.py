"""Each step of a flag reaches whoever waits for it, also those who have its article before their eyes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles.actions import answering, commenting, flagging
from articles.models import Article, Flag, User
from notifications import log
from notifications.actions import reading

Told = Callable[[User], list[tuple[str, str]]]


@pytest.fixture
def flag(article: Article, alice: User, bob: User, mary: User, tell_all: Callable[[], None]) -> Flag:
    """Bob's, given to Alice; all of that has been told, and Bob has read it."""
    made = flagging.raise_flag(bob, article.pk, "incorrect", "normal", "The fee is another.")
    answering.assign_flag(mary, made.pk, alice.pk)
    tell_all()
    for person in (alice, bob, mary):
        reading.mark_read(person)
    return made


@pytest.mark.parametrize("first", ["told", "seen"])
def test_what_the_page_of_the_article_does_not_show_stays_unread_there(
    flag: Flag, article: Article, alice: User, bob: User, told: Told, first: str
) -> None:
    page_of = log.newest
    thread = commenting.add_comment(bob, article.pk, "Since when?").pk
    commenting.add_comment(alice, article.pk, "Since May.", parent=thread)
    commenting.add_comment(alice, article.pk, "@bob: since May.")
    answering.resolve_flag(alice, flag.pk, "It is 795 kr.")
    if first == "told":
        assert len(told(bob)) == 3
    reading.saw(bob, article.pk, page_of())
    assert told(bob) == [("comment.added", "mention"), ("flag.resolved", "concerned")], "but not the answer there"
