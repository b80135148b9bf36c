"""What a centre announces for a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..access import View
from ..models.event import Event
from .happening import Happening


@dataclass(frozen=True)
class OfNotice(Happening):
    """Known to those for whom the notice is: with one of the roles, who see one of the topics.

    What is only planned is known to managers and to those who may announce there. `for_roots` are the access roots of
    its topics.
    """

    notice: int
    shown: bool  # people see it, or have seen it until now
    for_roles: list[str] | None  # None: everybody
    for_roots: list[int | None] | None  # None: all pages

    changes_listing = True

    def data(self) -> dict[str, Any]:
        return {
            "notice": self.notice, "shown": self.shown, "for_roles": self.for_roles, "for_roots": self.for_roots,
        }  # fmt: skip

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Asked of the roles and topics that it had when it was recorded."""
        roles, roots = event.data.get("for_roles"), event.data.get("for_roots")
        if view.manager or (roots and all(view.holds("publish", root) for root in roots)):
            return True
        if not event.data.get("shown") or (roles is not None and view.roles.isdisjoint(roles)):
            return False
        return roots is None or any(view.holds("view", root) for root in roots)


@dataclass(frozen=True)
class NoticeAdded(OfNotice):
    """A notice was written; where `shown`, it is shown from now on."""

    kind = "notice.added"


@dataclass(frozen=True)
class NoticeEdited(OfNotice):
    """A notice says something else, or is for others or another time."""

    kind = "notice.edited"


@dataclass(frozen=True)
class NoticeStarted(OfNotice):
    """The time of a planned notice has come."""

    kind = "notice.started"


@dataclass(frozen=True)
class NoticeEnded(OfNotice):
    """A notice is not shown any more: its time is over, or somebody took it back."""

    kind = "notice.ended"
