"""What every kind of event has: a subject, what it carries, and who may know of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from .. import access
from ..access import View
from ..models.article import Article
from ..models.event import Event

# Parts of `data` that the log keeps for its readers and that nobody is ever sent. `was_root` is the access root
# before the change: whoever held that may still show what the event has taken out of their sight.
# `anchor`, `passage`, `joined`, `was`, `for_roles` and `for_roots` say whose business it is.
PRIVATE = frozenset({"session", "was_root", "anchor", "passage", "joined", "was", "for_roles", "for_roots"})


@dataclass(frozen=True)
class Happening:
    """Something that happened. `data` of the event are the public fields of the dataclass but its subject."""

    kind: ClassVar[str]
    changes_access: ClassVar[bool] = False  # somebody may see or do more or less than before
    changes_listing: ClassVar[bool] = False  # lists, the tree or counts show something else than before
    known_by: ClassVar[str] = "view"  # the action of `access.NEEDED` on its article that makes it somebody's business

    def subject(self) -> dict[str, Any]:
        """The foreign keys of the event row."""
        return {}

    def data(self) -> dict[str, Any]:
        """What the event carries: JSON. All but PRIVATE is told to whoever may know of the event."""
        return {name: value for name, value in asdict(self).items() if name not in ("article", "category", "person")}

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Whether an active person with these rights may know of the event: asked when it is delivered.

        `event` comes with its article (and the category of that) or its category; `own_roots` are the access roots of
        published articles in its category that have grants of their own: whoever sees one of those sees the category.
        The answer may depend on who the person is, beside their rights and roles, only where `event.person` is set:
        people with the same rights are decided for once.
        """
        if event.article is not None:
            return access.view_can(view, cls.known_by, event.article)
        if event.category is not None:
            return access.sees(view, event.category) or any(view.holds("view", root) for root in own_roots)
        # What it was about is not there any more: a removed category is known to those who saw it.
        return view.administrator or view.holds("view", event.data.get("was_root"))


@dataclass(frozen=True)
class OfArticle(Happening):
    article: Article

    def subject(self) -> dict[str, Any]:
        return {"article": self.article}

    def data(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self) if part.name != "article"}
