"""Notices: who may write them, whom they reach, and that they begin and end by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from articles import access
from articles.actions.announcing import add_notice, edit_notice, end_notice, turn_notices
from articles.actions.category import create_category
from articles.actions.problems import Conflict, Invalid
from articles.models import Article, Category, Event, Notice, User
from articles.notices import managed_by, may_announce, shown_among, shown_on, shown_to

MakeArticle = Callable[..., Article]


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def texts(user: User, category: Category | None = None, now: datetime | None = None) -> list[str]:
    if now is not None:
        return [one.text for one in shown_to(user, now)]
    return [one.text for one in shown_on(user, category)]


def test_a_manager_tells_everybody_on_all_pages(
    category: Category, mary: User, bob: User, charlie: User, tomorrow: datetime
) -> None:
    add_notice(mary, "  Phones are\n down ", tomorrow)
    add_notice(mary, "Fire alarm", tomorrow, tone="danger")
    for user in (bob, charlie, mary):
        assert texts(user) == texts(user, category) == ["Fire alarm", "Phones are down"]


def test_some_roles_are_told_on_the_pages_of_some_topics(
    category: Category,
    article: Article,
    admin: User,
    alice: User,
    mary: User,
    bob: User,
    charlie: User,
    tomorrow: datetime,
) -> None:
    sheds = create_category(admin, "Sheds", category)
    waste = create_category(admin, "Waste", grants={"readers": ["view"]})
    add_notice(mary, "For readers", tomorrow, roles=["readers"])
    add_notice(mary, "In permits", tomorrow, categories=["permits"])
    assert texts(bob) == ["For readers"]
    assert texts(bob, sheds) == texts(bob, category) == ["In permits", "For readers"]
    assert texts(bob, waste) == ["For readers"]
    assert texts(alice, category) == ["In permits"]
    assert texts(charlie) == texts(charlie, category) == [], "whoever does not see the topic is told nothing of it"
    article.refresh_from_db()
    assert [one.text for one in shown_among(bob, [article])] == ["In permits", "For readers"]
    assert [one.text for one in shown_among(alice, [])] == []


def test_whoever_publishes_in_a_topic_announces_there(
    category: Category, admin: User, alice: User, bob: User, mary: User, tomorrow: datetime
) -> None:
    create_category(admin, "Waste", grants={"writers": ["view"]})
    notice = add_notice(alice, "In permits", tomorrow, categories=["permits"])
    assert [may_announce(user) for user in (alice, bob, mary)] == [True, False, True]
    for user, categories in ((bob, ["permits"]), (alice, []), (alice, ["permits", "waste"])):
        with pytest.raises(access.Forbidden):
            add_notice(user, "x", tomorrow, categories=categories)
    with pytest.raises(access.NotFound):
        add_notice(alice, "x", tomorrow, categories=["no-such"])
    assert list(managed_by(alice)) == list(managed_by(mary)) == [notice]
    add_notice(mary, "Everywhere", tomorrow)
    both = add_notice(mary, "Both", tomorrow, categories=["permits"])
    both.categories.add(Category.objects.get(slug="waste"))
    assert list(managed_by(alice)) == [notice]
    assert list(managed_by(bob)) == []
    with pytest.raises(access.NotFound):
        end_notice(alice, both.pk)


def test_a_notice_begins_and_ends_by_the_clock_and_open_pages_are_told(mary: User, bob: User) -> None:
    start = timezone.now() + timedelta(hours=1)
    end = start + timedelta(hours=1)
    add_notice(mary, "Phones are down", end, starts=start)
    second = timedelta(seconds=1)
    assert [texts(bob, now=now) for now in (start - second, start, end - second, end)] == [
        [], ["Phones are down"], ["Phones are down"], [],
    ]  # fmt: skip
    assert [turn_notices(now) for now in (start - second, start, start, end, end)] == [0, 1, 0, 1, 0]
    told = list(Event.objects.filter(kind__startswith="notice.").order_by("seq").values_list("kind", "data__shown"))
    assert told == [("notice.added", False), ("notice.started", True), ("notice.ended", True)]


def test_a_notice_is_changed_and_taken_back(mary: User, bob: User, alice: User, tomorrow: datetime) -> None:
    notice = add_notice(mary, "Phones are down", tomorrow)
    edit_notice(mary, notice.pk, text="Phones work again from 15", roles=["writers"], tone="warn")
    assert (texts(bob), texts(alice)) == ([], ["Phones work again from 15"])
    kinds = [event.kind for event in Event.objects.filter(kind__startswith="notice.").order_by("seq")]
    assert kinds == ["notice.added", "notice.ended", "notice.edited"], "who is not meant any more sees it go"
    end_notice(mary, notice.pk)
    assert texts(alice) == []
    with pytest.raises(Conflict):
        edit_notice(mary, notice.pk, text="Again")
    planned = add_notice(mary, "Later", tomorrow + timedelta(days=1), starts=tomorrow)
    end_notice(mary, planned.pk)
    assert list(Notice.objects.all()) == [notice], "what nobody saw leaves nothing"


def test_a_role_or_topic_that_is_removed_makes_no_notice_for_all(
    category: Category, mary: User, bob: User, tomorrow: datetime
) -> None:
    notice = add_notice(mary, "For readers", tomorrow, roles=["readers"], categories=["permits"])
    notice.roles.clear()
    assert texts(bob, category) == []
    other = add_notice(mary, "In permits", tomorrow, categories=["permits"])
    other.categories.clear()
    add_notice(mary, "So that it is read anew", tomorrow)
    assert texts(bob) == ["So that it is read anew"]


def test_what_cannot_be_announced_says_why(mary: User, tomorrow: datetime) -> None:
    now = timezone.now()
    for arguments in (
        {"text": " ", "ends": tomorrow},
        {"text": "x" * 301, "ends": tomorrow},
        {"text": "x", "ends": now},
        {"text": "x", "ends": tomorrow, "starts": tomorrow},
        {"text": "x", "ends": now + timedelta(days=500)},
        {"text": "x", "ends": tomorrow, "roles": ["no-such"]},
        {"text": "x", "ends": tomorrow, "tone": "loud"},
    ):
        with pytest.raises(Invalid):
            add_notice(mary, **arguments)  # type: ignore[arg-type]
    assert Notice.objects.count() == 0
