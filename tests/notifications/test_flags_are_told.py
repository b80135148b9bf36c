"""Each step of a flag reaches whoever waits for it, also those who have its article before their eyes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from articles.actions import answering, chasing, commenting, flagging
from articles.actions.people import create_user, set_active
from articles.flag_duty import FlagDuty
from articles.models import Article, Flag, User
from notifications import inbox, log, presenting
from notifications.actions import reading
from notifications.models import Channel, Delivery

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


def test_each_step_reaches_those_who_wait_for_it_in_words_that_are_true_for_them(
    flag: Flag, alice: User, bob: User, mary: User, admin: User, told: Told
) -> None:
    carol = create_user(None, "carol", roles=["readers"])
    flagging.join_flag(carol, flag.pk)
    answering.resolve_flag(mary, flag.pk, "It is 795 kr.")
    assert "Accept the answer" in said(told, bob)
    assert said(told, carol) == "Mary Modin resolved a flag that you joined. Read the answer."
    answering.reopen_flag(bob, flag.pk, "The form says 745.")
    assert said(told, mary) == "Bob Berg reopened a flag: the answer did not do.", "who answered it"
    assert said(told, alice).endswith("It is yours to answer."), "who has it"
    assert said(told, carol) == said(told, mary), "who was told that it is resolved"
    answering.decline_flag(mary, flag.pk, "The form is an old one.")
    assert said(told, carol) == "Mary Modin declined a flag that you joined, and says why."
    answering.reopen_flag(admin, flag.pk, "It is on the web.")
    assert told(bob)[-1] == ("flag.reopened", "concerned"), "a manager may reopen it as well"
    answering.resolve_flag(mary, flag.pk, "It is gone from there.")
    answering.accept_answer(bob, flag.pk)
    assert told(mary)[-1] == ("flag.accepted", "concerned")
    assert "flag.accepted" not in {kind for kind, _reason in told(alice)}, "it was not her answer"


def test_what_becomes_of_a_warning_is_told_in_the_inbox_and_nowhere_else(
    flag: Flag, mary: User, bob: User, told: Told
) -> None:
    answering.change_flag(mary, flag.pk, severity="urgent")
    assert said(told, bob) == "Mary Modin changed a flag."
    answering.word_warning(mary, flag.pk, "Ask first.")
    assert said(told, bob) == "Mary Modin worded the warning of a flag."
    answering.lift_warning(mary, flag.pk)
    assert said(told, bob) == "Mary Modin lifted the warning of a flag."
    answering.warn_again(mary, flag.pk)
    assert said(told, bob) == "Mary Modin shows the warning of a flag again."
    sent = Delivery.objects.filter(recipient=bob, notification__kind="flag.updated")
    assert set(sent.values_list("channel", flat=True)) <= {Channel.INBOX}


def test_who_an_overdue_flag_goes_up_to_next_is_told_and_nobody_else_once_more(
    flag: Flag, alice: User, mary: User, told: Told
) -> None:
    martin = create_user(None, "martin", roles=["manager", "readers"])
    chasing.escalate(flag.pk, flag.due + timedelta(minutes=1))
    assert said(told, mary) == "A flag is overdue, and went up to you."
    assert len(told(alice)) == 1
    set_active(None, mary.pk, active=False)
    for _ in range(2):
        FlagDuty().step(threading.Event())
    assert told(martin) == [("flag.overdue", "assigned")]
    assert len(told(alice)) == 1
    step = flag.steps.last()
    assert step is not None
    assert (step.action, step.to) == ("went_up", martin)


def test_who_joined_what_they_did_not_find_gets_the_answer_too(
    article: Article, alice: User, bob: User, mary: User, told: Told
) -> None:
    missing = flagging.raise_flag(bob, None, "missing", "normal", "A cable", query="charging cable")
    flagging.join_asked(alice, "charging cables")
    answering.resolve_flag(mary, missing.pk, "It is there now.")
    assert "Accept the answer" in said(told, bob)
    assert said(told, alice) == "Mary Modin resolved a flag that you joined. Read the answer."


def said(told: Told, person: User) -> str:
    """The newest sentence in somebody's inbox, unread."""
    assert told(person)
    return presenting.sentence(presenting.loaded(inbox.unread_of(person)).latest("event"))
