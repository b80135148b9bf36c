"""What happens to drafts, and between a draft and its readers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from .. import access
from ..access import View
from ..models.event import Event
from ..models.person import User
from .happening import OfArticle


@dataclass(frozen=True)
class OfDraft(OfArticle):
    """Known to those who may edit the article."""

    known_by = "edit"


@dataclass(frozen=True)
class DraftEdited(OfDraft):
    """The draft was written in; told at most once a minute per article and person."""

    kind = "draft.edited"


@dataclass(frozen=True)
class DraftProposed(OfDraft):
    """An editor asks for the draft to be published as it stood; like all of the draft, only editors know of it."""

    kind = "draft.proposed"
    changes_listing = True
    proposal: int


@dataclass(frozen=True)
class DraftAnswered(OfDraft):
    """A proposal was decided: `state` is approved, returned, withdrawn or replaced."""

    kind = "draft.answered"
    changes_listing = True
    proposal: int
    state: str


@dataclass(frozen=True)
class DraftPlanned(OfDraft):
    """A publication or archiving is planned (`state` waiting), or the plan is done, cancelled or failed."""

    kind = "draft.planned"
    changes_listing = True
    plan: int
    state: str


@dataclass(frozen=True)
class OfSuggestion(OfArticle):
    """Known to those who may edit the article, and to its author (`person`) alone of all who may read it."""

    known_by = "edit"
    suggestion: int
    person: User | None

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Its author knows of it as long as they may read the article."""
        if event.article is not None and event.person_id == view.user_id:
            return access.sees(view, event.article)
        return super().known_to(view, event, own_roots)

    def subject(self) -> dict[str, Any]:
        return {"article": self.article, "person": self.person}

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in super().data().items() if name != "person"}


@dataclass(frozen=True)
class SuggestionMade(OfSuggestion):
    """Somebody who may read the article suggests a change."""

    kind = "suggestion.made"
    changes_listing = True


@dataclass(frozen=True)
class SuggestionAnswered(OfSuggestion):
    """A suggestion was taken over (`state` merged), declined or withdrawn, or is open again."""

    kind = "suggestion.answered"
    changes_listing = True
    state: str
