"""What people say about what is not for everybody leaks nowhere: not in lists, counts, pages, events, names or search."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, epoch
from articles.actions import announcing, commenting, noting
from articles.actions.audience import set_article_roles
from articles.actions.publishing import publish_article
from articles.models import Article, User
from notifications import log
from notifications.delivery import Told, may_know
from tests.access.table import EDIT, MANAGERS, PUBLISH, SEE, Place
from tests.conftest import MakeArticle

EVERYBODY = {"charlie", "bob", "eve", "alice", "max", "mary", "admin"}
SECRET = "Public: 745 kr.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd."
SignIn = Callable[[User], Client]


def knowing(place: Place, told: Told) -> set[str]:
    return {name for name, user in place.people.items() if may_know(access.read_view(user.pk), told)}


def tell(act: Callable[[], Any]) -> Told:
    before = epoch.current().seq
    act()
    return log.read(before)[-1]


def test_events_of_comments_are_for_those_who_see_the_article(place: Place) -> None:
    bob, admin = place.people["bob"], place.people["admin"]
    made = commenting.add_comment(bob, place.published.pk, "Hello")
    acts: dict[str, Callable[[], Any]] = {
        "comment.added": lambda: commenting.add_comment(bob, place.published.pk, "Once more"),
        "comment.edited": lambda: commenting.edit_comment(bob, made.pk, "Hello all"),
        "comment.thanked": lambda: commenting.thank(admin, made.pk),
        "comment.resolved": lambda: commenting.resolve_thread(bob, made.pk),
        "comment.deleted": lambda: commenting.delete_comment(bob, made.pk),
    }
    for kind, act in acts.items():
        event = tell(act)
        assert (event.event.kind, knowing(place, event)) == (kind, SEE)
    event = tell(lambda: commenting.add_comment(admin, place.draft.pk, "Hello"))
    assert knowing(place, event) == EDIT


def test_events_of_notes_are_for_their_author_and_team(place: Place) -> None:
    bob = place.people["bob"]
    mine = noting.add_note(bob, place.published.pk, "Mine")
    assert knowing(place, tell(lambda: noting.edit_note(bob, mine.pk, body="Still mine"))) == {"bob"}
    assert knowing(place, tell(lambda: noting.delete_note(bob, mine.pk))) == {"bob"}
    manager = place.people["mary"]
    event = tell(lambda: noting.add_note(manager, place.published.pk, "For us", audience="manager"))
    assert knowing(place, event) == {"mary"}, "not even the administrator, who is in no team"


def test_events_of_notices_are_for_those_whom_they_reach(place: Place) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    mary = place.people["mary"]

    def announce(**more: Any) -> set[str]:
        return knowing(place, tell(lambda: announcing.add_notice(mary, "Closed", tomorrow, **more)))

    assert announce() == EVERYBODY
    assert announce(categories=["permits"]) == SEE
    assert announce(roles=["strangers"]) == {"charlie"} | MANAGERS
    later = tomorrow - timedelta(hours=1)
    assert announce(categories=["permits"], starts=later) == PUBLISH | MANAGERS, "what is planned only"


def test_of_a_marked_passage_the_log_tells_who_gets_it_now(
    make_article: MakeArticle, alice: User, bob: User, mary: User, admin: User
) -> None:
    article = make_article("Fees", SECRET)
    event = tell(lambda: commenting.add_comment(mary, article.pk, "Rather 130.", quote="120 kr"))
    assert [may_know(access.read_view(user.pk), event) for user in (mary, alice, admin, bob)] == [
        True,
        True,
        True,
        False,
    ]
    assert not {"anchor", "passage"} & set(event.plain.content["data"])
    public = tell(lambda: commenting.add_comment(bob, article.pk, "795?", quote="745 kr"))
    assert may_know(access.read_view(bob.pk), public)
    from articles import documents
    from articles.actions.draft import replace_draft

    closed = "::: roles manager\nPublic: 745 kr.\n\nInternal: 120 kr.\n:::\n\nEnd."
    replace_draft(alice, article.pk, documents.from_markdown(closed).document)
    publish_article(alice, article.pk)
    again = log.read(public.seq - 1)[0]
    assert not may_know(access.read_view(bob.pk), again), "asked of the passage as it is now"


@pytest.fixture
def secret(make_article: MakeArticle, alice: User, bob: User, mary: User) -> Article:
    """An article with something said about its marked passage, and about the rest."""
    article = make_article("Fees", SECRET)
    said = commenting.add_comment(mary, article.pk, "Qwertz is wrong.", quote="Internal: 120 kr")
    commenting.add_comment(alice, article.pk, "Qwertz indeed.", parent=said.pk)
    noting.add_note(mary, article.pk, "Qwertz for the team.", audience="readers", quote="120 kr")
    commenting.add_comment(bob, article.pk, "Plain words.", quote="745 kr")
    return article


def test_what_is_said_about_a_marked_passage_stands_on_no_page_and_in_no_answer_for_others(
    secret: Article, bob: User, mary: User, charlie: User, signed_in: SignIn
) -> None:
    paths = [
        secret.get_absolute_url(), f"/articles/{secret.pk}/comments/?show=all", f"/articles/{secret.pk}/comments/",
        "/notes/", "/search/?q=qwertz", "/", f"/api/v1/articles/{secret.pk}/comments",
        f"/api/v1/articles/{secret.pk}/notes", "/api/v1/events?since=0&limit=200", "/api/v1/search?q=qwertz",
    ]  # fmt: skip
    for person in (bob, charlie):
        client = signed_in(person)
        for path in paths:
            text = client.get(path).content.decode()
            assert "wertz is wrong" not in text, path
            assert "Internal" not in text, path
            assert "wertz for the team" not in text, path
    mine = signed_in(bob)
    assert len(mine.get(f"/api/v1/articles/{secret.pk}/comments").json()["items"]) == 1
    assert mine.get(f"/api/v1/articles/{secret.pk}/notes").json()["items"] == []
    page = mine.get(secret.get_absolute_url()).content.decode()
    assert "1 thread<" in page
    assert "Plain words." in page
    page = signed_in(mary).get(secret.get_absolute_url()).content.decode()
    assert "Qwertz is wrong." in page
    assert "Qwertz for the team." in page
    assert "2 threads<" in page
    events = mine.get("/api/v1/events?since=0&limit=200").json()["items"]
    assert [one["kind"] for one in events if one.get("kind", "").startswith("comment")] == ["comment.added"]


def test_a_restricted_article_takes_what_was_said_with_it(
    secret: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    comment = json.loads(signed_in(bob).get(f"/api/v1/articles/{secret.pk}/comments").content)["items"][0]["id"]
    set_article_roles(alice, secret.pk, ["manager"])
    client = signed_in(bob)
    absent = client.get("/api/v1/comments/987654").content
    for path in (f"comments/{comment}", f"articles/{secret.pk}/comments", f"articles/{secret.pk}/mentions?q=a"):
        answer = client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.content) == (404, absent), path
    for path in (f"/comments/{comment}/", f"/articles/{secret.pk}/comments/", f"/articles/{secret.pk}/notes/"):
        assert client.get(path).status_code == 404, path
