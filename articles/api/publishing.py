"""What waits between a draft and its readers: checks, proposals, plans."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema, Status

from .. import access, documents
from ..actions import freezing, planning, proposing
from ..actions.resolving import approve_resolving
from ..centre_time import moment
from ..models import Plan, Proposal
from ..signed_in import SignedInRequest
from ..waiting import planned_for, proposed_by, waiting_for
from . import shapes
from .asking import Said, asks_of
from .paging import Cursor, Limit, page

router = Router(tags=["publishing"])


class ApproveIn(Schema):
    version: int | None = None
    settles: list[int] = []
    answer: str = ""


class ReturnIn(Schema):
    comment: str


class PlanIn(Said):
    action: Literal["publish", "archive"] = "publish"
    at: datetime
    settles: list[int] = []


class KeepIn(Schema):
    version: int


@router.get("articles/{int:article_id}/checks")
def checks(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    """What an author should mend in the draft: `errors` stand against publishing, `warnings` are advice."""
    article = access.fetch_article(request.user, "edit", article_id)
    contents = freezing.read_contents(article, lock=False)
    found = [asdict(one) for one in documents.findings(contents.document)]
    return {
        "seq": contents.seq,
        "errors": [one for one in found if one["level"] == "error"],
        "warnings": [one for one in found if one["level"] == "warning"],
    }


# --- Proposals ---------------------------------------------------------------------------------------


def proposal_line(one: Proposal) -> dict[str, Any]:
    """A proposal in a list. Needs article, author, answered_by, base and version loaded."""
    return {
        "id": one.pk, "article": one.article_id, "title": one.title, "note": one.note,
        "significance": one.significance, "ask": asks_of(one), "state": one.state, "author": shapes.person(one.author),
        "created_at": shapes.time(one.created_at), "base": one.base.number if one.base else 0, "seq": one.draft_seq,
        "answered_by": shapes.person(one.answered_by), "answered_at": shapes.time(one.answered_at),
        "answer": one.answer, "version": one.version.number if one.version else None,
    }  # fmt: skip


@router.get("proposals")
def proposals(request: SignedInRequest, mine: bool = False, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """The open proposals that the caller may approve; with `mine` all that the caller proposed. Newest first."""
    found = proposed_by(request.user) if mine else waiting_for(request.user)
    rows = found.select_related("article", "author", "answered_by", "base", "version")
    shown = rows.defer("document", "base__document", "version__document")
    return page(shown, ("-created_at", "-id"), limit, cursor, proposal_line)


@router.post("articles/{int:article_id}/proposals", response={201: Any})
def propose(request: SignedInRequest, article_id: int, data: Said) -> Status[dict[str, Any]]:
    """Ask for the draft to be published as it is now. An open proposal of the article is replaced by this one.

    With `seq` only if the draft is still the one that you looked at.
    """
    made = proposing.propose_article(request.user, article_id, **data.said(request.user))
    return Status(201, proposal_line(made))


@router.get("articles/{int:article_id}/proposals")
def proposals_of(request: SignedInRequest, article_id: int, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """All proposals of an article, newest first: for those who may edit it."""
    article = access.fetch_article(request.user, "edit", article_id)
    rows = Proposal.objects.filter(article=article).select_related("author", "answered_by", "base", "version")
    shown = rows.defer("document", "base__document", "version__document")
    return page(shown, ("-created_at", "-id"), limit, cursor, proposal_line)


@router.get("proposals/{int:proposal_id}")
def proposal(request: SignedInRequest, proposal_id: int) -> dict[str, Any]:
    """One proposal with its text. `readers_see` is the number of the version that approving would replace."""
    found = proposing.fetch_proposal(request.user, proposal_id)
    made = documents.render(found.document, language=found.article.language)
    now = found.article.version
    return {
        **proposal_line(found), "html": made.html, "text": made.text,
        "markdown": documents.to_markdown(found.document), "readers_see": now.number if now else 0,
    }  # fmt: skip


@router.post("proposals/{int:proposal_id}/approve", response={201: Any})
def approve(request: SignedInRequest, proposal_id: int, data: ApproveIn) -> Status[dict[str, Any]]:
    """Publish just what was proposed. `version` is the number of the version that you compared it with (0: none).

    409 when readers see another version by now; without `version` it is compared with the one it was proposed against.
    `settles` are flags that this version resolves, with `answer` (else the note).
    """
    version = approve_resolving(request.user, proposal_id, data.settles, answer=data.answer, seen=data.version)
    return Status(201, shapes.version(version))


@router.post("proposals/{int:proposal_id}/return")
def give_back(request: SignedInRequest, proposal_id: int, data: ReturnIn) -> dict[str, Any]:
    """Give it back to its proposer with a comment."""
    return proposal_line(proposing.return_proposal(request.user, proposal_id, data.comment))


@router.post("proposals/{int:proposal_id}/withdraw")
def withdraw(request: SignedInRequest, proposal_id: int) -> dict[str, Any]:
    """Take your own proposal back."""
    return proposal_line(proposing.withdraw_proposal(request.user, proposal_id))


# --- Plans -------------------------------------------------------------------------------------------


def plan_line(one: Plan) -> dict[str, Any]:
    """A plan. Needs article, author, answered_by and version loaded."""
    return {
        "id": one.pk, "article": one.article_id, "action": one.action, "at": shapes.time(one.at), "state": one.state,
        "problem": one.problem or None, "title": one.title, "note": one.note, "significance": one.significance,
        "ask": asks_of(one), "settles": one.settles,
        "author": shapes.person(one.author), "created_at": shapes.time(one.created_at), "seq": one.draft_seq,
        "overtaken": one.is_waiting and one.is_overtaken, "version": one.version.number if one.version else None,
        "answered_by": shapes.person(one.answered_by), "answered_at": shapes.time(one.answered_at),
    }  # fmt: skip


@router.get("plans")
def plans(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """What is planned for articles that the caller may edit, and what became of the caller's own plans."""
    rows = planned_for(request.user).select_related("article", "author", "answered_by", "version")
    return page(rows.defer("document", "version__document"), ("first", "at", "id"), limit, cursor, plan_line)


@router.post("articles/{int:article_id}/plans", response={201: Any})
def plan(request: SignedInRequest, article_id: int, data: PlanIn) -> Status[dict[str, Any]]:
    """Publish the draft as it is now, or archive the article, at a later time.

    `at` without an offset is the time of the centre; one that clocks leave out in spring is 422. `settles`
    are flags that the version resolves when it is published.
    """
    at = moment(data.at)
    if data.action == "archive":
        made = planning.plan_archiving(request.user, article_id, at)
    else:
        made = planning.plan_publication(
            request.user, article_id, at, settles=data.settles, **data.said(request.user)
        )  # fmt: skip
    return Status(201, plan_line(made))


@router.get("articles/{int:article_id}/plans")
def plans_of(request: SignedInRequest, article_id: int, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """All plans for an article, the newest first: for those who may edit it."""
    article = access.fetch_article(request.user, "edit", article_id)
    rows = Plan.objects.filter(article=article).select_related("article", "author", "answered_by", "version")
    return page(rows.defer("document", "version__document"), ("-created_at", "-id"), limit, cursor, plan_line)


@router.post("plans/{int:plan_id}/cancel")
def cancel(request: SignedInRequest, plan_id: int) -> dict[str, Any]:
    """Do not do it."""
    planning.cancel_plan(request.user, plan_id)
    return plan_line(planning.fetch_plan(request.user, plan_id))


@router.post("plans/{int:plan_id}/keep")
def keep(request: SignedInRequest, plan_id: int, data: KeepIn) -> dict[str, Any]:
    """Publish it as planned although a newer version was published since: `version` is the one you compared it with."""
    planning.keep_plan(request.user, plan_id, seen=data.version)
    return plan_line(planning.fetch_plan(request.user, plan_id))
