"""What people say about articles: comments and notes. Notices are in `announcing`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..access import View
from ..anchors.audience import may_know
from ..models.anchor import Anchor
from ..models.event import Event
from ..models.person import User
from .happening import OfArticle


@dataclass(frozen=True)
class OfPassage(OfArticle):
    """Known to those who may read the article and, where it is about a passage for certain roles, get that passage.

    `anchor` is None for what is about the whole article. Who gets the passage is asked when it is told (`look_again`);
    what stands in the event holds where the anchor is not there any more.
    """

    anchor: Anchor | None

    def data(self) -> dict[str, Any]:
        told = super().data()
        anchor = told.pop("anchor")
        return {**told, "anchor": anchor.pk, "passage": anchor.audience} if anchor else told

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Asked of the article first, then of the passage."""
        if event.article is None or not super().known_to(view, event, own_roots):
            return False
        return may_know(view, event.article, event.data.get("passage", ""))


def look_again(events: Sequence[Event]) -> None:
    """Put into events about passages who may know of those now. One query for all, none where there are none."""
    wanted = {event.data["anchor"] for event in events if "anchor" in event.data}
    if not wanted:
        return
    now = dict(Anchor.objects.filter(pk__in=wanted).values_list("pk", "audience"))
    for event in events:
        if "anchor" in event.data:
            event.data["passage"] = now.get(event.data["anchor"], event.data.get("passage", ""))


@dataclass(frozen=True)
class OfComment(OfPassage):
    """`thread` is the comment that begins the thread: the same one for that itself."""

    comment: int
    thread: int


@dataclass(frozen=True)
class CommentAdded(OfComment):
    """Somebody commented or replied. `mentions` and `roles` are who is named in it: ids of people, slugs of roles."""

    kind = "comment.added"
    mentions: list[int] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CommentEdited(OfComment):
    """Its author changed it. `mentions` and `roles` are who is named in it now and was not before."""

    kind = "comment.edited"
    mentions: list[int] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CommentResolved(OfComment):
    """A thread needs nobody any more (`resolved`), or was opened again."""

    kind = "comment.resolved"
    resolved: bool


@dataclass(frozen=True)
class CommentDeleted(OfComment):
    """Its words are gone; that there was a comment stays."""

    kind = "comment.deleted"


@dataclass(frozen=True)
class CommentThanked(OfComment):
    """Somebody says thank you for a comment, or takes it back; `thanks` is how many do now."""

    kind = "comment.thanked"
    thanks: int


@dataclass(frozen=True)
class OfNote(OfPassage):
    """Known to its author (`person`) where it is for nobody else, else to its author and the team (`team`)."""

    note: int
    person: User
    team: str | None

    def subject(self) -> dict[str, Any]:
        return {"article": self.article, "person": self.person}

    def data(self) -> dict[str, Any]:
        return {name: value for name, value in super().data().items() if name != "person"}

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Not even administrators read what people note for themselves, or for a team that they are not in."""
        if event.person_id != view.user_id and event.data.get("team") not in view.roles:
            return False
        return super().known_to(view, event, own_roots)


@dataclass(frozen=True)
class NoteAdded(OfNote):
    """Somebody noted something for themselves, or for a team."""

    kind = "note.added"


@dataclass(frozen=True)
class NoteEdited(OfNote):
    """A note says something else, is for others, holds for longer, or stands elsewhere."""

    kind = "note.edited"


@dataclass(frozen=True)
class NoteDeleted(OfNote):
    """A note is gone: taken away, made into something else, or its time was over (`expired`)."""

    kind = "note.deleted"
    expired: bool = False
