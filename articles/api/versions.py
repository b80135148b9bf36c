"""What was published, what changed between two states, and publishing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ninja import Query, Router, Schema, Status

from .. import access, documents, rendering
from ..actions import publishing
from ..actions.resolving import publish_resolving
from ..models import Article, Version
from ..signed_in import SignedInRequest
from . import shapes
from .asking import Said
from .paging import Cursor, Limit, page

router = Router(tags=["versions"])


class PublishIn(Said):
    version: int | None = None
    settles: list[int] = []
    answer: str = ""


class RestoreIn(Schema):
    version: int
    note: str = ""


def fetch_version(article: Article, number: int) -> Version:
    """One version of an article that the caller may see, with author and rendering. Raises access.NotFound."""
    found = (
        Version.objects.select_related("author", "approved_by", "rendering")
        .filter(article=article, number=number)
        .first()
    )
    if found is None:
        raise access.NotFound
    return found


@router.post("articles/{int:article_id}/publish", response={201: Any})
def publish(request: SignedInRequest, article_id: int, data: PublishIn) -> Status[dict[str, Any]]:
    """Make the draft what readers see, under the title that the draft has.

    With `seq` only if the draft is still the one that you looked at, and is not published already; with `version` only
    if readers still see that version (0: none). Else 409. `ask` says whom a must-read asks to confirm it. `settles` are
    flags that this version resolves, with `answer` (else the note).
    """
    version = publish_resolving(
        request.user, article_id, data.settles, answer=data.answer, seen=data.version, **data.said(request.user)
    )
    return Status(201, shapes.version(version))


@router.post("articles/{int:article_id}/restore", response={201: Any})
def restore(request: SignedInRequest, article_id: int, data: RestoreIn) -> Status[dict[str, Any]]:
    """Publish an old version again, as a new one."""
    return Status(
        201, shapes.version(publishing.restore_version(request.user, article_id, data.version, note=data.note))
    )


@router.get("articles/{int:article_id}/versions")
def versions(request: SignedInRequest, article_id: int, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """The versions of an article, newest first."""
    article = access.fetch_article(request.user, "view", article_id)
    rows = Version.objects.filter(article=article).select_related("author", "approved_by")
    return page(rows, ("-number",), limit, cursor, shapes.version)


@router.get("articles/{int:article_id}/versions/{int:number}")
def version(request: SignedInRequest, article_id: int, number: int) -> dict[str, Any]:
    """One version with its text."""
    article = access.fetch_article(request.user, "view", article_id)
    one = fetch_version(article, number)
    return {**shapes.version(one), **shapes.version_text(access.view_of(request.user), article, one)}


@router.get("articles/{int:article_id}/diff")
def diff(
    request: SignedInRequest,
    article_id: int,
    from_: int = Query(alias="from"),
    to: int = Query(),
) -> dict[str, Any]:
    """What changed from one version to another: inline HTML with <ins> and <del>, and rows for side by side."""
    article = access.fetch_article(request.user, "view", article_id)
    view = access.view_of(request.user)
    old, new = fetch_version(article, from_), fetch_version(article, to)
    before = rendering.rendered_for(view, article, old).html
    after = rendering.rendered_for(view, article, new).html
    return {
        "from": old.number, "to": new.number, "title": {"from": old.title, "to": new.title},
        "html": documents.diff_inline(before, after),
        "rows": [asdict(row) for row in documents.diff_rows(before, after)],
    }  # fmt: skip
