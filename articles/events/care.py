"""What happens to the promises of a centre: that what must be read is read, and that what stands there still holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..access import View
from ..models.event import Event
from ..models.person import User
from .happening import Happening, OfArticle


@dataclass(frozen=True)
class MustReadAsked(OfArticle):
    """Who has not confirmed version `version` yet is asked to: because it was published (`reason` published), by a
    manager (reminder), because the deadline is near (deadline), or, `person` alone, because they are back (return).
    Whom that is, is asked when it is told; with `due` it is those whose own deadline is that day.
    """

    kind = "acknowledgement.requested"
    changes_listing = True
    version: int
    reason: str
    person: User | None = None
    due: str | None = None

    def subject(self) -> dict[str, Any]:
        return {"article": self.article, "person": self.person}

    def data(self) -> dict[str, Any]:
        """Those who see the article are not told who is back."""
        due = {"due": self.due} if self.due else {}
        return {"version": self.version, "reason": self.reason, **due}


@dataclass(frozen=True)
class MustReadEnded(OfArticle):
    """Nobody is asked any more to confirm version `version` of the article."""

    kind = "acknowledgement.ended"
    changes_listing = True
    version: int


@dataclass(frozen=True)
class ReviewDue(OfArticle):
    """The review date (`date`) comes near or has passed: once for each date, for whoever answers for the article.

    That they are is asked when it is told: `articles.reviews.responsible_for`.
    """

    kind = "review.due"
    date: str


@dataclass(frozen=True)
class ReviewConfirmed(OfArticle):
    """Somebody looked at version `version` and said that it still holds; `next` is the next review date, if any."""

    kind = "review.confirmed"
    changes_listing = True
    version: int
    next: str | None


@dataclass(frozen=True)
class AbsenceChanged(Happening):
    """Somebody is away until a day, or back: for themselves, and for managers."""

    kind = "user.absence_changed"
    person: User
    until: str | None

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        return view.manager or event.person_id == view.user_id

    def subject(self) -> dict[str, Any]:
        return {"person": self.person}

    def data(self) -> dict[str, Any]:
        return {"until": self.until}
