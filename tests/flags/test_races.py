"""Two who press at one moment: one wins, the other is told what is now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import documents
from articles.actions import answering, chasing, flagging
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user
from articles.actions.problems import Conflict
from articles.actions.publishing import publish_article
from articles.models import Event, Flag, FlagJoin, User
from tests.actions.test_publishing_races import at_once, kinds


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A superuser, committed, so that other connections see them."""
    return create_user(None, "admin", superuser=True)


@pytest.fixture
def flag(admin: User) -> Flag:
    """A flag of a published article, seen by everybody."""
    category = create_category(admin, "Permits", grants={"everyone": ["view"]})
    article = create_article(admin, category, "Fence", documents.from_markdown("One.").document)
    publish_article(admin, article.pk)
    return flagging.raise_flag(admin, article.pk, "outdated", "normal", "Wrong.")


def test_of_many_who_close_a_flag_at_once_one_does_and_the_others_are_told(admin: User, flag: Flag) -> None:
    results = at_once(
        *[lambda: answering.resolve_flag(admin, flag.pk, "Done.", revision=1)] * 3,
        *[lambda: answering.decline_flag(admin, flag.pk, "No.", revision=1)] * 3,
    )
    assert kinds(results) == {"Flag": 1, "Conflict": 5}
    assert all("admin has changed this flag" in str(one) for one in results if isinstance(one, Conflict))
    assert flag.steps.filter(action__in=["resolved", "declined"]).count() == 1


def test_of_two_who_give_it_away_at_once_one_does(admin: User, flag: Flag) -> None:
    people = [create_user(None, f"person{number}") for number in range(4)]
    acts = [lambda pk=person.pk: answering.assign_flag(admin, flag.pk, pk, revision=1) for person in people]
    results = at_once(*acts)
    assert kinds(results) == {"Flag": 1, "Conflict": 3}
    assert Event.objects.filter(kind="flag.assigned").count() == 1


def test_many_join_at_once_and_each_counts_once(admin: User, flag: Flag) -> None:
    person = create_user(None, "person")
    assert kinds(at_once(*[lambda: flagging.join_flag(person, flag.pk)] * 4)) == {"Flag": 4}
    assert FlagJoin.objects.count() == 1


def test_many_workers_escalate_and_hand_over_once(admin: User, flag: Flag) -> None:
    now = timezone.now()
    Flag.objects.update(due=now - timedelta(hours=1), assignee=None)
    assert kinds(at_once(*[lambda: chasing.hand_over(flag.pk)] * 4)) == {"Flag": 1, "NoneType": 3}
    assert kinds(at_once(*[lambda: chasing.escalate(flag.pk, now)] * 4)) == {"Flag": 1, "NoneType": 3}


def test_answering_and_chasing_never_wait_for_each_other_for_ever(admin: User, flag: Flag) -> None:
    Flag.objects.update(due=timezone.now() - timedelta(hours=1))

    def answer_and_reopen() -> None:
        for _ in range(5):
            answering.resolve_flag(admin, flag.pk, "Done.")
            answering.reopen_flag(admin, flag.pk, "No.")

    def chase() -> None:
        for _ in range(10):
            chasing.escalate(flag.pk, timezone.now() + timedelta(days=30))
            chasing.hand_over(flag.pk)

    results = at_once(answer_and_reopen, chase, chase)
    assert all(one is None or isinstance(one, Conflict) for one in results), results
