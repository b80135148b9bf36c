"""Whoever may read an article suggests a change; an editor takes it over or declines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import access, documents
from articles.actions import suggesting
from articles.actions.audience import set_article_roles
from articles.actions.draft import replace_draft
from articles.actions.people import set_user_roles
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.actions.publishing import publish_article
from articles.actions.suggesting import (
    decline_suggestion,
    fetch_suggestion,
    merge_suggestion,
    suggest_change,
    withdraw_suggestion,
)
from articles.drafts import store
from articles.models import Article, Event, Suggestion, User
from articles.waiting import suggested_by, suggestions_for

from .conftest import Write

MakeArticle = Callable[..., Article]
TEXT = "A permit costs **745 kr**.\n\nAsk at the desk.\n\nOpen until 16."


def doc(markdown: str) -> dict[str, Any]:
    return documents.from_markdown(markdown).document


def draft_of(article: Article) -> str:
    return documents.to_markdown(documents.read_draft(store.load(article.pk)[0])).strip()


@pytest.fixture
def fees(make_article: MakeArticle) -> Article:
    return make_article("Fees", TEXT)


def test_a_suggestion_is_merged_with_what_was_written_meanwhile(
    fees: Article, alice: User, bob: User, write: Write
) -> None:
    suggestion = suggest_change(bob, fees.pk, doc(TEXT.replace("until 16", "until 18")), "It is open longer")
    write(alice, fees, TEXT.replace("745", "795"))
    publish_article(alice, fees.pk)
    seq = write(alice, fees, TEXT.replace("745", "795") + "\n\nMore.")
    write(alice, fees, TEXT.replace("745", "795") + "\n\nMore, typed while the editor looked.")
    done = merge_suggestion(alice, suggestion.pk, seq=seq, answer="Thank you")
    expected = TEXT.replace("745", "795").replace("until 16", "until 18")
    assert draft_of(fees) == expected + "\n\nMore, typed while the editor looked."
    assert (done.state, done.answer, done.answered_by) == ("merged", "Thank you", alice)
    fees.refresh_from_db()
    assert fees.version is not None
    assert fees.version.number == 2
    with pytest.raises(Conflict, match="not open any more"):
        merge_suggestion(alice, suggestion.pk)


def test_a_title_is_suggested_with_the_text_or_alone(fees: Article, alice: User, bob: User, write: Write) -> None:
    suggestion = suggest_change(bob, fees.pk, doc(TEXT), "So people call it", title="  Fees of permits ")
    assert (suggestion.title, suggestion.full_title) == ("Fees of permits", "Fees of permits")
    write(alice, fees, TEXT.replace("745", "795"))
    merge_suggestion(alice, suggestion.pk)
    publish_article(alice, fees.pk)
    fees.refresh_from_db()
    assert fees.title == "Fees of permits"
    assert "795" in draft_of(fees)


def test_a_text_alone_leaves_the_title_that_the_draft_has(fees: Article, alice: User, bob: User) -> None:
    suggestion = suggest_change(bob, fees.pk, doc(TEXT.replace("until 16", "until 18")), "Longer", title="Fees")
    assert suggestion.title == ""
    replace_draft(alice, fees.pk, doc(TEXT), title="Fees and fines")
    assert suggesting.merging(suggestion).title == "Fees and fines"
    merge_suggestion(alice, suggestion.pk)
    assert documents.read_title(store.load(fees.pk)[0]) == "Fees and fines"


def test_a_title_that_cannot_be_one_is_refused(fees: Article, bob: User) -> None:
    for title in ("", " ", "x" * 201, "a\x00b"):
        with pytest.raises(Invalid, match="title"):
            suggest_change(bob, fees.pk, doc(TEXT), "Clearer", title=title)
    with pytest.raises(Invalid, match="Nothing is changed"):
        suggest_change(bob, fees.pk, doc(TEXT), "Clearer", title="Fees")


def test_who_merges_chooses_where_both_rewrote_the_same(fees: Article, alice: User, bob: User, write: Write) -> None:
    suggestion = suggest_change(bob, fees.pk, doc(TEXT.replace("745", "845")), "So says the council")
    write(alice, fees, TEXT.replace("745", "795"))
    with pytest.raises(Invalid, match="1 places"):
        merge_suggestion(alice, suggestion.pk)
    merge_suggestion(alice, suggestion.pk, choices={0: "theirs"})
    assert draft_of(fees) == TEXT.replace("745", "845")


def test_what_the_reader_could_not_see_survives_and_is_not_told(
    make_article: MakeArticle, alice: User, bob: User
) -> None:
    text = "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd."
    article = make_article("Fees", text)
    suggestion = suggest_change(bob, article.pk, doc("Public, and clear.\n\nEnd."), "Clearer")
    assert "120" not in str(suggesting.base_of(suggestion))
    merge_suggestion(alice, suggestion.pk)
    assert draft_of(article) == text.replace("Public.", "Public, and clear.")


def test_what_the_reader_changed_in_a_passage_of_theirs_is_merged(
    make_article: MakeArticle, alice: User, mary: User
) -> None:
    text = "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\n::: roles csr\nFor others.\n:::"
    article = make_article("Fees", text)
    seen = "Public.\n\n::: roles manager\nInternal: 130 kr.\n:::"
    merge_suggestion(alice, suggest_change(mary, article.pk, doc(seen), "It rose").pk)
    assert draft_of(article) == text.replace("120", "130")


def test_only_those_concerned_know_of_a_suggestion(
    fees: Article, alice: User, bob: User, mary: User, charlie: User
) -> None:
    suggestion = suggest_change(bob, fees.pk, doc("Other."), "Because")
    assert fetch_suggestion(alice, suggestion.pk) == fetch_suggestion(bob, suggestion.pk)
    for user in (mary, charlie):
        with pytest.raises(access.NotFound):
            fetch_suggestion(user, suggestion.pk)
        with pytest.raises(access.NotFound):
            withdraw_suggestion(user, suggestion.pk)
    with pytest.raises(access.Forbidden):
        merge_suggestion(bob, suggestion.pk)
    with pytest.raises(access.Forbidden):
        withdraw_suggestion(alice, suggestion.pk)
    with pytest.raises(access.NotFound):
        suggest_change(charlie, fees.pk, doc("Other."), "Because")
    assert list(suggestions_for(alice)) == list(suggested_by(bob)) == [suggestion]
    assert list(suggestions_for(bob)) == []
    set_article_roles(alice, fees.pk, ["manager"])
    with pytest.raises(access.NotFound):
        fetch_suggestion(bob, suggestion.pk)
    assert list(suggested_by(bob)) == []


def test_declining_needs_an_answer_and_its_author_is_told(fees: Article, alice: User, bob: User) -> None:
    suggestion = suggest_change(bob, fees.pk, doc("Other."), "Because")
    with pytest.raises(Invalid):
        decline_suggestion(alice, suggestion.pk, " ")
    assert decline_suggestion(alice, suggestion.pk, "It is right as it is.").state == "declined"
    event = Event.objects.get(kind="suggestion.answered")
    assert (event.person, event.actor, event.data) == (bob, alice, {"suggestion": suggestion.pk, "state": "declined"})


def test_a_suggestion_is_withdrawn(fees: Article, alice: User, bob: User) -> None:
    suggestion = suggest_change(bob, fees.pk, doc("Other."), "Because")
    assert withdraw_suggestion(bob, suggestion.pk).state == "withdrawn"
    with pytest.raises(Conflict):
        merge_suggestion(alice, suggestion.pk)


def test_what_cannot_be_suggested_says_why(make_article: MakeArticle, fees: Article, alice: User, bob: User) -> None:
    with pytest.raises(Invalid, match="Nothing is changed"):
        suggest_change(bob, fees.pk, doc(TEXT), "Because")
    with pytest.raises(Invalid, match="why"):
        suggest_change(bob, fees.pk, doc("Other."), "  ")
    with pytest.raises(documents.DocumentError):
        suggest_change(bob, fees.pk, {"type": "doc", "content": [{"type": "script"}]}, "Because")
    with pytest.raises(access.NotFound):
        suggest_change(bob, fees.pk, doc("Other."), "Because", version=9)
    with pytest.raises(Conflict):
        suggest_change(alice, make_article("New", publish=False).pk, doc("Other."), "Because")


def test_nobody_floods_the_editors(fees: Article, bob: User, mary: User) -> None:
    for number in range(suggesting.IN_WINDOW):
        suggest_change(bob, fees.pk, doc(f"Other {number}."), "Because")
    with pytest.raises(TooMany) as problem:
        suggest_change(bob, fees.pk, doc("One more."), "Because")
    assert 3_500 < problem.value.wait <= 3_601
    suggest_change(mary, fees.pk, doc("One more."), "Because")
    assert Suggestion.objects.count() == suggesting.IN_WINDOW + 1


def test_an_author_who_lost_a_role_does_not_see_its_passages_in_their_own_suggestion(
    make_article: MakeArticle, mary: User, signed_in: Any
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::")
    changed = doc("Public.\n\nMore.\n\n::: roles manager\nInternal: 130 kr.\n:::")
    suggestion = suggest_change(mary, article.pk, changed, "It rose")
    assert "<ins>130" in signed_in(mary).get(suggestion.get_absolute_url()).content.decode()
    set_user_roles(None, mary.pk, ["readers"])
    html = signed_in(mary).get(suggestion.get_absolute_url()).content.decode()
    assert "More." in html
    assert "Internal" not in html
