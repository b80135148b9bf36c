"""Raising a flag, and joining one that is there."""

from __future__ import annotations

import pytest

from articles import access
from articles.actions import flagging
from articles.actions.answering import resolve_flag
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.flag_rights import flags_for
from articles.models import Article, Event, Flag, User
from tests.conftest import MakeArticle

from .conftest import Raise


def test_a_flag_is_somebodys_from_its_first_moment_and_due(flag_it: Raise, mary: User) -> None:
    flag = flag_it()
    assert flag.status == "new"
    assert flag.assignee == mary, "nobody owns the article or its topic, so it is a manager's"
    assert flag.due > flag.created_at
    assert [step.action for step in flag.steps.all()] == ["raised", "routed"]
    event = Event.objects.get(kind="flag.raised")
    assert event.article_id == flag.article_id
    assert "fee" not in str(event.data), "what a flag says is read by whoever may, when they are told"


def test_who_may_not_see_the_article_cannot_flag_it(charlie: User, article: Article, make_article: MakeArticle) -> None:
    for article_id in (article.pk, make_article("Draft", publish=False).pk, 987_654):
        with pytest.raises(access.NotFound):
            flagging.raise_flag(charlie, article_id, "incorrect", "normal", "Wrong.")
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    ("kind", "severity", "body", "field"),
    [("wrong", "normal", "x", "kind"), ("other", "huge", "x", "severity"), ("other", "low", " \n", "body"),
     ("other", "low", "x" * 2_001, "body"), ("other", "low", "a\0b", "body")],
)  # fmt: skip
def test_a_flag_that_says_nothing_is_told_what_to_do(
    bob: User, article: Article, kind: str, severity: str, body: str, field: str
) -> None:
    with pytest.raises(Invalid) as problem:
        flagging.raise_flag(bob, article.pk, kind, severity, body)
    assert field in problem.value.fields


def test_a_program_that_floods_is_told_to_wait(flag_it: Raise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flagging, "IN_WINDOW", 2)
    flag_it(), flag_it()
    with pytest.raises(TooMany) as problem:
        flag_it()
    assert 3_500 < problem.value.wait <= 3_601


def test_joining_counts_once_and_never_oneself(
    flag_it: Raise, bob: User, alice: User, charlie: User, mary: User
) -> None:
    flag = flag_it()
    for _ in range(2):
        flagging.join_flag(alice, flag.pk)
    assert flag.joins.count() == 1
    assert Event.objects.filter(kind="flag.updated").count() == 1
    flagging.join_flag(bob, flag.pk)
    assert flag.joins.count() == 1
    with pytest.raises(access.NotFound):
        flagging.join_flag(charlie, flag.pk)
    resolve_flag(alice, flag.pk, "Done.")
    with pytest.raises(Conflict):
        flagging.join_flag(mary, flag.pk)


def test_what_is_reported_already_is_offered_the_most_alike_first(
    flag_it: Raise, article: Article, alice: User, charlie: User
) -> None:
    hours, fee = flag_it("Opening hours on Friday are wrong"), flag_it("The fee is 795 kr, not 745 kr", quote="745 kr")
    offered = flagging.similar_flags(alice, article, "wrong fee: 795 kr")
    assert offered == [fee, hours]
    assert flagging.similar_flags(alice, article, quote="costs 745 kr")[0] == fee
    assert flagging.similar_flags(charlie, article, "fee") == []


def test_what_nobody_found_is_offered_only_to_who_knows_of_it(
    flag_it: Raise, bob: User, mary: User, alice: User
) -> None:
    missing = flag_it("charging cable over pavement", article=None, kind="missing", query="charging cable")
    for person, known in ((bob, [missing]), (mary, [missing]), (alice, [])):
        assert flagging.similar_flags(person, None, query="charging cable pavement") == known
        assert flagging.similar_flags(person, None, query="dog tax") == []


def test_who_searched_for_the_same_may_join_and_learns_only_then_what_was_asked(
    flag_it: Raise, alice: User, bob: User, charlie: User, mary: User
) -> None:
    missing = flag_it("Mrs Ek needs it for her pavement", article=None, kind="missing", query="Charging  cables")
    asked = {person: flagging.is_asked(person, "charging cable") for person in (alice, bob, charlie, mary)}
    assert asked == {alice: True, bob: False, charlie: True, mary: False}, "who sees the flag is offered that"
    for other in ("charging", "pavement", "charging cable pavement", ""):
        assert not flagging.is_asked(alice, other)
    with pytest.raises(access.NotFound):
        flagging.join_flag(alice, missing.pk)
    with pytest.raises(Conflict):
        flagging.join_asked(alice, "pavement")
    for _ in range(2):
        assert flagging.join_asked(alice, "the charging cable") == missing
    assert missing.joins.count() == 1
    assert flagging.fetch_flag(alice, missing.pk) == missing
    assert list(flags_for(alice)) == [missing]
    assert not flagging.is_asked(alice, "charging cable")
    with pytest.raises(access.Forbidden):
        resolve_flag(alice, missing.pk, "Done.")
    resolve_flag(mary, missing.pk, "Done.")
    assert not flagging.is_asked(charlie, "charging cable")
    with pytest.raises(Conflict):
        flagging.join_asked(charlie, "charging cable")
    with pytest.raises(access.NotFound):
        flagging.fetch_flag(charlie, missing.pk)
