"""The table of kinds: who is told by default, in which channels, and in which words.

A kind of event that is not in it tells nobody. Whoever adds a kind registers a `Telling` with `tell`; the settings
page, the API, docs/notifications.md and the tests of all of these are made from the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models.delivery import Channel
from ..models.settings import Timing

if TYPE_CHECKING:
    from articles.models import Event

    from ..models import Notification
    from .rules import Rule

Text = str | Promise
OFF, NOW, HOURLY, DAILY = Timing.OFF, Timing.NOW, Timing.HOURLY, Timing.DAILY

# The headings of the settings page, in their order.
GROUPS: dict[str, Text] = {
    "articles": _("Articles"),
    "duties": _("What I have to read and to check"),
    "talk": _("Comments, notes and notices"),
    "flags": _("Flags"),
    "drafts": _("Before publication"),
}


def always(_event: Any) -> bool:
    """For kinds of which every event is told."""
    return True


@dataclass(frozen=True)
class Telling:
    """One line of the table.

    `who` are the rules that find the people; `says` makes the sentence from a notification (without the title of its
    article, which stands before it); `place` gives what follows the address of the article, or a whole address.
    `gathers`: events about one article within that time are one notification. `if_data` leaves out events by what they
    carry. `insists`: mailed whatever else was mailed lately.
    `on_page`: the page of the article shows it, so whoever has that before their eyes need not be told.
    """

    kind: str
    group: str
    label: Text
    who: tuple[Rule, ...]
    says: Callable[[Notification], str]
    inbox: Timing = NOW
    desktop: Timing = OFF
    email: Timing = OFF
    place: Callable[[Notification], str] = field(default=lambda _one: "")
    gathers: timedelta = timedelta(0)
    if_data: Callable[[dict[str, Any]], bool] = always
    insists: bool = False
    on_page: bool = False

    def tells_of(self, data: dict[str, Any]) -> bool:
        """By what an event carries. What an import brings along is no news, but a must-read asks all the same."""
        return (self.insists or not data.get("imported")) and self.if_data(data)

    def default(self, channel: str) -> Timing:
        """When somebody who has chosen nothing is told on a channel."""
        return {Channel.INBOX: self.inbox, Channel.DESKTOP: self.desktop, Channel.EMAIL: self.email}[Channel(channel)]


TABLE: dict[str, Telling] = {}


def on_page() -> list[str]:
    """The kinds that the page of an article shows."""
    return [telling.kind for telling in TABLE.values() if telling.on_page]


def tell(*tellings: Telling) -> None:
    """Add lines to the table. Raises ValueError for a kind that has one."""
    for telling in tellings:
        if telling.kind in TABLE:
            raise ValueError(f"{telling.kind} is in the table already.")
        if telling.group not in GROUPS:
            raise ValueError(f"There is no group {telling.group}.")
        TABLE[telling.kind] = telling


def kinds_in(group: str) -> list[str]:
    """The kinds under a heading (a key of GROUPS); none where there is no such heading."""
    return [telling.kind for telling in TABLE.values() if telling.group == group]


# What an event means for what was told before it. The dispatcher may come by more than once: twice must be as once.
THEN: dict[str, Callable[[Event], None]] = {}


def when(kind: str, then: Callable[[Event], None]) -> None:
    """Let the dispatcher call `then` with each event of a kind, before anybody is told of it."""
    THEN[kind] = then


def grouped() -> list[tuple[Text, list[Telling]]]:
    """The table as people read it: by heading."""
    lines = [(label, [one for one in TABLE.values() if one.group == key]) for key, label in GROUPS.items()]
    return [(label, tellings) for label, tellings in lines if tellings]
