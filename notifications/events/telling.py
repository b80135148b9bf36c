"""What happens to notifications, for the open pages of the people whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from articles.access import View
from articles.events import Happening
from articles.models import Event, User


@dataclass(frozen=True)
class NotificationCreated(Happening):
    """Some people were told something: one line of the log for all of them, who stand in the notifications of this
    `batch`. Each is sent only what is theirs: `ids` of the notifications, and `unread`, how many are in their inbox.
    """

    kind = "notification.created"
    batch: int

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Whoever was told; the log is read together with them (`notifications.log.read`)."""
        return False


@dataclass(frozen=True)
class NotificationRead(Happening):
    """A person has read or put away something in their inbox: for their other pages. `unread` is how many are left."""

    kind = "notification.read"
    person: User

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        return event.person_id == view.user_id

    def subject(self) -> dict[str, Any]:
        return {"person": self.person}


@dataclass(frozen=True)
class FollowChanged(NotificationRead):
    """A person follows or mutes something else than before: for their other pages."""

    kind = "follow.changed"
