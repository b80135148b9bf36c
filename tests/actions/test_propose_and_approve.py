"""An editor proposes, somebody who may publish approves: just what was proposed is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from articles import access, documents
from articles.actions.article import archive_article, update_article
from articles.actions.problems import Conflict, Invalid
from articles.actions.proposing import approve_proposal, propose_article, return_proposal, withdraw_proposal
from articles.actions.publishing import publish_article
from articles.models import Article, Draft, Event, Proposal, User, Version
from articles.waiting import waiting_for

from .conftest import Write

MakeArticle = Callable[..., Article]


def text(version: Version) -> str:
    return documents.to_text(version.document)


def test_what_was_proposed_is_published_whatever_the_draft_says_by_then(
    article: Article, alice: User, eve: User, write: Write
) -> None:
    seq = write(eve, article, "A permit costs 795 kr.")
    proposal = propose_article(eve, article.pk, note="The fee rose", significance="must-read", seq=seq)
    write(alice, article, "Half a sentence that nobody")
    version = approve_proposal(alice, proposal.pk)
    assert (version.number, version.author, version.approved_by) == (2, eve, alice)
    assert (version.note, version.significance) == ("The fee rose", "must-read")
    assert text(version) == "A permit costs 795 kr."
    article.refresh_from_db()
    assert article.version == version
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version, proposal.answered_by) == ("approved", version, alice)
    draft = Draft.objects.get(pk=article.pk)
    assert (draft.published_seq, draft.has_unpublished_changes) == (seq, True)
    kinds = list(Event.objects.order_by("-seq").values_list("kind", flat=True)[:3])
    assert kinds == ["draft.answered", "acknowledgement.requested", "article.published"]


def test_the_title_of_the_draft_is_proposed_too(article: Article, alice: User, eve: User) -> None:
    from django.db import transaction

    from articles.actions.draft import replace_title

    with transaction.atomic():
        replace_title(eve, article.pk, "Permits and fees")
    version = approve_proposal(alice, propose_article(eve, article.pk).pk)
    article.refresh_from_db()
    assert (version.title, article.title) == ("Permits and fees", "Permits and fees")


def test_who_may_only_edit_cannot_approve(article: Article, eve: User, bob: User, charlie: User, write: Write) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    with pytest.raises(access.Forbidden):
        approve_proposal(eve, proposal.pk)
    for user in (bob, charlie):
        with pytest.raises(access.NotFound):
            approve_proposal(user, proposal.pk)
    with pytest.raises(access.Forbidden):
        propose_article(bob, article.pk)
    with pytest.raises(access.NotFound):
        propose_article(charlie, article.pk)
    assert list(waiting_for(eve)) == []


def test_approving_after_a_newer_version_needs_another_look(
    article: Article, alice: User, eve: User, write: Write
) -> None:
    write(eve, article, "Proposed.")
    proposal = propose_article(eve, article.pk)
    write(alice, article, "Meanwhile.")
    publish_article(alice, article.pk)
    with pytest.raises(Conflict, match="Version 2 was published by Alice Ahlgren meanwhile"):
        approve_proposal(alice, proposal.pk)
    with pytest.raises(Conflict):
        approve_proposal(alice, proposal.pk, seen=1)
    assert text(approve_proposal(alice, proposal.pk, seen=2)) == "Proposed."


def test_a_newer_proposal_replaces_the_older_one(article: Article, alice: User, eve: User, write: Write) -> None:
    write(eve, article, "First.")
    first = propose_article(eve, article.pk)
    write(eve, article, "Second.")
    second = propose_article(eve, article.pk)
    first.refresh_from_db()
    assert first.state == "replaced"
    assert list(waiting_for(alice)) == [second]
    with pytest.raises(Conflict, match="not open any more"):
        approve_proposal(alice, first.pk)


def test_a_proposal_is_returned_with_a_comment(article: Article, alice: User, eve: User, write: Write) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    with pytest.raises(Invalid):
        return_proposal(alice, proposal.pk, "  ")
    returned = return_proposal(alice, proposal.pk, "Name the year.\nAnd the source.")
    assert (returned.state, returned.answer) == ("returned", "Name the year.\nAnd the source.")
    with pytest.raises(Conflict):
        approve_proposal(alice, proposal.pk)
    assert Version.objects.filter(article=article).count() == 1


def test_only_its_proposer_withdraws_a_proposal(article: Article, alice: User, eve: User, write: Write) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    with pytest.raises(access.Forbidden):
        withdraw_proposal(alice, proposal.pk)
    assert withdraw_proposal(eve, proposal.pk).state == "withdrawn"


def test_publishing_the_same_settles_a_proposal(article: Article, alice: User, eve: User, write: Write) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    version = publish_article(alice, article.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version) == ("approved", version)


def test_nothing_is_proposed_that_readers_see_already_or_that_is_out_of_use(
    article: Article, alice: User, eve: User, write: Write
) -> None:
    with pytest.raises(Conflict, match="Nothing to publish"):
        propose_article(eve, article.pk)
    seq = write(eve, article, "Other.")
    with pytest.raises(Conflict, match="changed since"):
        propose_article(eve, article.pk, seq=seq - 1)
    proposal = propose_article(eve, article.pk)
    archive_article(alice, article.pk)
    with pytest.raises(Conflict, match="archived"):
        approve_proposal(alice, proposal.pk)
    with pytest.raises(Conflict, match="archived"):
        propose_article(eve, article.pk)


@pytest.mark.parametrize("markdown", ["", "   ", "- \n"])
def test_an_empty_text_is_neither_proposed_nor_published(
    article: Article, alice: User, eve: User, write: Write, markdown: str
) -> None:
    write(eve, article, markdown)
    for act in (lambda: propose_article(eve, article.pk), lambda: publish_article(alice, article.pk)):
        with pytest.raises(Invalid, match="empty"):
            act()
    assert not Proposal.objects.exists()


def test_the_first_version_can_be_proposed(make_article: MakeArticle, alice: User, eve: User) -> None:
    article = make_article("New", "Text.", publish=False, by=eve)
    version = approve_proposal(alice, propose_article(eve, article.pk).pk)
    article.refresh_from_db()
    assert (version.number, article.status) == (1, "published")


def test_a_rename_changes_the_draft_too_and_a_title_of_the_draft_is_published(
    article: Article, alice: User, write: Write
) -> None:
    from articles.drafts import store

    update_article(alice, article.pk, title="Permits")
    assert documents.read_title(store.load(article.pk)[0]) == "Permits"
    version = publish_article(alice, article.pk)
    assert version.title == "Permits"


def test_after_a_rename_alone_nothing_waits_for_publication(article: Article, alice: User, write: Write) -> None:
    update_article(alice, article.pk, title="Permits")
    article.refresh_from_db()
    assert not article.draft.has_unpublished_changes
    write(alice, article, "More text.")
    update_article(alice, article.pk, title="All permits")
    article.draft.refresh_from_db()
    assert article.draft.has_unpublished_changes
