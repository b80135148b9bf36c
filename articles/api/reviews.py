"""Review dates: what is to be looked at, and that it still holds; and who is away."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema, Status

from .. import reviews as dates
from ..actions import people, reviewing
from ..models import Article, Review
from ..signed_in import SignedInRequest
from . import shapes
from .paging import Cursor, Limit, page

router = Router(tags=["reviews"])


class ConfirmIn(Schema):
    version: int | None = None
    due: date | None = None


class AbsenceIn(Schema):
    until: date | None = None


@router.get("reviews")
def reviews(
    request: SignedInRequest,
    show: Literal["overdue", "coming"] = "overdue",
    mine: bool = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Articles whose review date has passed, or comes within the lead time, the earliest first: those that the caller
    answers for, or all that the caller sees (`mine=false`)."""
    today = timezone.localdate()
    rows = dates.to_review(request.user, everything=not mine)
    chosen = dates.overdue(rows, today) if show == "overdue" else dates.coming(rows, today)
    shown = chosen.select_related("category", "version", "owner_user", "owner_role", "last_review__by").defer(
        "version__document"
    )
    return page(shown, ("review_date", "id"), limit, cursor, _line)


def _line(one: Article) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "category": one.category.slug, "owner": shapes.owner(one),
        "review_date": one.review_date.isoformat() if one.review_date else None,
        "version": one.version.number if one.version else None,
        "last_review": _review(one.last_review) if one.last_review else None,
    }  # fmt: skip


@router.post("articles/{int:article_id}/reviews", response={201: Any})
def confirm(request: SignedInRequest, article_id: int, data: ConfirmIn) -> Status[dict[str, Any]]:
    """It still holds. With `version` and `due` only if these are still what you looked at, else 409."""
    due = data.due if "due" in data.model_fields_set else reviewing.UNKNOWN
    return Status(
        201, _review(reviewing.confirm_still_correct(request.user, article_id, version=data.version, due=due))
    )


def _review(one: Review) -> dict[str, Any]:
    return {
        "by": shapes.person(one.by), "at": shapes.time(one.at),
        "was_due": one.was_due.isoformat() if one.was_due else None,
        "next_date": one.next_date.isoformat() if one.next_date else None,
    }  # fmt: skip


@router.put("users/{int:user_id}/absence")
def absence(request: SignedInRequest, user_id: int, data: AbsenceIn) -> dict[str, Any]:
    """Away up to and with a day (`until`), or back (null): for oneself, and for managers. Nothing is expected of
    somebody who is away: what must be read is asked on their return."""
    user = people.set_absence(request.user, user_id, data.until)
    away = user.is_absent(timezone.localdate())
    return {"id": user.pk, "absent_until": user.absent_until.isoformat() if away and user.absent_until else None}
