"""The status page tells a manager what waits and what fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from articles import epoch
from articles.models import Article, Category, EventReader, ImportJob, User
from articles.search import SearchEngine

SignIn = Callable[[User], Client]
Index = Callable[[], None]


def seen(name: str, **values: object) -> EventReader:
    return EventReader.objects.create(**{"name": name, "seen_at": timezone.now(), **values})


def test_managers_see_it_and_others_do_not(mary: User, admin: User, alice: User, bob: User, signed_in: SignIn) -> None:
    for person in (mary, admin):
        assert signed_in(person).get("/status/").status_code == 200
    for person in (alice, bob):
        assert signed_in(person).get("/status/").status_code == 403
    assert Client().get("/status/").status_code == 302


def test_all_is_well_when_everything_was_seen_lately(
    article: Article, mary: User, signed_in: SignIn, index: Index
) -> None:
    index()
    seen("indexer@one", seq=epoch.current().seq)
    html = signed_in(mary).get("/status/").content.decode()
    assert "Everything works." in html
    assert "searchable" in html


def test_without_a_worker_it_says_what_does_not_happen(mary: User, engine: SearchEngine, signed_in: SignIn) -> None:
    html = signed_in(mary).get("/status/").content.decode()
    assert "Something does not work." in html
    assert "No worker has been seen yet" in html
    assert "being rebuilt" in html


def test_a_duty_that_is_behind_silent_or_fails_is_shown(
    article: Article, mary: User, signed_in: SignIn, index: Index
) -> None:
    index()
    now = epoch.current().seq
    seen("indexer@one", seq=now - 3)
    seen("imports@one", seen_at=timezone.now() - timedelta(minutes=5))
    seen("housekeeping@one", failures=4, problem="OperationalError: <disk> full")
    html = signed_in(mary).get("/status/").content.decode()
    assert "3 events" in html
    assert "not seen lately" in html
    assert "failed 4 times" in html
    assert "OperationalError: &lt;disk&gt; full" in html
    assert "Something does not work." in html


def test_a_machine_that_was_taken_away_is_not_missed(
    article: Article, mary: User, signed_in: SignIn, index: Index
) -> None:
    index()
    seen("indexer@old", seen_at=timezone.now() - timedelta(hours=5))
    seen("indexer@new", seq=epoch.current().seq)
    html = signed_in(mary).get("/status/").content.decode()
    assert "Everything works." in html
    assert "not seen lately" in html


def test_imports_are_listed_with_how_far_they_are(
    category: Category, mary: User, engine: SearchEngine, signed_in: SignIn
) -> None:
    ImportJob.objects.create(
        user=mary, category=category, name="handbook.zip", archive="x", state="running", total=40, done=12
    )
    html = signed_in(mary).get("/status/").content.decode()
    assert "handbook.zip" in html
    assert "12 of 40 files, into “Permits”, by Mary Modin" in html


def test_figures_and_versions_are_shown_in_the_language_of_the_page(
    article: Article, mary: User, engine: SearchEngine, signed_in: SignIn
) -> None:
    client = signed_in(mary)
    assert "Published articles" in client.get("/status/").content.decode()
    swedish = client.get("/status/", headers={"accept-language": "sv"}).content.decode()
    assert "Publicerade artiklar" in swedish
    assert "Dokumentschema" in swedish
