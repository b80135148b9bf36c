"""The event log over the API: what happened to what the caller may see, in order."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from articles import access
from articles.api.errors import error_response

from .. import batches, log
from ..delivery import may_know

router = Router(tags=["events"])
SCANNED = 2_000  # rows of the log for one answer, however few of them the caller may know of


@router.get("events")
def events(
    request: HttpRequest,
    since: Annotated[int, Query(ge=0, le=2**63 - 1)],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any] | JsonResponse:
    """Events after `since`, oldest first, as the socket sends them.

    `next` is the `since` of the following page, null at the end (an empty page may have a next one); `cursor` is how
    far this answer reaches: ask for that later. 409 with code `reload` when `since` is too old or from the future.
    """
    newest = log.newest()
    view = access.view_of(request.user)
    if not log.reaches(since, newest):
        return error_response(409, _("The log does not reach back to there. Read again what you show."), code="reload")
    items: list[dict[str, Any]] = []
    reached = since
    tolds = log.read(since, until=newest, limit=SCANNED, people=[view.user_id])
    texts = batches.personal_texts(view, tolds)
    for told in tolds:
        if len(items) == limit:
            break
        reached = told.seq
        if may_know(view, told):
            items.append((told.plain if told.recipients is None else texts.frame(view, told)).content)
    return {"items": items, "next": reached if reached < newest else None, "cursor": reached}
