"""The history inside a draft, as those see it who write in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.draft import replace_draft
from articles.drafts import moments, store
from articles.models import Article, DraftMoment, Reason, User
from tests.conftest import MakeArticle

from .conftest import Reader, counted, tables

SignIn = Callable[[User], Client]


@pytest.fixture
def written(make_article: MakeArticle, alice: User, admin: User) -> Article:
    """Published by Alice, and written in by her and the administrator since; a moment after each."""
    article = make_article("Fees", "It costs 745 kr.\n\nPay within 30 days.")
    for user, markdown in (
        (alice, "It costs 795 kr.\n\nPay within 30 days."),
        (admin, "It costs 795 kr.\n\nPay within 20 days."),
    ):
        replace_draft(user, article.pk, documents.from_markdown(markdown).document)
        moments.record(article.pk)
    return article


def says(article: Article) -> str:
    return documents.to_text(documents.read_draft(store.load(article.pk)[0])).strip()


def test_the_list_tells_by_day_when_who_and_how_much(written: Article, alice: User, read: Reader) -> None:
    DraftMoment.objects.filter(seq=1).update(at=timezone.now() - timedelta(days=1))
    page = read(alice, f"/articles/{written.pk}/draft-history/")
    assert page.index("today") < page.index("yesterday")
    assert "3 moments" in page
    assert "As the draft is now" in page
    assert "Published as version 1" in page
    assert "Alice Ahlgren" in page
    assert "2 characters written, 2 deleted" in page or "1 character written, 1 deleted" in page


def test_a_moment_stands_beside_the_draft_and_beside_what_readers_see(
    written: Article, alice: User, read: Reader
) -> None:
    address = f"/articles/{written.pk}/draft-history/2/"
    page = read(alice, address)
    assert "The draft now" in page
    page = page.replace(" </del>", "</del>").replace(" </ins>", "</ins>")
    assert "<del>20</del>" in page
    assert "<ins>30</ins>" in page
    published = read(alice, address + "?with=published").replace(" </del>", "</del>").replace(" </ins>", "</ins>")
    assert "Version 1, as readers see it" in published
    assert "<del>745</del>" in published
    assert "<ins>795</ins>" in published
    assert "Go back to this" not in read(alice, f"/articles/{written.pk}/draft-history/3/"), "it says that now"


def test_going_back_offers_to_undo_it_and_undoing_takes_nothing_from_others(
    written: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    answer = client.post(f"/articles/{written.pk}/draft-history/1/go-back/", follow=True)
    assert says(written) == "It costs 745 kr.\n\nPay within 30 days."
    page = answer.content.decode()
    assert "The draft says again what it said" in page
    assert f'action="/articles/{written.pk}/draft-history/3/go-back/"' in page
    assert 'name="base" value="4"' in page
    text = "It costs 745 kr.\n\nPay within 30 days.\n\nBy card only."
    replace_draft(admin, written.pk, documents.from_markdown(text).document)
    undone = client.post(f"/articles/{written.pk}/draft-history/3/go-back/", {"base": "4"}, follow=True)
    assert says(written) == "It costs 795 kr.\n\nPay within 20 days.\n\nBy card only."
    assert DraftMoment.objects.filter(draft_id=written.pk, reason=Reason.RETURNED).count() == 2
    assert "Undo" in undone.content.decode(), "undoing can be undone"


def test_going_back_to_what_the_draft_says_is_told(written: Article, alice: User, signed_in: SignIn) -> None:
    answer = signed_in(alice).post(f"/articles/{written.pk}/draft-history/3/go-back/", follow=True)
    assert "The draft says that already" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?returned=1&undo=3", "?returned=x&undo=", "?returned=3&undo=1", "?undo=99999999999"]
)
def test_an_address_offers_no_undo_of_what_was_not_done(
    query: str, written: Article, alice: User, read: Reader
) -> None:
    page = read(alice, f"/articles/{written.pk}/draft-history/{query}")
    assert 'id="returned"' not in page


def test_a_passage_for_certain_roles_is_shown_to_editors_as_everywhere(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn, read: Reader
) -> None:
    article = make_article("Fees", "Open.\n\n::: roles manager\nSecret sum.\n:::")
    replace_draft(alice, article.pk, documents.from_markdown("Open.").document)
    assert "Secret sum." in read(alice, f"/articles/{article.pk}/draft-history/1/")
    for address in ("", "1/"):
        assert signed_in(bob).get(f"/articles/{article.pk}/draft-history/{address}").status_code == 403


def test_a_moment_that_is_not_kept_is_not_found(written: Article, alice: User, signed_in: SignIn) -> None:
    assert signed_in(alice).get(f"/articles/{written.pk}/draft-history/77/").status_code == 404
    assert signed_in(alice).post(f"/articles/{written.pk}/draft-history/77/go-back/").status_code == 404


def test_an_empty_history_says_what_will_stand_there(make_article: MakeArticle, alice: User, read: Reader) -> None:
    article = make_article("New", "Text.", publish=False)
    assert "No moments yet" in read(alice, f"/articles/{article.pk}/draft-history/")


def test_the_list_asks_as_often_for_many_moments_as_for_few(written: Article, alice: User, signed_in: SignIn) -> None:
    client = signed_in(alice)

    def asked(address: str) -> list[str]:
        client.get(address)
        with counted() as queries:
            assert client.get(address).status_code == 200
        return tables(queries)

    few = asked(f"/articles/{written.pk}/draft-history/")
    writers = DraftMoment.objects.get(draft_id=written.pk, seq=3).writers
    DraftMoment.objects.bulk_create(
        DraftMoment(draft_id=written.pk, seq=seq, at=timezone.now(), packed=DraftMoment.pack({}), writers=writers)
        for seq in range(10, 150)
    )
    assert asked(f"/articles/{written.pk}/draft-history/") == few
    assert len(few) <= 8
    for call, most in (("moments", 7), ("authors", 13)):
        assert len(asked(f"/api/v1/articles/{written.pk}/draft/{call}")) <= most
    one = asked(f"/articles/{written.pk}/draft-history/2/")
    assert len(one) <= 9, one
