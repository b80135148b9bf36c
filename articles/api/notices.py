"""Notices: what a centre announces for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema, Status

from .. import notices as shown
from ..actions import announcing
from ..models import Notice
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .notes import moment
from .paging import Cursor, Limit, page

router = Router(tags=["notices"])
Tone = Literal["info", "warn", "danger"]


class NoticeIn(Schema):
    text: str
    ends: datetime
    starts: datetime | None = None
    roles: list[str] = []
    categories: list[str] = []
    tone: Tone = "info"


class NoticeChange(Change):
    text: str | None = None
    ends: datetime | None = None
    starts: datetime | None = None
    roles: list[str] | None = None
    categories: list[str] | None = None
    tone: Tone | None = None


def notice_line(one: Notice) -> dict[str, Any]:
    """A notice as those who manage it see it. Needs author, roles and categories loaded."""
    now = timezone.now()
    state = "over" if one.ends_at <= now else "shown" if one.starts_at <= now else "planned"
    return {
        "id": one.pk, "text": one.text, "tone": one.tone, "starts": shapes.time(one.starts_at),
        "ends": shapes.time(one.ends_at), "state": state, "author": shapes.person(one.author),
        "roles": None if one.for_everybody else sorted(role.name for role in one.roles.all()),
        "categories": None if one.everywhere else sorted(category.slug for category in one.categories.all()),
    }  # fmt: skip


@router.get("notices")
def notices(request: SignedInRequest) -> dict[str, Any]:
    """What is announced to you now, on whatever pages: the most urgent first."""
    return {
        "items": [
            {
                "id": one.id, "text": one.text, "tone": one.tone, "starts": shapes.time(one.starts_at),
                "ends": shapes.time(one.ends_at),
            }
            for one in shown.shown_to(request.user)
        ],
        "next": None,
    }  # fmt: skip


@router.get("notices/managed")
def managed(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """The notices that you may change, planned and past ones too, the newest first."""
    return page(shown.managed_by(request.user), ("-starts_at", "-id"), limit, cursor, notice_line)


@router.post("notices", response={201: Any})
def announce(request: SignedInRequest, data: NoticeIn) -> Status[dict[str, Any]]:
    """Announce something from `starts` (now) until `ends`: for managers; in `categories`, for who publishes there.

    `roles`: for people with one of these (none: everybody); `categories`: on their pages (none: on all).
    """
    made = announcing.add_notice(
        request.user, data.text, moment(data.ends) or data.ends, starts=moment(data.starts), roles=data.roles,
        categories=data.categories, tone=data.tone,
    )  # fmt: skip
    return Status(201, notice_line(made))


@router.patch("notices/{int:notice_id}")
def change_notice(request: SignedInRequest, notice_id: int, data: NoticeChange) -> dict[str, Any]:
    """Change a notice that is not over. What you leave out stays."""
    made = announcing.edit_notice(
        request.user, notice_id, text=data.text, starts=moment(data.starts), ends=moment(data.ends),
        roles=data.roles, categories=data.categories, tone=data.tone,
    )  # fmt: skip
    return notice_line(made)


@router.delete("notices/{int:notice_id}", response={204: None})
def end_notice(request: SignedInRequest, notice_id: int) -> Status[None]:
    """Take it back: from now on nobody is shown it."""
    announcing.end_notice(request.user, notice_id)
    return Status(204, None)
