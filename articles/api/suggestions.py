"""Changes that readers suggest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from .. import access, documents, rendering
from ..actions import suggesting
from ..actions.problems import Invalid
from ..models import Suggestion
from ..signed_in import SignedInRequest
from ..waiting import suggested_by, suggestions_for
from . import shapes
from .drafts import Text
from .paging import Cursor, Limit, page

router = Router(tags=["suggestions"])


class SuggestIn(Text):
    reason: str
    version: int | None = None
    document: dict[str, Any] | None = None
    title: str | None = None


class MergeIn(Schema):
    seq: int | None = None
    choices: dict[int, Literal["ours", "theirs", "both"]] = {}
    answer: str = ""


class DeclineIn(Schema):
    answer: str


def suggestion_line(one: Suggestion) -> dict[str, Any]:
    """A suggestion in a list. Needs article, base, author and answered_by loaded."""
    return {
        "id": one.pk, "article": one.article_id, "title": one.article.title, "reason": one.reason, "state": one.state,
        "author": shapes.person(one.author), "created_at": shapes.time(one.created_at), "version": one.base.number,
        "answered_by": shapes.person(one.answered_by), "answered_at": shapes.time(one.answered_at),
        "answer": one.answer, "suggested_title": one.full_title,
    }  # fmt: skip


@router.get("suggestions")
def suggestions(
    request: SignedInRequest, mine: bool = False, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """The open suggestions that the caller may answer; with `mine` all that the caller made. Newest first."""
    found = suggested_by(request.user) if mine else suggestions_for(request.user)
    rows = found.select_related("article", "author", "answered_by", "base").defer("document", "base__document")
    return page(rows, ("-created_at", "-id"), limit, cursor, suggestion_line)


@router.post("articles/{int:article_id}/suggestions", response={201: Any})
def suggest(request: SignedInRequest, article_id: int, data: SuggestIn) -> Status[dict[str, Any]]:
    """Suggest that the article say this: the text of `version` as you see it (now, unless named), changed.

    Send markdown, html or document (ProseMirror JSON), and `reason`, a sentence; `title` if it should change.
    429 when you do it too often.
    """
    if data.document is None and data.markdown is None and data.html is None:
        raise Invalid(markdown=_("Send the text as markdown or as html."))
    access.fetch_article(request.user, "suggest", article_id)
    document = data.document if data.document is not None else data.convert().document
    made = suggesting.suggest_change(
        request.user, article_id, document, data.reason, version=data.version, title=data.title
    )
    return Status(201, suggestion_line(made))


@router.get("suggestions/{int:suggestion_id}")
def suggestion(request: SignedInRequest, suggestion_id: int) -> dict[str, Any]:
    """One suggestion: what was changed, and, for those who may answer it, what taking it over changes in the draft.

    `clashes` are parts that were rewritten in the draft as well: choose for each. Send `seq` back with your choices.
    """
    found = suggesting.fetch_suggestion(request.user, suggestion_id)
    article = found.article
    roles = rendering.audience_class(
        access.view_of(request.user), article, sorted(found.seen | documents.passage_roles(found.document))
    )

    def html(document: dict[str, Any]) -> str:
        return documents.render(document, language=article.language).html

    old, new = (html(documents.for_audience(one, roles)) for one in (suggesting.base_of(found), found.document))
    made = {**suggestion_line(found), "html": documents.diff_inline(old, new)}
    if not found.is_open or not access.can(request.user, "answer_suggestion", article):
        return made
    merging = suggesting.merging(found)
    before, after = html(merging.draft), html(merging.merge.document())
    return {
        **made, "seq": merging.seq, "merged": documents.diff_inline(before, after),
        "clashes": [asdict(clash) for clash in merging.merge.clashes],
    }  # fmt: skip


@router.post("suggestions/{int:suggestion_id}/merge")
def merge(request: SignedInRequest, suggestion_id: int, data: MergeIn) -> dict[str, Any]:
    """Take it over into the draft; `choices` maps the number of each clash to ours (the draft), theirs, or both."""
    return suggestion_line(suggesting.merge_suggestion(
        request.user, suggestion_id, seq=data.seq, choices=data.choices, answer=data.answer
    ))  # fmt: skip


@router.post("suggestions/{int:suggestion_id}/decline")
def decline(request: SignedInRequest, suggestion_id: int, data: DeclineIn) -> dict[str, Any]:
    """Do not take it over, and say why."""
    return suggestion_line(suggesting.decline_suggestion(request.user, suggestion_id, data.answer))


@router.post("suggestions/{int:suggestion_id}/withdraw")
def withdraw(request: SignedInRequest, suggestion_id: int) -> dict[str, Any]:
    """Take your own suggestion back."""
    return suggestion_line(suggesting.withdraw_suggestion(request.user, suggestion_id))
