"""What an article said before, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from articles import documents
from articles.actions.article import update_article
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import Article, User, Version
from articles.views.history import runs
from tests.conftest import MakeArticle

from .conftest import Reader

SignIn = Callable[[User], Client]


@pytest.fixture
def changed(make_article: MakeArticle, alice: User) -> Article:
    """An article in two versions: the fee went from 745 to 795 kr."""
    article = make_article("Fees", "## Fee\n\nIt costs 745 kr.\n\nPay within 30 days.")
    replace_draft(
        alice, article.pk, documents.from_markdown("## Fee\n\nIt costs 795 kr.\n\nPay within 30 days.").document
    )
    publish_article(alice, article.pk, note="New fee", significance="must-read")
    return article


def test_history_tells_who_published_what_and_why(changed: Article, bob: User, read: Reader) -> None:
    page = read(bob, f"/articles/{changed.pk}/history/")
    assert "2 versions" in page
    assert "New fee" in page
    assert "Alice Ahlgren" in page
    assert "Must-read" in page
    assert page.index("Version 2") < page.index("Version 1")


def test_only_those_who_may_are_offered_to_restore(changed: Article, alice: User, bob: User, read: Reader) -> None:
    assert f"/articles/{changed.pk}/restore/1/" in read(alice, f"/articles/{changed.pk}/history/")
    assert "restore" not in read(bob, f"/articles/{changed.pk}/history/")


def test_side_by_side_marks_the_words_that_changed(changed: Article, bob: User, read: Reader) -> None:
    page = read(bob, f"/articles/{changed.pk}/compare/?from=1&to=2")
    assert "<del>745</del>" in page.replace("<del>745 </del>", "<del>745</del>")
    assert "<ins>795</ins>" in page.replace("<ins>795 </ins>", "<ins>795</ins>")
    assert 'id="fee"' not in page, "two texts on one page must not share ids"


def test_inline_shows_one_text(changed: Article, bob: User, read: Reader) -> None:
    page = read(bob, f"/articles/{changed.pk}/compare/?from=1&to=2&view=inline")
    assert "<del>" in page
    assert "<ins>" in page
    assert page.count("Pay within 30 days.") == 1


def test_without_numbers_the_newest_change_is_shown(changed: Article, bob: User, read: Reader) -> None:
    for address in ("compare/", "compare/?from=&to=x"):
        assert "Version 1 and version 2" in read(bob, f"/articles/{changed.pk}/{address}")


def test_two_equal_versions_are_said_to_be_equal(article: Article, alice: User, bob: User, read: Reader) -> None:
    publish_article(alice, article.pk)
    assert "The same text" in read(bob, f"/articles/{article.pk}/compare/?from=1&to=2")


def test_a_change_of_the_title_alone_is_a_change(article: Article, alice: User, bob: User, read: Reader) -> None:
    update_article(alice, article.pk, title="Permit to build")
    publish_article(alice, article.pk)
    page = read(bob, f"/articles/{article.pk}/compare/?from=1&to=2")
    assert "<del>Building permit</del>" in page
    assert "<ins>Permit to build</ins>" in page
    assert "The same text" not in page


def test_a_comparison_shows_nothing_of_a_passage_for_other_roles(
    make_article: MakeArticle, alice: User, bob: User, mary: User, read: Reader
) -> None:
    article = make_article("Discounts", "For all.\n\n::: roles manager\nUp to 10 %.\n:::\n")
    text = "For all.\n\n::: roles manager\nUp to 20 %.\n:::\n"
    replace_draft(alice, article.pk, documents.from_markdown(text).document)
    publish_article(alice, article.pk)
    for view in ("", "&view=inline"):
        address = f"/articles/{article.pk}/compare/?from=1&to=2{view}"
        assert "20" in read(mary, address).partition("<main")[2]
        assert "The same text" in read(bob, address)


@pytest.mark.parametrize("address", ["history/", "compare/", "compare/?from=1&to=9", "restore/1/", "restore/9/"])
def test_what_one_may_not_see_or_what_is_not_there_is_404(
    address: str, changed: Article, charlie: User, alice: User, signed_in: SignIn
) -> None:
    assert signed_in(charlie).get(f"/articles/{changed.pk}/{address}").status_code == 404
    if "9" in address:
        assert signed_in(alice).get(f"/articles/{changed.pk}/{address}").status_code == 404


def test_restoring_shows_what_it_would_change_and_then_does_it(
    changed: Article, alice: User, bob: User, signed_in: SignIn, read: Reader
) -> None:
    page = read(alice, f"/articles/{changed.pk}/restore/1/")
    assert "<del>795" in page
    assert "<ins>745" in page
    answer = signed_in(alice).post(f"/articles/{changed.pk}/restore/1/", {"note": "The council changed its mind"})
    assert answer.status_code == 302
    assert "745 kr" in read(bob, changed.get_absolute_url())
    newest = Version.objects.filter(article=changed).order_by("-number")[0]
    assert (newest.number, newest.note) == (3, "The council changed its mind")


def test_bob_may_not_restore(changed: Article, bob: User, signed_in: SignIn) -> None:
    assert signed_in(bob).get(f"/articles/{changed.pk}/restore/1/").status_code == 403
    assert signed_in(bob).post(f"/articles/{changed.pk}/restore/1/").status_code == 403
    assert Version.objects.filter(article=changed).count() == 2


def test_restoring_the_current_version_is_refused_in_words(changed: Article, alice: User, signed_in: SignIn) -> None:
    answer = signed_in(alice).post(f"/articles/{changed.pk}/restore/2/")
    assert answer.status_code == 409
    assert "the one that readers see now" in answer.content.decode()


def test_long_stretches_without_a_change_are_folded() -> None:
    def row(kind: str) -> documents.DiffRow:
        return documents.DiffRow(kind, "<p>a</p>", "<p>a</p>")  # type: ignore[arg-type]

    made = runs([row(kind) for kind in ("same", "same", "changed", "same", "same", "same", "added")])
    assert [(len(run.rows), run.folded) for run in made] == [(2, False), (1, False), (3, True), (1, False)]


def test_the_number_of_versions_and_the_way_to_compare_are_kept_up_with_the_list(
    read: Reader, article: Article, alice: User, bob: User
) -> None:
    publish_article(alice, article.pk)
    live = read(bob, f"/articles/{article.pk}/history/").partition('id="versions"')[2]
    assert "2 versions" in live
    assert "Compare the two chosen" in live
