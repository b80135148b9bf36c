"""What was taken away comes back from the message that says that it is gone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from articles.actions.commenting import add_comment, delete_comment
from articles.actions.noting import add_note
from articles.actions.people import create_user
from articles.models import Article, Note, User

SignIn = Callable[[User], Client]


def offered(page: str) -> list[str]:
    """What the undo buttons of a page would send."""
    return [html.unescape(kept) for kept in re.findall(r'name="kept" value="([^"]*)"', page)]


def test_a_note_comes_back_as_it_was(article: Article, bob: User, alice: User, signed_in: SignIn) -> None:
    until = timezone.now() + timedelta(days=3)
    note = add_note(bob, article.pk, "Ask twice.", audience="readers", quote="745 kr", expires=until, pinned=True)
    client = signed_in(bob)
    page = client.post(f"/notes/{note.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert not Note.objects.exists()
    (kept,) = offered(page)
    assert signed_in(alice).post("/notes/back/", {"kept": kept}).status_code == 409, "it is signed for Bob"
    assert client.post("/notes/back/", {"kept": kept[:-1] + "x"}).status_code == 409
    assert client.post("/notes/back/", {"kept": kept}).status_code == 302
    back = Note.objects.select_related("role", "anchor").get()
    assert (back.author, back.body, back.pinned, back.expires_at) == (bob, "Ask twice.", True, until)
    assert back.role is not None
    assert back.role.name == "readers"
    assert back.anchor is not None
    assert back.anchor.quote == "745 kr"


def test_nobody_is_offered_the_note_of_somebody_else(article: Article, bob: User, signed_in: SignIn) -> None:
    note = add_note(bob, article.pk, "Ask twice.", audience="readers")
    boss = create_user(None, "boss", superuser=True, roles=["readers"])
    page = signed_in(boss).post(f"/notes/{note.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert not Note.objects.exists()
    assert offered(page) == []


def test_a_comment_has_its_words_again(article: Article, bob: User, alice: User, signed_in: SignIn) -> None:
    comment = add_comment(bob, article.pk, "Is it so, @alice?", quote="745 kr")
    client = signed_in(bob)
    page = client.post(f"/comments/{comment.pk}/", {"do": "delete"}, follow=True).content.decode()
    (kept,) = offered(page)
    comment.refresh_from_db()
    assert (comment.body, comment.is_deleted) == ("", True)
    assert signed_in(alice).post("/comments/back/", {"kept": kept}).status_code == 409
    assert signed_in(bob).post("/notes/back/", {"kept": kept}).status_code == 409, "it is for a comment"
    for _twice in range(2):
        assert client.post("/comments/back/", {"kept": kept}).status_code == 302
    comment.refresh_from_db()
    assert (comment.body, comment.is_deleted) == ("Is it so, @alice?", False)
    assert [row.user for row in comment.mentions.all()] == [alice]


def test_what_a_moderator_took_away_does_not_come_back(
    article: Article, bob: User, admin: User, signed_in: SignIn
) -> None:
    comment = add_comment(bob, article.pk, "Rude words.")
    client = signed_in(bob)
    page = client.post(f"/comments/{comment.pk}/", {"do": "delete"}, follow=True).content.decode()
    client.post("/comments/back/", {"kept": offered(page)[0]})
    delete_comment(admin, comment.pk)
    assert client.post("/comments/back/", {"kept": offered(page)[0]}).status_code == 403
    comment.refresh_from_db()
    assert comment.is_deleted
