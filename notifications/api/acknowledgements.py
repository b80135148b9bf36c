"""Must-reads: what the caller is to confirm, confirming it, and the record for managers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status

from articles import access, asked
from articles.actions.asking import end_must_read
from articles.api import shapes
from articles.models import User
from articles.signed_in import SignedInRequest

from .. import record
from ..actions import acknowledging

router = Router(tags=["must-reads"])


class AcknowledgeIn(Schema):
    version: int


@router.get("must-reads")
def must_reads(request: SignedInRequest) -> dict[str, Any]:
    """What the caller is to confirm, the most urgent first. `confirmed` is the version confirmed last (0: none)."""
    return {"items": [_waiting(one) for one in record.waiting_for(request.user)], "next": None}


def _waiting(one: record.Waiting) -> dict[str, Any]:
    question = one.question
    return {
        "article": question.article_id, "title": question.title, "version": question.number,
        "newest": question.newest, "note": question.note, "asked_at": shapes.time(question.asked_at),
        "due": _day(one.due), "confirmed": one.confirmed,
    }  # fmt: skip


@router.post("articles/{int:article_id}/acknowledge", response={200: Any, 201: Any})
def acknowledge(request: SignedInRequest, article_id: int, data: AcknowledgeIn) -> Status[dict[str, Any]]:
    """The caller has read this version. A later version than the must-read one confirms it too.

    409 when a newer version must be read by now, or nothing is asked. A second time changes nothing (200).
    """
    given, is_new = acknowledging.acknowledge(request.user, article_id, data.version)
    body = {"article": article_id, "version": given.number, "acknowledged_at": shapes.time(given.at)}
    return Status(201 if is_new else 200, body)


@router.get("articles/{int:article_id}/acknowledgements")
def acknowledgements(
    request: SignedInRequest,
    article_id: int,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    cursor: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Who is asked to confirm the article, and who has: for managers. People by name, then who confirmed it and is not
    asked any more (`asked` false). `version` is null, and nobody is there, when the article asks nothing."""
    access.fetch_article(request.user, "oversee", article_id)
    question = asked.question_of(article_id)
    if question is None:
        return {"version": None, "due": None, "required": 0, "acknowledged": 0, "people": [], "next": None}
    entries = record.entries_of(question)
    shown = entries[cursor : cursor + limit]
    required = [one for one in entries if one.is_asked]
    return {
        "version": question.number, "due": _day(question.due), "required": len(required),
        "acknowledged": sum(one.at is not None for one in required),
        "people": [_entry(one) for one in shown],
        "next": cursor + limit if len(entries) > cursor + limit else None,
    }  # fmt: skip


def _entry(one: record.Entry) -> dict[str, Any]:
    return {
        "user": _person(one.user), "acknowledged_at": shapes.time(one.at), "version": one.number, "state": one.state,
        "due": _day(one.due), "absent_until": _day(one.user.absent_until) if one.is_absent else None,
        "asked": one.is_asked,
    }  # fmt: skip


@router.post("articles/{int:article_id}/acknowledgements/remind")
def remind(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    """Remind everybody who is here and has not confirmed: for managers. 429 within twelve hours of the last time."""
    return {"reminded": acknowledging.remind(request.user, article_id)}


@router.post("articles/{int:article_id}/acknowledgements/end")
def end(request: SignedInRequest, article_id: int, data: AcknowledgeIn) -> dict[str, Any]:
    """Stop asking for this version: for managers. Who has confirmed stays in the record."""
    ended = end_must_read(request.user, article_id, version=data.version)
    return {"article": article_id, "version": data.version, "ended_at": shapes.time(ended.ended_at)}


def _person(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.get_full_name(), "username": user.username}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
