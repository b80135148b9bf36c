"""Notes on the pages: which of many stand beside an article, and what becomes of words that were changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.category import update_category
from articles.actions.noting import add_note
from articles.drafts import store
from articles.models import Article, Comment, Flag, Note, User

SignIn = Callable[[User], Client]


def draft_of(article: Article) -> str:
    return documents.to_markdown(documents.read_draft(store.load(article.pk)[0]))


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
        "draft": lambda: draft_of(article),
    }[do]()
    assert "The fee is 795 kr." in made


def test_where_a_draft_publishes_itself_a_note_goes_into_it_only_when_that_was_said(
    article: Article, admin: User, alice: User, signed_in: SignIn
) -> None:
    update_category(admin, article.category_id, publishing="live")
    note, client = add_note(alice, article.pk, "Ask for Berit."), signed_in(alice)
    said = {"do": "draft", "body": "Ask for Berit at the depot.", "audience": "me", "expires": "", "pinned": ""}
    asked = client.post(f"/notes/{note.pk}/", said).content.decode()
    assert "published by itself after a pause" in asked
    assert "Ask for Berit at the depot." in asked, "the words as they were typed"
    assert re.findall(r'name="do" value="([a-z-]+)"', asked)[0] == "save", "what Enter presses in a field"
    assert 'value="draft-and-out"' in asked
    assert 'value="draft"' not in asked
    assert Note.objects.get().body == "Ask for Berit."
    assert "Berit" not in draft_of(article)
    answer = client.post(f"/notes/{note.pk}/", said | {"do": "draft-and-out"})
    assert answer["Location"] == f"/articles/{article.pk}/edit/"
    assert "Ask for Berit at the depot." in draft_of(article)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert len(told) == 1
    assert "published by itself" in told[0]


def test_nobody_makes_more_of_the_note_of_another(article: Article, bob: User, mary: User, signed_in: SignIn) -> None:
    note = add_note(bob, article.pk, "Truck 4 is out.", audience="readers")
    answer = signed_in(mary).post(f"/notes/{note.pk}/", {"do": "comment", "body": "Mine now", "audience": "me"})
    assert answer.status_code == 403
    assert Note.objects.get().body == "Truck 4 is out."
