"""What changes who may see or do what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..access import View
from ..models.category import Category
from ..models.event import Event
from ..models.person import User
from .happening import Happening


@dataclass(frozen=True)
class CategoryChanged(Happening):
    """A category was created, renamed, moved, given another owner, publishing mode or other grants."""

    kind = "category.changed"
    changes_access = True
    changes_listing = True
    category: Category | None
    fields: list[str] = field(default_factory=list)
    former: str = ""  # the slug of a category that is no more
    was_root: int | None = None

    def subject(self) -> dict[str, Any]:
        return {"category": self.category}

    def data(self) -> dict[str, Any]:
        slug = self.category.slug if self.category else self.former
        return {"category": slug, "fields": self.fields, "was_root": self.was_root}


@dataclass(frozen=True)
class UserAccessChanged(Happening):
    """The roles of a person changed, or the account was closed, or a session ended.

    Without a person a role itself changed, and everybody's rights are read again. `session` (a digest, never
    sent to anybody) is the session that was signed out.
    """

    kind = "user.access_changed"
    changes_access = True
    changes_listing = True
    person: User | None = None
    session: str = ""

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """The person whose access it is; everybody when it is a role's."""
        return event.person_id in (None, view.user_id)

    def subject(self) -> dict[str, Any]:
        return {"person": self.person}

    def data(self) -> dict[str, Any]:
        return {"session": self.session} if self.session else {}
