"""Confirming while somebody publishes, and many who do the same at one moment: on the real database."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import documents
from articles.actions.article import create_article
from articles.actions.asking import Asks
from articles.actions.category import create_category
from articles.actions.people import create_user, set_absence
from articles.actions.publishing import publish_article
from articles.actions.reviewing import confirm_still_correct, tell_review_due
from articles.models import Article, Event, MustRead, Review, User
from notifications.actions.acknowledging import acknowledge, remind, tell_deadline
from notifications.actions.returning import come_back
from notifications.models import Acknowledgement
from notifications.promises import tell_what_is_due
from tests.actions.test_publishing_races import at_once, kinds


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A superuser, committed, so that other connections see them."""
    return create_user(None, "admin", password=None, superuser=True)


@pytest.fixture
def reader(admin: User) -> User:
    """Somebody who is asked."""
    return create_user(None, "rita", password=None)


@pytest.fixture
def article(admin: User) -> Article:
    """A must-read for everyone, with a review date that has passed."""
    category = create_category(admin, "Permits", grants={"everyone": ["view"]})
    yesterday = timezone.localdate() - timedelta(days=1)
    document = documents.from_markdown("One.").document
    made = create_article(admin, category, "Fence", document, review_date=yesterday)
    publish_article(admin, made.pk, significance="must-read", asks=Asks(days=1))
    return made


def test_nobody_confirms_an_older_must_read_than_the_one_that_is_published_meanwhile(
    admin: User, reader: User, article: Article
) -> None:
    results = at_once(
        *[lambda: acknowledge(reader, article.pk, 1)] * 3,
        lambda: publish_article(admin, article.pk, significance="must-read", asks=Asks()),
    )
    assert kinds(results)["Version"] == 1
    order = list(
        Event.objects.filter(kind__in=["acknowledgement.given", "article.published"]).order_by("seq").values_list(
            "kind", "data__version"
        )
    )  # fmt: skip
    given = [place for place, (kind, _version) in enumerate(order) if kind == "acknowledgement.given"]
    newer = order.index(("article.published", 2))
    assert all(place < newer for place in given), "a confirmation of version 1 came before version 2, or was refused"
    assert Acknowledgement.objects.count() == len(given) <= 1
    assert MustRead.objects.filter(article=article, is_current=True).count() == 1


def test_of_many_presses_one_confirms(reader: User, article: Article) -> None:
    results = at_once(*[lambda: acknowledge(reader, article.pk, 1)] * 5)
    assert kinds(results) == {"tuple": 5}
    assert Acknowledgement.objects.count() == 1
    assert Event.objects.filter(kind="acknowledgement.given").count() == 1


def test_two_managers_remind_once(admin: User, reader: User, article: Article) -> None:
    results = at_once(*[lambda: remind(admin, article.pk)] * 3)
    assert kinds(results) == {"int": 1, "TooMany": 2}
    assert Event.objects.filter(kind="acknowledgement.requested", data__reason="reminder").count() == 1


def test_several_workers_tell_each_date_once(reader: User, article: Article) -> None:
    later = timezone.now() + timedelta(days=3)
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))
    version = MustRead.objects.get().pk
    at_once(
        *[lambda: tell_deadline(version, later)] * 3, *[lambda: tell_review_due(article.pk, timezone.localdate())] * 3
    )
    at_once(*[lambda: tell_what_is_due(threading.Event())] * 2)
    for kind in ("acknowledgement.overdue", "review.due"):
        assert Event.objects.filter(kind=kind).count() == 1, kind


def test_several_workers_tell_once_what_waited_for_somebody_who_is_back(reader: User, article: Article) -> None:
    set_absence(reader, reader.pk, timezone.localdate() + timedelta(days=2))
    set_absence(reader, reader.pk, None)
    now = timezone.now()
    results = at_once(*[lambda: come_back(reader.pk, now)] * 4)
    assert sorted(results, key=bool) == [False, False, False, True]
    told = Event.objects.filter(kind="acknowledgement.requested", data__reason="return")
    assert list(told.values_list("person", flat=True)) == [reader.pk]


def test_two_owners_confirm_a_review_once(admin: User, article: Article) -> None:
    due = article.review_date
    results = at_once(*[lambda: confirm_still_correct(admin, article.pk, version=1, due=due)] * 4)
    assert kinds(results) == {"Review": 1, "Conflict": 3}
    assert Review.objects.count() == 1
