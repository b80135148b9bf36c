"""What is said about a passage for certain roles, or a restricted article, is nowhere for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles import access, epoch
from articles.actions import commenting, noting
from articles.actions.audience import set_article_roles
from articles.actions.publishing import publish_article
from articles.models import Article, User
from notifications import log
from notifications.delivery import Told, may_know
from tests.conftest import MakeArticle

SECRET = "Public: 745 kr.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd."
SignIn = Callable[[User], Client]


def tell(act: Callable[[], Any]) -> Told:
    before = epoch.current().seq
    act()
    return log.read(before)[-1]


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
