"""A person's inbox."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from articles import access
from articles.actions.problems import Invalid
from articles.api import shapes
from articles.api.paging import Cursor, Limit, page
from articles.signed_in import SignedInRequest

from .. import inbox, presenting
from ..actions import reading
from ..models import Notification

router = Router(tags=["notifications"])
MOST_IDS = 1_000


Number = Annotated[int, Field(ge=0, le=2**63 - 1)]  # what a column can hold


class ReadIn(Schema):
    ids: list[Number] | None = None
    all: bool = False


class SawIn(Schema):
    article: Number
    until: Number


def notification_line(one: Notification) -> dict[str, Any]:
    """A notification in JSON. `count` events are told together; `url` is absolute from the root of the site."""
    return {
        "id": one.pk, "kind": one.kind, "article": one.article_id, "actor": shapes.person(one.actor),
        "text": presenting.text(one), "url": presenting.place(one), "created": shapes.time(one.at),
        "read": one.is_read, "done": one.done_at is not None, "count": one.count, "reason": one.reason,
        "event": one.newest,
    }  # fmt: skip


@router.get("notifications")
def notifications(
    request: SignedInRequest, unread: bool = False, done: bool = False, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """What you were told, the newest first; `unread`: only what you have not read, `done`: also what you put away.

    `unread_count` (at most 100) is the number on the bell.
    """
    rows = inbox.of(request.user)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    if not done:
        rows = rows.filter(done_at__isnull=True)
    found = page(presenting.loaded(rows), ("-at", "-id"), limit, cursor, lambda one: {"one": one})
    known = inbox.still_known(access.view_of(request.user), [item["one"] for item in found["items"]])
    return {
        "items": [notification_line(one) for one in known], "next": found["next"],
        "unread_count": inbox.unread_count(request.user),
    }  # fmt: skip


@router.post("notifications/read")
def read(request: SignedInRequest, data: ReadIn) -> dict[str, Any]:
    """Note some, or with `all` everything, as read. Gives how many were unread before, and how many still are."""
    if not data.all and data.ids is None:
        raise Invalid(ids=_("Give the ids of what you have read, or all."))
    if data.ids is not None and len(data.ids) > MOST_IDS:
        raise Invalid(ids=_("At most %(count)d at a time.") % {"count": MOST_IDS})
    changed = reading.mark_read(request.user, None if data.all else data.ids)
    return {"read": changed, "unread_count": inbox.unread_count(request.user)}


@router.post("notifications/done")
def done(request: SignedInRequest, data: ReadIn) -> dict[str, Any]:
    """Put some, or with `all` everything that is read, away."""
    if not data.all and data.ids is None:
        raise Invalid(ids=_("Give the ids of what you have read, or all."))
    changed = reading.mark_done(request.user, None if data.all else (data.ids or [])[:MOST_IDS])
    return {"done": changed, "unread_count": inbox.unread_count(request.user)}


@router.post("notifications/seen")
def seen(request: SignedInRequest, data: SawIn) -> dict[str, Any]:
    """You have the article before your eyes as it is after event `until`: you are not told any more of what
    its page shows. The answer to a flag, and being named, stay unread."""
    changed = reading.saw(request.user, data.article, data.until)
    return {"read": changed, "unread_count": inbox.unread_count(request.user)}
