"""An editor proposes, somebody with the right to publish approves: just what was proposed, whatever the draft does."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, events
from ..models import Article, Proposal, ProposalState, Significance, User, Version
from .asking import Asks
from .freezing import close, freeze, refuse_archived, refuse_overtaken, reopen
from .problems import CannotUndo, Conflict, Invalid
from .publishing import publish_frozen, published

LONGEST_ANSWER = 2_000


def propose_article(
    user: User,
    article_id: int,
    *,
    note: str = "",
    significance: str = Significance.NORMAL,
    seq: int | None = None,
    asks: Asks | None = None,
) -> Proposal:
    """Ask for the draft to be published as it is now; a proposal of the article that is still open is replaced.

    `seq`, when given, is the number of the draft update that the proposer looked at; `asks` whom a must-read asks.
    Raises access.NotFound/Forbidden, Invalid, Conflict, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "propose", article_id, lock=True)
        frozen = freeze(user, article, note=note, significance=significance, seq=seq, asks=asks)
        happened: list[events.Happening] = []
        for older in Proposal.objects.filter(article=article, state=ProposalState.OPEN):
            close(older, user, state=ProposalState.REPLACED)
            happened.append(events.DraftAnswered(article, older.pk, older.state))
        proposal = Proposal.objects.create(**frozen)
        events.record(user, *happened, events.DraftProposed(article, proposal.pk))
    return proposal


def approve_proposal(user: User, proposal_id: int, *, seen: int | None = None) -> Version:
    """Publish just what was proposed, in the name of who proposed it; the version names who approved.

    `seen` is the number of the version (0: none) that the approver saw it compared with; without it, the one that it
    was proposed against. Readers seeing another one by now is a Conflict: what would change is not what was looked at.
    Raises access.NotFound/Forbidden, Conflict, Invalid, documents.DocumentError.
    """
    with transaction.atomic():
        article, proposal = _fetch(user, "approve", proposal_id)
        refuse_archived(article)
        refuse_overtaken(article, _number(proposal.base) if seen is None else seen)
        version = publish_frozen(proposal, article, approved_by=user)
        close(proposal, user, version=version, state=ProposalState.APPROVED)
        happened = events.DraftAnswered(article, proposal.pk, proposal.state)
        events.record(user, *published(article, version), happened)
    return version


def return_proposal(user: User, proposal_id: int, comment: str) -> Proposal:
    """Give a proposal back to its proposer, with a comment that says why.

    Raises access.NotFound/Forbidden, Conflict, Invalid without a comment.
    """
    comment = clean_answer(comment, "comment", _("Say what is to be changed."))
    with transaction.atomic():
        article, proposal = _fetch(user, "approve", proposal_id)
        close(proposal, user, comment, state=ProposalState.RETURNED)
        events.record(user, events.DraftAnswered(article, proposal.pk, proposal.state))
    return proposal


def withdraw_proposal(user: User, proposal_id: int) -> Proposal:
    """Take one's own proposal back. Raises access.NotFound, access.Forbidden when it is another's, Conflict."""
    with transaction.atomic():
        article, proposal = _fetch(user, "propose", proposal_id)
        if proposal.author_id != user.pk:
            raise access.Forbidden("withdraw")
        close(proposal, user, state=ProposalState.WITHDRAWN)
        events.record(user, events.DraftAnswered(article, proposal.pk, proposal.state))
    return proposal


def reopen_proposal(user: User, proposal_id: int) -> Proposal:
    """Propose again what one has withdrawn, as it was.

    Raises access.NotFound/Forbidden, Conflict when it is not one's own, or another one is open meanwhile.
    """
    with transaction.atomic():
        article, proposal = _locked(user, "propose", proposal_id)
        if proposal.state != ProposalState.WITHDRAWN or proposal.author_id != user.pk:
            raise CannotUndo
        if Proposal.objects.filter(article=article, state=ProposalState.OPEN).exists():
            raise Conflict(_("Something else is proposed for this article meanwhile."))
        refuse_archived(article)
        reopen(proposal, ProposalState.OPEN)
        events.record(user, events.DraftProposed(article, proposal.pk))
    return proposal


def fetch_proposal(user: User, proposal_id: int) -> Proposal:
    """A proposal with its article and people, for those who may edit the article. Raises access.NotFound."""
    found = (
        Proposal.objects.select_related(
            "article__category", "article__version__author", "author", "answered_by", "base", "version"
        )
        .filter(pk=proposal_id)
        .first()
    )
    if found is None or not access.can(user, "edit", found.article):
        raise access.NotFound
    return found


def clean_answer(text: str, field: str, missing: str) -> str:
    """A comment or an answer of some lines. Raises Invalid when it is empty or too long."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(**{field: missing})
    if len(text) > LONGEST_ANSWER:
        message = _("That has %(count)d characters; %(most)d are the most.")
        raise Invalid(**{field: message % {"count": len(text), "most": LONGEST_ANSWER}})
    return text


def _locked(user: User, action: str, proposal_id: int) -> tuple[Article, Proposal]:
    """The article first, like everywhere."""
    article_id = fetch_proposal(user, proposal_id).article_id
    article = access.fetch_article(user, action, article_id, lock=True)
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True).select_related("author", "base")
    return article, rows.get(pk=proposal_id)


def _fetch(user: User, action: str, proposal_id: int) -> tuple[Article, Proposal]:
    """An open proposal and its article, both locked. Raises also Conflict."""
    article, proposal = _locked(user, action, proposal_id)
    if not proposal.is_open:
        raise Conflict(_("This proposal is not open any more: %(state)s.") % {"state": proposal.get_state_display()})
    return article, proposal


def _number(version: Version | None) -> int:
    return version.number if version else 0
