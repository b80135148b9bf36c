"""What an action answers to input that it cannot accept."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Invalid(ValueError):
    """The input cannot be accepted. `fields` maps a field name to what to do about it; nothing was written."""

    def __init__(self, **fields: str) -> None:
        self.fields = {name: str(message) for name, message in fields.items()}
        super().__init__(" ".join(self.fields.values()))


class Conflict(ValueError):
    """The thing is in a state in which this cannot be done now; the message says which, and what to do."""


class CannotUndo(Conflict):
    """What is to be undone is in another state by now, or was not done by this person."""

    def __init__(self) -> None:
        super().__init__(_("That cannot be undone any more. Write it again."))


class TooMany(ValueError):
    """This person does it too often; it can be done again after `wait` seconds."""

    def __init__(self, message: str, wait: int) -> None:
        self.wait = wait
        super().__init__(message)
