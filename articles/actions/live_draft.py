"""What people type in the editor, on its way into the log. The rights of who typed it are asked by the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from ..drafts import authors, store
from ..models import Article, User
from .draft import tell_edited


@dataclass(frozen=True)
class Typed:
    """An update exactly as its client sent it; `clients` wrote for the first time, each from this clock on."""

    update: bytes
    user_id: int
    clients: dict[int, int]


def store_typed(draft_id: int, typed: Sequence[Typed], tell: Collection[int]) -> int:
    """Add what was typed to the log, all or nothing. Returns the number of the last update.

    `tell` are the ids of those of whom it may have to be told that they edit. Raises Draft.DoesNotExist.
    """
    with transaction.atomic():
        last = store.append_all(draft_id, [(one.update, one.user_id) for one in typed])
        authors.note_new(
            draft_id, [(client, clock, one.user_id) for one in typed for client, clock in one.clients.items()]
        )
        for user_id in tell:
            tell_edited(User(pk=user_id), Article(pk=draft_id))
    return last
