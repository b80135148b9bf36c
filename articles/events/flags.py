"""What happens to flags. Nothing of what they say is in the log: whoever is told reads the flag as they may have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from .. import access
from ..access import View
from ..anchors.audience import may_know
from ..models.event import Event
from ..models.flag import Flag
from .happening import Happening


@dataclass(frozen=True)
class OfFlag(Happening):
    """Known to whoever sees the article, and gets the passage where it is about one that is for certain roles; without
    an article to whoever raised it (`person`), joined it, has it, or had it until now (`was`), and managers."""

    changes_listing = True
    flag: Flag

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """As `articles.flag_rights.sees_flag` has it."""
        if event.article is not None:
            passage = event.data.get("passage", "")
            return access.sees(view, event.article) and may_know(view, event.article, passage)
        if event.data.get("of_article"):  # an article that is no more
            return view.administrator
        return view.manager or view.user_id in (
            event.person_id, event.data.get("assignee"), event.data.get("was"), *event.data.get("joined", ())
        )  # fmt: skip

    def subject(self) -> dict[str, Any]:
        if self.flag.article_id is None:
            # Somebody in any case: only where a person is named does a hub ask for each person by themselves.
            return {"person_id": self.flag.reporter_id or self.flag.assignee_id}
        return {"article_id": self.flag.article_id}

    def data(self) -> dict[str, Any]:
        flag = self.flag
        about: dict[str, Any] = {}
        if flag.anchor:
            about = {"anchor": flag.anchor.pk, "passage": flag.anchor.audience}
        elif flag.article_id is None:
            about = {"joined": list(flag.joins.order_by("pk").values_list("user_id", flat=True))}
        return {
            **about, "flag": flag.pk, "status": flag.status, "severity": flag.severity, "flag_kind": flag.kind,
            "assignee": flag.assignee_id, "reporter": flag.reporter_id, "of_article": flag.article_id is not None,
        }  # fmt: skip


@dataclass(frozen=True)
class FlagRaised(OfFlag):
    """Somebody reports that something is wrong or missing; `assignee` is whose turn it is."""

    kind = "flag.raised"


@dataclass(frozen=True)
class FlagAssigned(OfFlag):
    """It was given to somebody (`assignee`), put back into the line (`status` new), or handed over by the product
    because whoever had it left or lost access (`handed_over`). `was` is who had it: without an article it may not be
    theirs to know of any more, and what they look at must follow."""

    kind = "flag.assigned"
    was: int | None
    handed_over: bool = False

    def data(self) -> dict[str, Any]:
        return {**super().data(), "was": self.was, "handed_over": self.handed_over}


@dataclass(frozen=True)
class FlagUpdated(OfFlag):
    """Somebody joined (`joined`), it was answered while it stays open (`answer`), its kind, severity, or the warning
    on its article changed; `fields` names which, and with `warning` whether it was `worded`, `lifted` or is `shown`
    again."""

    kind = "flag.updated"
    fields: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {**super().data(), "fields": list(self.fields)}


@dataclass(frozen=True)
class FlagResolved(OfFlag):
    """It was answered and done; `version` is the number of the version that fixed it, where one did."""

    kind = "flag.resolved"

    def data(self) -> dict[str, Any]:
        return {**super().data(), "version": self.flag.version.number if self.flag.version else None}


@dataclass(frozen=True)
class FlagDeclined(OfFlag):
    """It was answered: nothing is to be done."""

    kind = "flag.declined"


@dataclass(frozen=True)
class FlagReopened(OfFlag):
    """The answer did not do for whoever raised it, or somebody who works on it. Whoever was told that it is closed, and
    whoever closed it, hears of that."""

    kind = "flag.reopened"


@dataclass(frozen=True)
class FlagAccepted(OfFlag):
    """Whoever raised it is content with the answer."""

    kind = "flag.accepted"


@dataclass(frozen=True)
class FlagOverdue(OfFlag):
    """It was not answered in time; `escalated_to` is the manager whose business it is now besides.

    `handed_over`: it was overdue already, and went up to another manager because the one before left or lost access.
    """

    kind = "flag.overdue"
    handed_over: bool = False

    def data(self) -> dict[str, Any]:
        return {**super().data(), "escalated_to": self.flag.escalated_to_id, "handed_over": self.handed_over}


@dataclass(frozen=True)
class FlagDueSoon(OfFlag):
    """It will soon be overdue: a reminder for whoever has it (`person`), and for nobody else."""

    kind = "flag.due_soon"
    changes_listing = False

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        """Whoever has it, as long as they see its article."""
        if event.person_id != view.user_id:
            return False
        return event.article is None or super().known_to(view, event, own_roots)

    def subject(self) -> dict[str, Any]:
        return {"article_id": self.flag.article_id, "person_id": self.flag.assignee_id}


@dataclass(frozen=True)
class CentreHoursChanged(Happening):
    """Working hours, holidays or times to answer are others now. For managers."""

    kind = "centre.hours_changed"
    changes_listing = True

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        return view.manager
