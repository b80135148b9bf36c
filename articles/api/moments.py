"""The history inside a draft: who wrote what since the last version, and the way back to what it said before."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema

from .. import access, documents
from ..actions.going_back import go_back
from ..drafts import moments
from ..drafts.authors import since_published
from ..drafts.counting import Writers
from ..models import DraftMoment, User
from ..signed_in import SignedInRequest
from ..templatetags.kb import HUES
from . import shapes
from .paging import Cursor, Limit, page

router = Router(tags=["drafts"])


class BackIn(Schema):
    base: int | None = None


@router.get("articles/{int:article_id}/draft/authors")
def authors(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    """Who is which Yjs client, for what was written since the last version (`since`: its state vector, base64).

    `clients`: {client id: [[from clock, person], …]}, `people`: {person: {id, name, colour, written, deleted}}, where
    `colour` is a number from 0 to 7 and the last two are about how many characters.
    """
    article = access.fetch_article(request.user, "edit", article_id)
    found = since_published(article.pk)
    return {
        "since": found.since, "clients": found.clients,
        "people": {str(person.pk): _writer(person, found.writers) for person in found.people.values()},
    }  # fmt: skip


def _writer(person: User, writers: Writers) -> dict[str, Any]:
    written, deleted = writers.get(str(person.pk), (0, 0))
    return {
        "id": person.pk, "name": person.get_full_name(), "colour": person.pk % HUES,
        "written": written, "deleted": deleted,
    }  # fmt: skip


@router.get("articles/{int:article_id}/draft/moments")
def moments_of(request: SignedInRequest, article_id: int, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """What the draft said before, newest first: one for each pause, and at least every ten minutes of writing."""
    article = access.fetch_article(request.user, "edit", article_id)
    found = page(moments.of(article.pk), ("-seq",), limit, cursor, _moment)
    _name(found["items"])
    return found


@router.get("articles/{int:article_id}/draft/moments/{int:number}")
def moment(request: SignedInRequest, article_id: int, number: int) -> dict[str, Any]:
    """One moment with its text."""
    article = access.fetch_article(request.user, "edit", article_id)
    row = moments.fetch(article.pk, number)
    document = row.document
    made = documents.render(document, language=article.language)
    found = {**_moment(row), "html": made.html, "text": made.text, "markdown": documents.to_markdown(document)}
    _name([found])
    return found


@router.post("articles/{int:article_id}/draft/moments/{int:number}/restore")
def restore(request: SignedInRequest, article_id: int, number: int, data: BackIn) -> dict[str, Any]:
    """Make the draft say what it said then; what others are typing merges.

    To take it back: restore the moment `before` with `seq` as `base`.
    """
    made = go_back(request.user, article_id, number, base_seq=data.base)
    return {"seq": made.seq, "before": made.before.seq if made.before else None, "changed": made.changed}


def _moment(row: DraftMoment) -> dict[str, Any]:
    return {
        "n": row.seq, "at": shapes.time(row.at), "reason": row.reason, "title": row.title or None,
        "version": row.version.number if row.version else None, "by": shapes.person(row.user),
        "writers": [
            {"id": int(person), "written": written, "deleted": deleted}
            for person, (written, deleted) in row.writers.items() if person
        ],
    }  # fmt: skip


def _name(items: list[dict[str, Any]]) -> None:
    """Add the names of the writers, all asked for at once."""
    names = moments.names(writer["id"] for item in items for writer in item["writers"])
    for item in items:
        for writer in item["writers"]:
            writer["name"] = names.get(writer["id"], "")
