"""Three ways to have the whole matrix at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..models.delivery import Channel
from ..models.settings import Timing
from .kinds import TABLE, Telling, Text

INBOX, DESKTOP, EMAIL = Channel.INBOX.value, Channel.DESKTOP.value, Channel.EMAIL.value
OFF, NOW, DAILY = Timing.OFF.value, Timing.NOW.value, Timing.DAILY.value


@dataclass(frozen=True)
class Preset:
    """`cell` gives a line of the matrix for a line of the table."""

    label: Text
    says: Text
    cell: Callable[[Telling], dict[str, str]]
    follows_own: bool = True
    follows_team: bool = True

    def matrix(self) -> dict[str, dict[str, str]]:
        """The whole matrix."""
        return {kind: self.cell(telling) for kind, telling in TABLE.items()}


def _everything(_telling: Telling) -> dict[str, str]:
    return {INBOX: NOW, DESKTOP: NOW, EMAIL: DAILY}


def _mine(telling: Telling) -> dict[str, str]:
    return {channel.value: str(telling.default(channel)) for channel in Channel}


def _must_reads(telling: Telling) -> dict[str, str]:
    if telling.insists:
        return {INBOX: NOW, DESKTOP: NOW, EMAIL: NOW}
    return {INBOX: OFF, DESKTOP: OFF, EMAIL: OFF}


PRESETS: dict[str, Preset] = {
    "everything": Preset(
        _("Everything"), _("All of what you follow, own and your teams answer for: at once, and once a day by e-mail."),
        _everything,
    ),
    "mine": Preset(
        _("What concerns me"), _("What the centre suggests: at once in the inbox, answers to you also by e-mail."),
        _mine,
    ),
    "must-reads": Preset(
        _("Only must-reads"), _("Nothing but what you have to confirm. Must-reads also stand on top of every page."),
        _must_reads, follows_own=False, follows_team=False,
    ),
}  # fmt: skip
