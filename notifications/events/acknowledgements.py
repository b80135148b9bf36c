"""What happens to a must-read after it was published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from articles import access
from articles.access import View
from articles.events import OfArticle
from articles.models import Event, User


@dataclass(frozen=True)
class OfPerson(OfArticle):
    """About one person and an article: for that person and for managers, as far as they see the article."""

    version: int
    person: User

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        if event.article is None or not access.sees(view, event.article):
            return False
        return view.manager or event.person_id == view.user_id

    def subject(self) -> dict[str, Any]:
        return {"article": self.article, "person": self.person}

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in super().data().items() if name != "person"}


@dataclass(frozen=True)
class AcknowledgementGiven(OfPerson):
    """Somebody (the actor) has confirmed that they have read version `version`."""

    kind = "acknowledgement.given"


@dataclass(frozen=True)
class AcknowledgementOverdue(OfArticle):
    """Deadlines for version `version` have passed, and `late` people have not confirmed it: for managers who see it.

    Told when somebody's own deadline has passed, and again a week after the last time while anybody is late.
    """

    kind = "acknowledgement.overdue"
    known_by = "oversee"
    version: int
    late: int
