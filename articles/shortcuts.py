"""All keys that do something, as people are told of them: on the sheet that `?` opens, and on the help page.

Controls carry theirs as `aria-keyshortcuts`; `tests/pages/test_shortcuts.py` fails when one is not listed here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Shortcut:
    """`keys` do the same, or the opposite of each other, or with `through` are the first and the last of several;
    `single`: a letter, number or sign of its own, which a person may have switched off."""

    keys: tuple[str, ...]
    does: str | Promise
    single: bool = True
    through: bool = False

    @property
    def pressed(self) -> list[list[str]]:
        """For each of them the keys that are pressed together."""
        return [key.split() for key in self.keys]


@dataclass(frozen=True)
class Group:
    """The keys of one place."""

    name: str | Promise
    shortcuts: tuple[Shortcut, ...]


GROUPS = (
    Group(
        _("Everywhere"),
        (
            Shortcut(("/",), _("Find articles, actions and people")),
            Shortcut(("Ctrl K",), _("Find, also from within a field"), single=False),
            Shortcut(("1", "9"), _("Open the first to the ninth of your tabs"), through=True),
            Shortcut(("B",), _("Notifications")),
            Shortcut(("?",), _("This overview")),
            Shortcut(("G",), _("Show everything, or only your topics")),
            Shortcut(("Alt G",), _("Show everything, also from within a search"), single=False),
            Shortcut(("Esc",), _("Close what is open, and go back to where you were"), single=False),
        ),
    ),
    Group(
        _("In a list"),
        (
            Shortcut(("J", "K"), _("Next and previous")),
            Shortcut(("Enter",), _("Open"), single=False),
        ),
    ),
    Group(
        _("In an article"),
        (
            Shortcut(("J", "K"), _("Next and previous in this topic")),
            Shortcut(("S",), _("Keep it among your favourites, or let it go")),
            Shortcut(("Y",), _("Copy the answer, or the passage that is selected")),
            Shortcut(("C",), _("Comment, on the passage that is selected")),
            Shortcut(("N",), _("Note for yourself or your team")),
            Shortcut(("F",), _("Report a problem, or what is missing")),
            Shortcut(("A", "X"), _("At the end of a call: yes and no")),
            Shortcut(("D",), _("Fold the details under the quick facts, or show them")),
            Shortcut(("E",), _("Edit")),
        ),
    ),
    Group(
        _("On the desk"),
        (Shortcut(("Alt →", "Alt ←"), _("Send the flag to the next column, or back"), single=False),),
    ),
    Group(
        _("While writing"),
        (
            Shortcut(("Ctrl B",), _("Bold"), single=False),
            Shortcut(("Ctrl I",), _("Italic"), single=False),
            Shortcut(("Ctrl K",), _("Link to an article or an address"), single=False),
            Shortcut(("Ctrl F",), _("Find and replace"), single=False),
            Shortcut(("Ctrl S",), _("Save"), single=False),
            Shortcut(("Ctrl Z", "Ctrl Y"), _("Undo and redo your own changes"), single=False),
            Shortcut(("Alt F10",), _("To the tools above the text"), single=False),
        ),
    ),
)


def known() -> set[str]:
    """Every key above, as `aria-keyshortcuts` writes it: "y", "control+b"."""
    shown = (key for group in GROUPS for shortcut in group.shortcuts for key in shortcut.keys)
    return {key.lower().replace("ctrl ", "control+").replace("alt ", "alt+") for key in shown}
