"""Passages in version after version: moved, changed, gone, back again, and for whom they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from articles import access, anchors
from articles.actions.problems import Invalid
from articles.actions.proposing import approve_proposal, propose_article
from articles.actions.publishing import publish_article, restore_version
from articles.anchors import finding, placing
from articles.models import Anchor, Article, User
from tests.actions.conftest import write as write  # the fixture

Write = Callable[..., int]
MakeArticle = Callable[..., Article]
TEXT = "A permit costs **745 kr**.\n\nAsk at the desk.\n\nOpen until 16."


def make(user: User, article: Article, quote: str, **more: object) -> Anchor:
    with transaction.atomic():
        return anchors.make_anchor(user, article, quote, **more)  # type: ignore[arg-type]


def said_at(anchor: Anchor, user: User) -> str | None:
    """What this reader sees at the place of an anchor, without white space; None when it is gone."""
    article = Article.objects.select_related("version", "category").get(pk=anchor.article_id)
    anchor.refresh_from_db()
    view = access.view_of(user)
    shown = anchors.places(view, article, [anchor]).get(anchor.pk)
    if shown is None:
        return None
    assert article.version is not None
    stream = anchors.Stream.of(article.version.document, article.language)
    roles = frozenset(article.version.passage_roles)
    mine = roles if access.can(user, "edit", article) else roles & view.roles
    return stream.seen_by(mine).text[shown.start : shown.end]


@pytest.fixture
def fees(make_article: MakeArticle) -> Article:
    return make_article("Fees", TEXT)


def publish(user: User, article: Article, write: Write, text: str) -> None:
    write(user, article, text)
    publish_article(user, article.pk)


def test_a_passage_moves_with_what_is_written_around_and_in_it(
    fees: Article, alice: User, bob: User, write: Write
) -> None:
    anchor = make(bob, fees, "costs  745\nkr")
    assert (anchor.quote, said_at(anchor, bob)) == ("costs 745 kr", "costs745kr")
    publish(alice, fees, write, "More before.\n\n" + TEXT)
    assert said_at(anchor, bob) == "costs745kr"
    publish(alice, fees, write, "More before.\n\n" + TEXT.replace("745", "795"))
    assert said_at(anchor, bob) == "costs795kr"
    assert anchor.quote == "costs 745 kr"


def test_a_passage_that_is_gone_says_so_and_comes_back(fees: Article, alice: User, bob: User, write: Write) -> None:
    anchor = make(bob, fees, "Ask at the desk")
    publish(alice, fees, write, TEXT.replace("Ask at the desk.", "Call us instead, please do."))
    assert said_at(anchor, bob) is None
    restore_version(alice, fees.pk, 1)
    assert said_at(anchor, bob) == "Askatthedesk"
    publish(alice, fees, write, TEXT.replace("the desk", "the big desk"))
    assert said_at(anchor, bob) == "Askatthebigdesk", "its letters in the draft are known again"


def test_a_draft_that_is_already_ahead_does_not_lose_the_passage(
    fees: Article, alice: User, bob: User, write: Write
) -> None:
    write(alice, fees, "Begins otherwise.\n\n" + TEXT.replace("until 16", "until 18"))
    anchor = make(bob, fees, "Open until 16")
    assert said_at(anchor, bob) == "Openuntil16"
    publish_article(alice, fees.pk)
    assert said_at(anchor, bob) == "Openuntil18"


def test_what_was_approved_is_older_than_the_draft_and_found_all_the_same(
    fees: Article, alice: User, bob: User, write: Write
) -> None:
    anchor = make(bob, fees, "at the desk")
    write(alice, fees, "Proposed.\n\n" + TEXT)
    proposal = propose_article(alice, fees.pk)
    write(alice, fees, "Written afterwards.\n\nProposed.\n\n" + TEXT.replace("the desk", "the long desk"))
    approve_proposal(alice, proposal.pk)
    assert said_at(anchor, bob) == "atthedesk"


def test_of_equal_passages_the_one_that_was_selected_is_meant(make_article: MakeArticle, bob: User) -> None:
    article = make_article("Fees", "A shed is 100 kr.\n\nA fence is 100 kr.\n\nA wall is 100 kr.")
    anchor = make(bob, article, "100 kr", before="Afenceis", after=".A wall")
    assert anchor.before.endswith("Afenceis")
    assert make(bob, article, "100 kr").before == "Ashedis", "the first, where nobody says which"


def test_a_passage_that_the_reader_does_not_see_cannot_be_selected(
    make_article: MakeArticle, alice: User, bob: User, mary: User
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd.")
    for quote in ("Internal: 120 kr", "nowhere", "  "):
        with pytest.raises(Invalid):
            make(bob, article, quote)
    around = make(bob, article, "Public.\n\nEnd.")
    assert around.audience == ""
    assert said_at(around, bob) == "Public.End."
    assert make(mary, article, "120 kr").audience == make(alice, article, "120 kr").audience == "manager"
    assert make(alice, article, "Public. Internal").audience == "manager"


def test_who_may_know_follows_the_passage_from_version_to_version(
    make_article: MakeArticle, alice: User, bob: User, mary: User, write: Write
) -> None:
    open_text, closed = "One. Two.\n\nThree.", "One. Two.\n\n::: roles manager\nThree.\n:::"
    article = make_article("Fees", open_text)
    public, born_closed = make(bob, article, "Three"), None
    publish(alice, article, write, closed)
    assert known(article, bob) == []
    assert known(article, mary) == known(article, alice) == [public]
    article = Article.objects.get(pk=article.pk)
    born_closed = make(mary, article, "Three.")
    publish(alice, article, write, open_text)
    assert known(article, bob) == [public]
    assert known(article, mary) == [public, born_closed], "what was said about a secret stays one"
    publish(alice, article, write, "One. Two.")
    assert known(article, bob) == [public]


def known(article: Article, user: User) -> list[Anchor]:
    view = access.view_of(user)
    rows = Anchor.objects.order_by("pk")
    own = anchors.known_to(view, rows, anchor="", article=article)
    assert list(own) == list(anchors.known_to(view, rows, anchor="", article="article"))
    for anchor in rows:
        assert anchors.may_know(view, article, anchor.audience) == (anchor in own)
    return list(own)


def test_a_passage_of_the_version_on_an_open_page_is_kept_as_gone(
    fees: Article, alice: User, bob: User, write: Write
) -> None:
    publish(alice, fees, write, TEXT.replace("Ask at the desk.", "Nobody answers here any more."))
    fees = Article.objects.get(pk=fees.pk)
    with pytest.raises(Invalid):
        make(bob, fees, "Ask at the desk")
    anchor = make(bob, fees, "Ask at the desk", version=1)
    assert said_at(anchor, bob) is None


def test_passages_of_a_draft_that_nobody_has_read_yet(make_article: MakeArticle, alice: User, write: Write) -> None:
    article = make_article("New", TEXT, publish=False)
    anchor, view = make(alice, article, "the desk"), access.view_of(alice)
    write(alice, article, "Before.\n\n" + TEXT)
    shown = anchors.places(view, article, [anchor])[anchor.pk]
    assert (shown.start, shown.end) == (30, 37)
    write(alice, article, "Before.")
    assert not anchors.is_there(view, article, anchor)
    write(alice, article, TEXT)
    publish_article(alice, article.pk)
    assert said_at(anchor, alice) == "thedesk"


def test_placing_asks_the_same_number_of_questions_for_many_passages(
    make_article: MakeArticle,
    alice: User,
    bob: User,
    write: Write,
    django_assert_max_num_queries: Any,
) -> None:
    article = make_article("Fees", "\n\n".join(f"Fee number {number} is due." for number in range(60)))
    for number in range(60):
        make(bob, article, f"number {number} is")
    write(alice, article, "\n\n".join(f"The fee number {number} is due." for number in range(60)))
    with django_assert_max_num_queries(45):
        publish_article(alice, article.pk)
    assert Anchor.objects.filter(start__isnull=False).count() == 60


def test_two_hundred_passages_whose_text_is_rewritten_keep_nobody_waiting(
    make_article: MakeArticle,
    alice: User,
    bob: User,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    lines = [f"The fee for part {number} of this very long text is {number * 7} kr." for number in range(200)]
    article = make_article("Fees", "\n\n".join(lines))
    one = make(bob, article, lines[0])
    rows = [Anchor(article=article, quote=line, start=one.start, end=one.end) for line in lines]
    Anchor.objects.bulk_create(rows)
    compared: list[int] = []

    def alike(text: str, quote: str) -> tuple[int, int] | None:
        compared.append(len(quote))
        return finding.find_alike(text, quote)

    monkeypatch.setattr(placing, "find_alike", alike)
    monkeypatch.setattr(placing, "COMPARED_AT_MOST", 20 * len(lines[0]) * 4_000)
    finding._steps.cache_clear()
    write(alice, article, "\n\n".join(f"Nothing is as it was, number {number}: ask." for number in range(120)))
    with django_assert_max_num_queries(45):
        publish_article(alice, article.pk)
    assert not Anchor.objects.filter(start__isnull=False).exists()
    assert len(compared) <= 2 * 40, "by likeness no more than the limit allows"
    assert finding._steps.cache_info().misses <= 1, "texts are aligned once"
