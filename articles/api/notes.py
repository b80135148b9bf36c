"""Notes beside articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema, Status

from .. import access, anchors
from ..actions import noting
from ..models import Note
from ..notes import fetch_note, notes_by, notes_of
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .comments import comment_shape
from .paging import Cursor, Limit, page

router = Router(tags=["notes"])


class NoteIn(Schema):
    body: str
    audience: str = noting.ME
    expires: datetime | None = None
    pinned: bool = False
    quote: str = ""
    before: str = ""
    after: str = ""
    version: int | None = None


class NoteChange(Change):
    body: str | None = None
    audience: str | None = None
    expires: datetime | None = None
    pinned: bool | None = None


class Promotion(Schema):
    to: Literal["comment", "flag", "draft"]
    kind: Literal["incorrect", "outdated", "unclear", "missing", "other"] = "other"


def note_line(one: Note, there: dict[int, anchors.Shown]) -> dict[str, Any]:
    """A note. `audience` is "me" or a role; `there` says which passages this reader still sees."""
    return {
        "id": one.pk, "article": one.article_id, "author": shapes.person(one.author), "body": one.body,
        "audience": one.role.name if one.role else noting.ME, "expires": shapes.time(one.expires_at),
        "expired": one.expired or (one.expires_at is not None and one.expires_at <= timezone.now()),
        "pinned": one.pinned, "quote": one.anchor.quote if one.anchor else None,
        "anchored": one.anchor is not None and one.anchor.pk in there,
        "created_at": shapes.time(one.created_at), "edited_at": shapes.time(one.edited_at),
    }  # fmt: skip


def note_shape(request: SignedInRequest, note: Note) -> dict[str, Any]:
    """One note, read anew."""
    found = fetch_note(request.user, note.pk)
    there = anchors.places(access.view_of(request.user), found.article, [found.anchor] if found.anchor else [])
    return note_line(found, there)


def moment(value: datetime | None) -> datetime | None:
    """A moment; without an offset one of the centre's time zone."""
    return timezone.make_aware(value) if value is not None and timezone.is_naive(value) else value


@router.get("articles/{int:article_id}/notes")
def notes(request: SignedInRequest, article_id: int, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """Your own notes on the article and those for your roles, as long as they hold; the oldest first."""
    article = access.fetch_article(request.user, "view", article_id)
    found = page(notes_of(request.user, article), ("id",), limit, cursor, lambda one: {"row": one})
    rows = [item["row"] for item in found["items"]]
    there = anchors.places(access.view_of(request.user), article, [row.anchor for row in rows if row.anchor])
    return {"items": [note_line(row, there) for row in rows], "next": found["next"]}


@router.post("articles/{int:article_id}/notes", response={201: Any})
def note(request: SignedInRequest, article_id: int, data: NoteIn) -> Status[dict[str, Any]]:
    """Note something for yourself (`audience` "me") or for a role that you hold, until `expires` where that is given.

    With `quote` on that passage of what you see; `pinned` above the text.
    """
    made = noting.add_note(
        request.user, article_id, data.body, audience=data.audience, expires=moment(data.expires), pinned=data.pinned,
        quote=data.quote, before=data.before, after=data.after, version=data.version,
    )  # fmt: skip
    return Status(201, note_shape(request, made))


@router.get("notes")
def my_notes(request: SignedInRequest, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """All notes that you wrote, the newest first; also those whose time is over. `anchored` is not told here."""
    return page(notes_by(request.user), ("-id",), limit, cursor, lambda one: note_line(one, {}))


@router.get("notes/{int:note_id}")
def one_note(request: SignedInRequest, note_id: int) -> dict[str, Any]:
    """One note."""
    return note_shape(request, fetch_note(request.user, note_id))


@router.patch("notes/{int:note_id}")
def change_note(request: SignedInRequest, note_id: int, data: NoteChange) -> dict[str, Any]:
    """Change your own note. `expires: null` lets it hold without an end."""
    expires = moment(data.expires) if "expires" in data.model_fields_set else noting.UNCHANGED
    made = noting.edit_note(
        request.user, note_id, body=data.body, audience=data.audience, expires=expires, pinned=data.pinned
    )
    return note_shape(request, made)


@router.delete("notes/{int:note_id}", response={204: None})
def delete_note(request: SignedInRequest, note_id: int) -> Status[None]:
    """Take a note away."""
    noting.delete_note(request.user, note_id)
    return Status(204, None)


@router.post("notes/{int:note_id}/promote")
def promote(request: SignedInRequest, note_id: int, data: Promotion) -> dict[str, Any]:
    """Make your own note a comment that all readers see, or a flag (of `kind`) that somebody answers, or write it into
    the draft; the note is gone then."""
    if data.to == "flag":
        return {"flag": noting.note_to_flag(request.user, note_id, data.kind).pk}
    if data.to == "comment":
        made = noting.note_to_comment(request.user, note_id)
        article = access.fetch_article(request.user, "view", made.article_id)
        return {"comment": comment_shape(request.user, article, made.pk)}
    return {"draft": noting.note_to_draft(request.user, note_id)}
