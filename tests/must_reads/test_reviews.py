"""Review dates: told in time, answered in one click or by publishing, and seen by readers when they have passed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, reviews
from articles.actions import people
from articles.actions.article import update_article
from articles.actions.category import create_category, update_category
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article
from articles.actions.reviewing import confirm_still_correct, tell_review_due
from articles.models import Article, Category, Event, Review, User
from notifications.promises import tell_what_is_due
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


@pytest.fixture
def stopping() -> threading.Event:
    """Nobody asks the worker to stop."""
    return threading.Event()


def today() -> date:
    return timezone.localdate()


def told() -> int:
    return Event.objects.filter(kind="review.due").count()


@pytest.fixture
def overdue(make_article: MakeArticle) -> Article:
    """An article that nobody has looked at in time."""
    return make_article("Fees", review_date=today() - timedelta(days=3))


def test_still_correct_is_recorded_and_sets_the_next_date(overdue: Article, alice: User) -> None:
    made = confirm_still_correct(alice, overdue.pk, version=1, due=overdue.review_date)
    overdue.refresh_from_db()
    assert (made.by, made.version, made.was_due) == (alice, overdue.version, today() - timedelta(days=3))
    assert overdue.review_date == made.next_date == reviews.months_later(today(), 12)
    assert overdue.last_review == made
    event = Event.objects.latest("seq")
    assert (event.kind, event.data) == ("review.confirmed", {"version": 1, "next": str(made.next_date)})


def test_the_interval_is_that_of_the_article_else_of_the_nearest_topic_else_of_the_centre(
    make_article: MakeArticle, admin: User, category: Category, settings: Any
) -> None:
    below = create_category(admin, "Fences", category)
    article = make_article(by=admin, category=below)
    settings.REVIEW_MONTHS = 24
    assert reviews.interval_of(article) == 24
    update_category(admin, category.pk, review_months=6)
    assert reviews.interval_of(Article.objects.get(pk=article.pk)) == 6
    update_category(admin, below.pk, review_months=3)
    assert reviews.interval_of(Article.objects.get(pk=article.pk)) == 3
    update_article(admin, article.pk, review_months=1)
    assert reviews.interval_of(Article.objects.get(pk=article.pk)) == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, expected: date) -> None:
    assert reviews.months_later(day, months) == expected


def test_of_two_who_confirm_one_does(overdue: Article, alice: User, admin: User) -> None:
    due = overdue.review_date
    confirm_still_correct(alice, overdue.pk, due=due)
    with pytest.raises(Conflict):
        confirm_still_correct(admin, overdue.pk, due=due)
    assert Review.objects.count() == 1


def test_nobody_confirms_a_version_that_they_have_not_seen(overdue: Article, alice: User) -> None:
    publish_article(alice, overdue.pk, significance="minor")
    with pytest.raises(Conflict):
        confirm_still_correct(alice, overdue.pk, version=1)


def test_owners_confirm_although_they_may_only_read(overdue: Article, alice: User, bob: User, mary: User) -> None:
    with pytest.raises(access.Forbidden):
        confirm_still_correct(bob, overdue.pk)
    update_article(alice, overdue.pk, owner_user=bob)
    assert confirm_still_correct(bob, overdue.pk).by == bob
    assert confirm_still_correct(mary, overdue.pk).by == mary, "managers may, when nobody else is there"


def test_publishing_what_was_due_answers_the_date_and_a_slip_of_the_pen_does_not(overdue: Article, alice: User) -> None:
    publish_article(alice, overdue.pk, significance="minor")
    overdue.refresh_from_db()
    assert overdue.is_overdue(today())
    publish_article(alice, overdue.pk)
    overdue.refresh_from_db()
    assert overdue.review_date == reviews.months_later(today(), 12)


def test_what_is_evergreen_has_no_date(overdue: Article, alice: User) -> None:
    update_article(alice, overdue.pk, evergreen=True)
    overdue.refresh_from_db()
    assert (overdue.evergreen, overdue.review_date) == (True, None)
    assert reviews.due_to_tell(today()) == []
    with pytest.raises(Invalid):
        update_article(alice, overdue.pk, evergreen=True, review_date=today())
    update_article(alice, overdue.pk, review_date=today())
    overdue.refresh_from_db()
    assert (overdue.evergreen, overdue.review_date) == (False, today())


def test_it_is_told_once_for_each_date(
    make_article: MakeArticle, overdue: Article, alice: User, settings: Any, stopping: threading.Event
) -> None:
    settings.REVIEW_LEAD_DAYS = 14
    near = make_article("Near", review_date=today() + timedelta(days=14))
    make_article("Later", review_date=today() + timedelta(days=15))
    make_article("Draft", review_date=today(), publish=False)
    assert reviews.due_to_tell(today()) == [overdue.pk, near.pk]
    for _ in range(2):
        tell_what_is_due(stopping)
    assert told() == 2
    assert not tell_review_due(near.pk, today()), "another worker has nothing left to tell"
    update_article(alice, near.pk, review_date=today() + timedelta(days=2))
    tell_what_is_due(stopping)
    assert told() == 3


def test_whoever_answers_for_it_is_told(
    overdue: Article, alice: User, admin: User, bob: User, mary: User, charlie: User, category: Category
) -> None:
    def responsible() -> list[str]:
        article = Article.objects.select_related("category").get(pk=overdue.pk)
        return [one.username for one in reviews.responsible_for(article)]

    assert responsible() == ["mary"], "nobody is named: managers"
    update_category(admin, category.pk, owner_user=alice)
    assert responsible() == ["alice"], "the owner of the topic"
    update_article(alice, overdue.pk, owner_user=charlie)
    assert responsible() == ["alice"], "an owner who may not see it is none"
    update_article(alice, overdue.pk, owner_user=bob)
    assert responsible() == ["bob"]
    people.set_active(None, bob.pk, active=False)
    assert responsible() == ["alice"], "an owner who is gone is none"
    people.set_active(None, alice.pk, active=False)
    people.set_user_roles(None, mary.pk, ["manager"])
    assert responsible() == ["admin"]


def test_whoever_answers_for_it_in_their_place_is_told_as_well(
    overdue: Article, alice: User, bob: User, mary: User, admin: User, category: Category, stopping: threading.Event
) -> None:
    def is_told() -> bool:
        before = told()
        for _ in range(2):
            tell_what_is_due(stopping)
        return told() == before + 1

    update_article(alice, overdue.pk, owner_user=alice)
    assert is_told()
    update_article(alice, overdue.pk, owner_user=bob)
    assert is_told()
    update_category(admin, category.pk, owner_user=alice)
    assert not is_told(), "nobody else answers for it"
    people.set_user_roles(None, bob.pk, ["readers"])
    assert not is_told(), "he may read it as before"
    people.set_user_roles(None, bob.pk, ["csr"])
    assert is_told()
    update_article(alice, overdue.pk, owner_user=None)
    assert is_told()
    people.set_active(None, alice.pk, active=False)
    assert is_told(), "the owner of its topic is gone"
    update_category(admin, category.pk, owner_user=mary)
    assert is_told()


def test_without_an_owner_the_nearest_topic_above_that_has_one_answers_for_it(
    make_article: MakeArticle, alice: User, bob: User, admin: User, category: Category
) -> None:
    update_category(admin, category.pk, owner_user=alice)
    below = create_category(admin, "Sheds", create_category(admin, "Buildings", category))
    article = make_article("Shed", category=below)

    def answers(user: User) -> bool:
        responsible = user in reviews.responsible_for(Article.objects.select_related("category").get(pk=article.pk))
        assert responsible == reviews.owned_by(user, Article.objects.all()).filter(pk=article.pk).exists()
        if user == bob:  # alice may edit it, and so confirm it in any case
            read = Article.objects.select_related("category").get(pk=article.pk)
            assert access.can(bob, "review", read) == responsible
        return responsible

    assert (answers(alice), answers(bob)) == (True, False)
    update_category(admin, below.parent_id or 0, owner_user=bob)
    assert (answers(alice), answers(bob)) == (False, True)


def test_an_owner_who_may_not_read_it_or_a_role_that_nobody_holds_leaves_it_to_the_next(
    make_article: MakeArticle, alice: User, bob: User, charlie: User, mary: User, admin: User, category: Category
) -> None:
    below = create_category(admin, "Sheds", create_category(admin, "Buildings", category))
    article = make_article("Shed", category=below)
    closed = make_article("Secret", category=below, roles=["writers"], by=admin)
    nobody = people.create_role(None, "nobody")
    topics = {"near": below.pk, "far": category.pk}

    def answers(which: Article) -> list[str]:
        read = Article.objects.select_related("category").get(pk=which.pk)
        responsible = reviews.responsible_for(read)
        owners = [one for one in (admin, alice, bob, charlie, mary)
                  if reviews.owned_by(one, Article.objects.all()).filter(pk=which.pk).exists()]  # fmt: skip
        for one in (bob, charlie):  # the others may confirm in any case
            assert access.can(one, "review", read) == (one in owners)
        assert responsible == (owners or [admin])
        return [one.username for one in owners]

    update_category(admin, topics["far"], owner_user=bob)
    assert (answers(article), answers(closed)) == (["bob"], []), "the owner of the topic may not read the other one"
    update_article(alice, article.pk, owner_user=charlie)
    assert answers(article) == ["bob"], "the owner may not read it"
    update_article(alice, article.pk, owner_user=None, owner_role=nobody)
    assert answers(article) == ["bob"], "nobody holds the role"
    people.set_user_roles(None, charlie.pk, ["nobody"])
    assert answers(article) == ["bob"], "nobody holds the role who may read it"
    update_category(admin, topics["near"], owner_user=charlie)
    assert answers(article) == ["bob"], "nor may the owner of the nearest topic"
    update_category(admin, topics["near"], owner_user=alice)
    assert (answers(article), answers(closed)) == (["alice"], ["alice"])
    people.set_user_roles(None, charlie.pk, ["nobody", "readers"])
    assert answers(article) == ["charlie"]
    people.set_active(None, charlie.pk, active=False)
    assert answers(article) == ["alice"]


def test_readers_see_that_it_is_unverified_and_since_when_it_is_verified_again(
    overdue: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    def page() -> str:
        return signed_in(bob).get(overdue.get_absolute_url()).content.decode()

    assert "Unverified since" in page()
    assert "Still correct" not in page(), "not theirs to say"
    confirm_still_correct(alice, overdue.pk)
    assert "Unverified" not in page()
    assert "by Alice Ahlgren" in page()


def test_it_is_confirmed_in_one_click_on_the_article_and_in_the_list(
    overdue: Article, make_article: MakeArticle, alice: User, signed_in: SignIn
) -> None:
    update_article(alice, overdue.pk, owner_user=alice)
    client = signed_in(alice)
    assert "Still correct" in client.get(overdue.get_absolute_url()).content.decode()
    listed = client.get("/reviews/").content.decode()
    assert "Fees" in listed
    form = {"version": "1", "due": str(overdue.review_date), "next": "/reviews/?when=overdue"}
    answer = client.post(f"/articles/{overdue.pk}/review/", form)
    assert answer["Location"] == "/reviews/?when=overdue"
    assert "Nothing is overdue" in client.get("/reviews/").content.decode()
    again = client.post(f"/articles/{overdue.pk}/review/", form | {"next": "https://evil.example/"}, follow=True)
    assert again.redirect_chain[0][0] == f"/articles/{overdue.pk}/"
    assert "Somebody has confirmed it meanwhile" in again.content.decode()


def test_managers_see_all_of_it_by_owner_and_others_their_own(
    overdue: Article, make_article: MakeArticle, alice: User, bob: User, mary: User, admin: User, signed_in: SignIn
) -> None:
    update_article(alice, overdue.pk, owner_user=bob)
    secret = make_article("Zebra", review_date=today() - timedelta(days=1), roles=["editor"], publish=True)
    assert "Fees" in signed_in(bob).get("/reviews/").content.decode()
    page = signed_in(mary).get("/reviews/?show=all").content.decode()
    assert "Fees" in page
    assert "Bob Berg" in page
    assert secret.title not in page, "a manager who may not see it"
    assert "Fees" not in signed_in(mary).get("/reviews/").content.decode()
    assert "Zebra" not in signed_in(bob).get("/reviews/?show=all").content.decode()
    assert "Fees" not in signed_in(mary).get("/reviews/?show=all&owner=none").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(
    make_article: MakeArticle, mary: User, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_article(f"Old {number}", review_date=today() - timedelta(days=1))
    client = signed_in(mary)
    client.get("/reviews/?show=all")
    with django_assert_max_num_queries(14):
        client.get("/reviews/?show=all")
    with django_assert_max_num_queries(12):
        client.get("/reviews/")


def test_the_api_lists_and_confirms(overdue: Article, alice: User, signed_in: SignIn) -> None:
    update_article(alice, overdue.pk, owner_user=alice)
    client = signed_in(alice)
    listed = client.get("/api/v1/reviews?show=overdue").json()["items"]
    assert [one["id"] for one in listed] == [overdue.pk]
    path = f"/api/v1/articles/{overdue.pk}/reviews"
    body = {"version": 1, "due": listed[0]["review_date"]}
    assert client.post(path, body, content_type="application/json").status_code == 201
    assert client.post(path, body, content_type="application/json").status_code == 409
    assert client.get("/api/v1/reviews?show=overdue").json()["items"] == []
    patched = client.patch(f"/api/v1/articles/{overdue.pk}", {"evergreen": True}, content_type="application/json")
    assert (patched.json()["evergreen"], patched.json()["review_date"]) == (True, None)
