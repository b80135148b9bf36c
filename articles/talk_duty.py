"""What the clock does to notes and notices: their time comes or is over without anybody pressing anything."""

from __future__ import annotations

from django.utils import timezone

from .actions.announcing import due_notices, turn_notices
from .actions.noting import due_notes, expire_notes


def turn_what_is_due() -> bool:
    """Tell open pages of notes and notices whose hour has come; whether there were any."""
    now = timezone.now()
    done = 0
    # Looked at without a transaction first: nearly always there is nothing to do, and writers need not wait for that.
    if due_notices(now).exists():
        done += turn_notices(now)
    if due_notes(now).exists():
        done += expire_notes(now)
    return done > 0
