"""The record for managers: who has confirmed and who has not, export, and what it costs with two thousand people."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles import access, asked
from articles.actions import people
from articles.models import Article, MustRead, User
from notifications import record
from notifications.actions.acknowledging import acknowledge
from notifications.views.records import safe_cell
from tests.conftest import MakeArticle
from tests.pages.conftest import counted, tables

from .conftest import PublishMustRead

SignIn = Callable[[User], Client]


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_export_says_who_was_asked_and_who_confirmed_when(
    article: Article, must_read: PublishMustRead, bob: User, mary: User, signed_in: SignIn
) -> None:
    must_read(article)
    acknowledge(bob, article.pk, 2)
    must_read(article, "Other words.", days=3)
    acknowledge(bob, article.pk, 3)
    people.set_absence(mary, mary.pk, timezone.localdate() + timedelta(days=4))
    rows = rows_of(signed_in(mary), f"/must-reads/{article.pk}/record.csv")
    assert [(one["Sign-in name"], one["State"], one["Version confirmed"]) for one in rows] == [
        ("bob", "confirmed", "3"), ("mary", "absent", ""), ("bob", "confirmed", "2"),
    ]  # fmt: skip
    assert rows == rows_of(signed_in(mary), "/must-reads/record.csv")


def test_no_cell_of_the_export_is_a_formula(
    make_article: MakeArticle, must_read: PublishMustRead, mary: User, signed_in: SignIn
) -> None:
    must_read(make_article("=cmd|' /C calc'!A0"))
    people.create_user(None, "eva", password=None, first_name="@SUM(1)", roles=["readers"])
    content = signed_in(mary).get("/must-reads/record.csv").getvalue().decode()
    assert "'=cmd" in content
    assert "'@SUM" in content
    for wrong in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
        assert safe_cell(wrong) == f"'{wrong}"
    assert safe_cell("Åsa") == "Åsa"


def test_the_record_is_filtered_by_state_and_name(
    article: Article, must_read: PublishMustRead, bob: User, mary: User, signed_in: SignIn
) -> None:
    must_read(article)
    acknowledge(bob, article.pk, 2)
    client, path = signed_in(mary), f"/must-reads/{article.pk}/"
    assert "1 of 2 have confirmed" in client.get(path).content.decode()
    for query, found in (("state=missing", "Mary"), ("state=confirmed", "Bob"), ("q=berg", "Bob"), ("q=mod", "Mary")):
        table = client.get(f"{path}?{query}").content.decode().partition('id="record-people"')[2]
        assert found in table
        assert ({"Mary", "Bob"} - {found}).pop() not in table


def test_late_is_whose_own_deadline_has_passed_in_the_overview_as_in_the_record(
    make_article: MakeArticle, must_read: PublishMustRead, bob: User, mary: User, django_assert_max_num_queries: Any
) -> None:
    long_ago, today = timezone.now() - timedelta(days=20), timezone.localdate()
    User.objects.update(date_joined=long_ago - timedelta(days=80))
    for title in ("One", "Two"):
        must_read(make_article(title), days=3)
    MustRead.objects.update(asked_at=long_ago, due=today - timedelta(days=17))
    people.tell_access_changed(None, None)  # what is asked is read once for all

    def late() -> set[int]:
        with django_assert_max_num_queries(2 + len(questions)):  # outside of requests each asks how far the log is
            progress = record.progress_of(questions)
        counted = [sum(one.is_late and not one.is_absent for one in record.entries_of(each)) for each in questions]
        assert [one.late for one in progress] == counted
        return set(counted)

    questions = asked.questions()
    access.crowd()
    assert late() == {2}
    User.objects.filter(pk=mary.pk).update(date_joined=timezone.now() - timedelta(days=2))
    assert late() == {1}, "who came later has as many days from then on"
    User.objects.filter(pk=bob.pk).update(absent_until=today - timedelta(days=1))
    assert late() == {0}, "and whoever was away"
    User.objects.filter(pk=bob.pk).update(absent_until=today - timedelta(days=5))
    User.objects.filter(pk=mary.pk).update(absent_until=today + timedelta(days=5))
    assert late() == {1}


def test_a_manager_marks_somebody_as_absent_and_as_back(
    article: Article, must_read: PublishMustRead, bob: User, mary: User, signed_in: SignIn
) -> None:
    must_read(article)
    client, path = signed_in(mary), f"/must-reads/people/{bob.pk}/"
    until = timezone.localdate() + timedelta(days=4)
    client.post(path, {"until": until.isoformat()})
    assert "Absent until" in client.get(f"/must-reads/{article.pk}/").content.decode()
    assert client.post(path, {"until": "2020-01-01"}).status_code == 422
    client.post(path, {"do": "back", "until": until.isoformat()})
    bob.refresh_from_db()
    assert not bob.is_absent(timezone.localdate())


def test_what_readers_see_until_they_confirm(
    article: Article, must_read: PublishMustRead, bob: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    must_read(article)
    assert "Read and confirm" in client.get("/preferences/").content.decode(), "above every page"
    page = client.get(article.get_absolute_url()).content.decode()
    assert "I have read version 2" in page
    assert "What has changed since" not in page
    client.post(f"/articles/{article.pk}/acknowledge/", {"version": "2"})
    assert "Read and confirm" not in client.get("/").content.decode()
    must_read(article, "A permit costs **795 kr**.")
    page = client.get(article.get_absolute_url()).content.decode()
    assert "What has changed since version 2, which you confirmed" in page
    assert "<del>745" in page.replace("<del><strong>", "<del>")
    assert "<ins>" in page
    answer = client.post(f"/articles/{article.pk}/acknowledge/", {"version": "2"}, follow=True)
    assert "Version 3 must be read now" in answer.content.decode()
    client.post(f"/articles/{article.pk}/acknowledge/", {"version": "3"})
    assert "I have read" not in client.get(article.get_absolute_url()).content.decode()


def test_several_collapse_into_a_number(
    make_article: MakeArticle, must_read: PublishMustRead, bob: User, signed_in: SignIn
) -> None:
    for title in ("One", "Two", "Three"):
        must_read(make_article(title))
    page = signed_in(bob).get("/").content.decode()
    assert "3 must-reads" in page
    assert 'href="/must-reads/"' in page


def test_a_passage_for_others_is_in_no_change_that_one_is_shown(
    article: Article, must_read: PublishMustRead, alice: User, bob: User, signed_in: SignIn
) -> None:
    must_read(article, "Open.\n\n::: roles writers\nOld secret.\n:::")
    acknowledge(bob, article.pk, 2)
    must_read(article, "Open now.\n\n::: roles writers\nNew secret.\n:::")
    page = signed_in(bob).get(article.get_absolute_url()).content.decode()
    assert "What has changed since version 2" in page
    assert "secret" not in page


@pytest.fixture
def crowd(bob: User) -> list[User]:
    """Two thousand people who read what Bob reads."""
    made = User.objects.bulk_create(User(username=f"person{n}", password="!") for n in range(2_000))
    readers = Group.objects.get(name="readers")
    User.groups.through.objects.bulk_create(User.groups.through(user_id=one.pk, group_id=readers.pk) for one in made)
    people.tell_access_changed(None, None)
    return made


def test_two_thousand_people_cost_as_many_queries_as_two(
    make_article: MakeArticle, must_read: PublishMustRead, bob: User, mary: User, signed_in: SignIn, request: Any
) -> None:
    articles = [make_article(f"Article {number}") for number in range(3)]
    for one in articles:
        must_read(one)
    paths = [
        "/must-reads/record/",
        f"/must-reads/{articles[0].pk}/",
        "/must-reads/people/",
        f"/must-reads/people/{bob.pk}/",
    ]

    def cost() -> list[int]:
        client, found = signed_in(mary), []
        for path in paths:
            client.get(path)
            with counted() as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    few = cost()
    request.getfixturevalue("crowd")
    assert cost() == few
    assert max(few) <= 15


def test_nothing_to_confirm_costs_nothing_and_something_one_query_after_each_event(
    article: Article, must_read: PublishMustRead, bob: User, signed_in: SignIn
) -> None:
    def asked() -> list[str]:
        with counted() as queries:
            client.get("/preferences/")
        return [name for name in tables(queries) if "acknowledgement" in name]

    client = signed_in(bob)
    assert asked() == []
    must_read(article)
    assert len(asked()) == 1
    assert asked() == [], "it is remembered until something happens"
    acknowledge(bob, article.pk, 2)
    asked()
    assert asked() == []
