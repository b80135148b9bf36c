"""Publishing and archiving at a time that was set before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from articles import access, documents
from articles.actions.article import archive_article
from articles.actions.people import set_active, set_user_roles
from articles.actions.planning import (
    cancel_plan,
    carry_out,
    due_plans,
    keep_plan,
    plan_archiving,
    plan_publication,
)
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article
from articles.centre_time import moment_of
from articles.models import Article, Event, Plan, User, Version
from articles.publishing_duty import publish_what_is_due

from .conftest import Write


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def reached(plan: Plan) -> Plan:
    """Let its hour come, and the worker work."""
    Plan.objects.filter(pk=plan.pk).update(at=timezone.now() - timedelta(seconds=1))
    publish_what_is_due(threading.Event())
    plan.refresh_from_db()
    return plan


def test_what_was_planned_is_published_when_its_hour_comes_and_not_before(
    article: Article, alice: User, tomorrow: datetime, write: Write
) -> None:
    write(alice, article, "From the first of January.")
    plan = plan_publication(alice, article.pk, tomorrow, note="New year")
    write(alice, article, "Something later.")
    assert due_plans(timezone.now()) == []
    assert carry_out(plan.pk, timezone.now()) is None
    assert reached(plan).state == "done"
    version = Version.objects.get(article=article, number=2)
    assert (documents.to_text(version.document), version.note, version.author) == (
        "From the first of January.", "New year", alice,
    )  # fmt: skip
    assert plan.version == version
    assert list(Event.objects.order_by("-seq").values_list("kind", flat=True)[:2]) == [
        "draft.planned", "article.published",
    ]  # fmt: skip
    publish_what_is_due(threading.Event())
    assert carry_out(plan.pk, timezone.now()) is None
    assert Version.objects.filter(article=article).count() == 2


def test_an_article_is_archived_when_its_hour_comes(article: Article, alice: User, tomorrow: datetime) -> None:
    assert reached(plan_archiving(alice, article.pk, tomorrow)).state == "done"
    article.refresh_from_db()
    assert article.status == "archived"
    assert Event.objects.filter(kind="article.archived", actor=alice).count() == 1


def test_a_newer_version_keeps_a_plan_from_undoing_it_unless_somebody_looks_and_keeps_it(
    article: Article, alice: User, tomorrow: datetime, write: Write
) -> None:
    write(alice, article, "Planned.")
    plan = plan_publication(alice, article.pk, tomorrow)
    write(alice, article, "Corrected meanwhile.")
    publish_article(alice, article.pk)
    with pytest.raises(Conflict, match="meanwhile"):
        keep_plan(alice, plan.pk, seen=1)
    Plan.objects.filter(pk=plan.pk).update(at=timezone.now())
    copy = Plan.objects.get(pk=plan.pk)
    assert (reached(plan).state, plan.problem) == ("failed", "newer")
    assert Version.objects.filter(article=article).count() == 2
    copy.pk, copy.at = None, tomorrow
    copy.save(force_insert=True)
    assert keep_plan(alice, copy.pk, seen=2).base_id == article.versions.get(number=2).pk
    assert reached(copy).state == "done"
    assert documents.to_text(Version.objects.get(article=article, number=3).document) == "Planned."


def test_what_was_archived_before_is_not_published(
    article: Article, alice: User, tomorrow: datetime, write: Write
) -> None:
    write(alice, article, "Planned.")
    plan = plan_publication(alice, article.pk, tomorrow)
    archive_article(alice, article.pk)
    assert (reached(plan).state, plan.problem) == ("failed", "archived")


@pytest.mark.parametrize("how", ["roles", "closed"])
def test_who_lost_the_right_publishes_nothing_any_more(
    article: Article, alice: User, tomorrow: datetime, write: Write, how: str
) -> None:
    write(alice, article, "Planned.")
    plan = plan_publication(alice, article.pk, tomorrow)
    if how == "roles":
        set_user_roles(None, alice.pk, ["readers"])
    else:
        set_active(None, alice.pk, active=False)
    assert (reached(plan).state, plan.problem) == ("failed", "rights")
    assert Version.objects.filter(article=article).count() == 1


def test_a_plan_is_cancelled(article: Article, alice: User, eve: User, tomorrow: datetime, write: Write) -> None:
    write(alice, article, "Planned.")
    plan = plan_publication(alice, article.pk, tomorrow)
    with pytest.raises(access.Forbidden):
        cancel_plan(eve, plan.pk)
    cancel_plan(alice, plan.pk)
    assert reached(plan).state == "cancelled"
    with pytest.raises(Conflict):
        cancel_plan(alice, plan.pk)


def test_one_plan_of_a_kind_at_a_time(article: Article, alice: User, tomorrow: datetime, write: Write) -> None:
    write(alice, article, "Planned.")
    plan_publication(alice, article.pk, tomorrow)
    plan_archiving(alice, article.pk, tomorrow + timedelta(days=1))
    with pytest.raises(Conflict, match="planned already"):
        plan_publication(alice, article.pk, tomorrow)


def test_what_cannot_be_planned_says_so(article: Article, alice: User, eve: User, write: Write) -> None:
    write(alice, article, "Planned.")
    for wrong in (timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(days=4 * 366)):
        with pytest.raises(Invalid, match="Choose a time"):
            plan_publication(alice, article.pk, wrong)
    with pytest.raises(access.Forbidden):
        plan_publication(eve, article.pk, timezone.now() + timedelta(days=1))


def test_one_plan_that_fails_unexpectedly_does_not_keep_the_others(
    article: Article,
    make_article: Callable[..., Article],
    alice: User,
    tomorrow: datetime,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(alice, article, "Planned.")
    broken = plan_publication(alice, article.pk, tomorrow)
    fine = plan_archiving(alice, make_article("Shed").pk, tomorrow)

    def fails(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("articles.actions.planning.publish_frozen", fails)
    Plan.objects.update(at=timezone.now())
    with pytest.raises(OSError, match="full"):
        publish_what_is_due(threading.Event())
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == ("waiting", "done")
    monkeypatch.undo()
    publish_what_is_due(threading.Event())
    broken.refresh_from_db()
    assert broken.state == "done"


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2027, 1, 1), time(6), datetime(2027, 1, 1, 5, tzinfo=UTC)),
        (date(2027, 7, 1), time(6), datetime(2027, 7, 1, 4, tzinfo=UTC)),
        (date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # comes twice: the first one
        (date(2027, 3, 28), time(1, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(3), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
def test_times_are_those_on_the_clocks_of_the_centre(day: date, hour: time, utc: datetime) -> None:
    assert moment_of(day, hour) == utc


def test_a_time_that_clocks_leave_out_is_not_taken() -> None:
    with pytest.raises(Invalid, match="put forward"):
        moment_of(date(2027, 3, 28), time(2, 30))
