"""Notes on the pages: which of many stand beside an article, and what becomes of words that were changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.noting import add_note
from articles.drafts import store
from articles.models import Article, Comment, Flag, Note, User

SignIn = Callable[[User], Client]


def notes_in(html: str) -> list[str]:
    return re.findall(r'id="note-(\d+)"', html)


def test_what_is_pinned_stays_on_the_page_and_the_rest_is_a_press_away(
    article: Article, bob: User, mary: User, signed_in: SignIn
) -> None:
    pinned = add_note(bob, article.pk, "Truck 4 is out.", audience="readers", pinned=True)
    # As rows, in the time that the actions would take for one.
    made = Note.objects.bulk_create(
        Note(article=article, author=bob, role=pinned.role, body=f"Number {number}.", created_at=timezone.now())
        for number in range(22)
    )
    add_note(bob, article.pk, "Only for Bob.")
    client, address = signed_in(mary), article.get_absolute_url()  # of the same team
    shown = client.get(address).content.decode()
    assert str(pinned.pk) in notes_in(shown)
    assert str(made[0].pk) not in notes_in(shown)
    assert len(notes_in(shown)) == 20
    assert f'<a href="/articles/{article.pk}/notes/#notes">3 more notes</a>' in shown
    first, second = (client.get(f"/articles/{article.pk}/notes/?page={n}").content.decode() for n in (1, 2))
    assert notes_in(first)[0] == str(pinned.pk)
    assert set(notes_in(first) + notes_in(second)) == {str(note.pk) for note in (pinned, *made)}
    assert "Only for Bob." not in first + second
    assert not notes_in(client.get(f"/articles/{article.pk}/notes/", headers={"X-Dialog": "1"}).content.decode())


@pytest.mark.parametrize("do", ["comment", "flag", "draft"])
def test_more_is_made_of_a_note_with_the_words_that_stand_in_the_form(
    do: str, article: Article, alice: User, signed_in: SignIn
) -> None:
    note, client = add_note(alice, article.pk, "The fee is 745 kr."), signed_in(alice)
    said = {"do": do, "body": "The fee is 795 kr.", "audience": "me", "expires": "", "pinned": ""}
    for wrong in ({"body": " "}, {"expires": "soon"}):
        answer = client.post(f"/notes/{note.pk}/", said | wrong)
        assert answer.status_code == 422
        assert 'class="wrong"' in answer.content.decode()
    assert Note.objects.get().body == "The fee is 745 kr."
    assert client.post(f"/notes/{note.pk}/", said).status_code == 302
    assert not Note.objects.exists()
    made = {
        "comment": lambda: Comment.objects.get().body,
        "flag": lambda: Flag.objects.get().body,
        "draft": lambda: documents.to_markdown(documents.read_draft(store.load(article.pk)[0])),
    }[do]()
    assert "The fee is 795 kr." in made


def test_nobody_makes_more_of_the_note_of_another(article: Article, bob: User, mary: User, signed_in: SignIn) -> None:
    note = add_note(bob, article.pk, "Truck 4 is out.", audience="readers")
    answer = signed_in(mary).post(f"/notes/{note.pk}/", {"do": "comment", "body": "Mine now", "audience": "me"})
    assert answer.status_code == 403
    assert Note.objects.get().body == "Truck 4 is out."
