"""Notes for oneself and for a team; how long they hold, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import access, documents
from articles.actions.audience import set_article_roles
from articles.actions.noting import (
    add_note,
    delete_note,
    edit_note,
    expire_notes,
    note_to_comment,
    note_to_draft,
)
from articles.actions.people import set_user_roles
from articles.actions.problems import Invalid
from articles.drafts import store
from articles.models import Anchor, Article, Event, Note, User
from articles.notes import fetch_note, notes_by, notes_of
from articles.talk_duty import turn_what_is_due

MakeArticle = Callable[..., Article]
TEXT = "A permit costs 745 kr.\n\n- Ask at the desk.\n- Open until 16.\n\nEnd."


def draft_of(article: Article) -> str:
    return documents.to_markdown(documents.read_draft(store.load(article.pk)[0])).strip()


def test_a_note_for_oneself_is_for_nobody_else_not_even_an_administrator(
    article: Article, alice: User, bob: User, admin: User
) -> None:
    note = add_note(bob, article.pk, "Ask for the number first.")
    assert list(notes_of(bob, article)) == [note]
    for user in (alice, admin):
        assert list(notes_of(user, article)) == []
        for act in (lambda: fetch_note(user, note.pk), lambda: delete_note(user, note.pk)):  # noqa: B023
            with pytest.raises(access.NotFound):
                act()


def test_a_note_for_a_team_is_for_those_who_hold_the_role_and_see_the_article(
    article: Article, alice: User, bob: User, mary: User, admin: User
) -> None:
    note = add_note(bob, article.pk, "Truck 4 is out.", audience="readers")
    assert [list(notes_of(user, article)) for user in (bob, mary, alice, admin)] == [[note], [note], [], []]
    with pytest.raises(access.Forbidden):
        edit_note(mary, note.pk, body="Truck 5")
    with pytest.raises(access.Forbidden):
        delete_note(mary, note.pk)
    set_article_roles(alice, article.pk, ["csr"])
    assert list(notes_of(bob, article)) == [note], "he is a csr too"
    assert list(notes_by(mary)) == []
    with pytest.raises(access.NotFound):
        fetch_note(mary, note.pk)


@pytest.mark.parametrize("audience", ["writers", "everyone", "nobody", ""])
def test_a_note_is_for_a_role_that_one_holds(article: Article, bob: User, audience: str) -> None:
    with pytest.raises(Invalid):
        add_note(bob, article.pk, "x", audience=audience)


def test_whoever_is_not_meant_any_more_is_told_that_it_is_gone(article: Article, bob: User) -> None:
    note = add_note(bob, article.pk, "Truck 4 is out.", audience="readers")
    edit_note(bob, note.pk, audience="me", pinned=True)
    kinds = list(Event.objects.filter(kind__startswith="note.").order_by("seq").values_list("kind", "data__team"))
    assert kinds == [("note.added", "readers"), ("note.deleted", "readers"), ("note.edited", None)]
    note.refresh_from_db()
    assert (note.role, note.pinned) == (None, True)


def test_a_note_holds_until_its_time_is_over_and_is_its_authors_then(article: Article, bob: User, mary: User) -> None:
    with pytest.raises(Invalid, match="still to come"):
        add_note(bob, article.pk, "x", expires=timezone.now())
    end = timezone.now() + timedelta(hours=1)
    note = add_note(bob, article.pk, "Closed today.", audience="readers", expires=end)
    assert list(notes_of(mary, article, end - timedelta(seconds=1))) == [note]
    assert list(notes_of(mary, article, end)) == [], "by the clock, whether a worker has come or not"
    assert not turn_what_is_due()
    assert (expire_notes(end), expire_notes(end)) == (1, 0)
    event = Event.objects.get(kind="note.deleted")
    assert (event.actor, event.person, event.data["expired"]) == (None, bob, True)
    assert list(notes_of(bob, article)) == []
    assert list(notes_by(bob)) == [note]
    with pytest.raises(access.NotFound):
        fetch_note(mary, note.pk)
    edit_note(bob, note.pk, expires=None)
    assert list(notes_of(mary, article)) == [note]


def test_a_note_on_a_marked_passage_is_for_those_of_the_team_who_get_it(
    make_article: MakeArticle, bob: User, mary: User
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::")
    note = add_note(mary, article.pk, "Rather 130.", audience="readers", quote="120 kr")
    assert [list(notes_of(user, article)) for user in (mary, bob)] == [[note], []]
    with pytest.raises(access.NotFound):
        fetch_note(bob, note.pk)
    set_user_roles(None, mary.pk, ["readers"])
    assert list(notes_by(mary)) == []


def test_a_note_on_a_marked_passage_comes_into_the_draft_for_the_same_roles(
    make_article: MakeArticle, alice: User, mary: User
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd.")
    set_user_roles(None, mary.pk, ["manager", "writers"])
    note_to_draft(mary, add_note(mary, article.pk, "Rather 130.\nOr 140.", quote="120 kr").pk)
    document = documents.read_draft(store.load(article.pk)[0])
    assert "Or 140." in documents.to_text(documents.for_audience(document, frozenset({"manager"})))
    assert documents.to_text(documents.for_audience(document, frozenset({"readers"}))).split() == ["Public.", "End."]


def test_a_note_becomes_a_comment_on_the_same_passage(article: Article, bob: User, alice: User) -> None:
    note = add_note(bob, article.pk, "Is it 795?", quote="745 kr")
    with pytest.raises(access.NotFound):
        note_to_comment(alice, note.pk)
    comment = note_to_comment(bob, note.pk)
    assert (comment.body, comment.author, comment.anchor) == ("Is it 795?", bob, note.anchor)
    assert not Note.objects.exists()
    kinds = list(Event.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert kinds == ["comment.added", "note.deleted"]


def test_a_note_is_written_into_the_draft_behind_its_passage(make_article: MakeArticle, alice: User, bob: User) -> None:
    article = make_article("Fees", TEXT)
    note = add_note(alice, article.pk, "In summer until 18.\n\n<Bring> *money*.", quote="Open until")
    note_to_draft(alice, note.pk)
    lines = draft_of(article).split("\n\n")
    assert lines[2:] == ["In summer until 18.", r"\<Bring> \*money\*.", "End."]
    assert not Anchor.objects.exists()
    note_to_draft(alice, add_note(alice, article.pk, "Last.").pk)
    assert draft_of(article).endswith("End.\n\nLast.")
    with pytest.raises(access.Forbidden):
        note_to_draft(bob, add_note(bob, article.pk, "Mine.").pk)
    assert Note.objects.count() == 1, "what could not be done takes nothing away"
