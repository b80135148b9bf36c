"""The duties of a worker: one line each. What they need is imported when they first work, not when Django starts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone

from .housekeeping import Housekeeping
from .worker import Duty, Progress

if TYPE_CHECKING:
    from articles.flag_duty import FlagDuty
    from articles.search import Indexer


# These end at machines of others. That one of those does not answer stands on the status page and in the log; it says
# nothing of whether this installation can answer people.
OUTWARD = frozenset({"mail", "push", "webhooks"})


def all_duties() -> list[Duty]:
    """What `serve` and `worker` do beside the pages."""
    return [
        Duty("indexer", index, after_nudge=0.25),
        Duty("notifications", tell_people, after_nudge=0.1),
        Duty("mail", send_mail, every=2, nudged=False),
        Duty("push", send_push, every=2, nudged=False),
        Duty("webhooks", send_webhooks, every=2, nudged=False),
        Duty("imports", imports, nudged=False),
        Duty("publishing", publishing, every=5, nudged=False),
        Duty("notices", notices, nudged=False),
        Duty("flags", chase_flags, every=5, after_nudge=0.25),
        Duty("moments", keep_moments, every=5, nudged=False),
        Duty("drafts", compact_drafts, every=10, nudged=False),
        Duty("promises", promises, every=30, nudged=False),
        Duty("housekeeping", Housekeeping().step, every=60, nudged=False),
    ]


def index(stopping: threading.Event) -> Progress:
    """Bring the index of this machine up to date by some events. One process of a machine does: it has a lock."""
    indexer = _indexer()
    done = indexer.run_once()
    return Progress(more=done > 0 and not stopping.is_set(), seq=indexer.cursor)


@cache
def _indexer() -> Indexer:
    from articles.search import Indexer, get_engine

    get_engine().warm()  # here in the background, rather than in somebody's first search
    return Indexer()


def tell_people(stopping: threading.Event) -> Progress:
    """Decide who is told of the next events, and write it into their inboxes and on to what is to be sent."""
    from notifications.dispatcher import run_once

    more, seq = run_once(stopping)
    return Progress(more=more and not stopping.is_set(), seq=seq)


def send_mail(stopping: threading.Event) -> Progress:
    """Send the mail that is due. A server that does not answer fails this duty, and delays nothing else."""
    from notifications.channels.email import send_due

    return Progress(more=send_due(stopping) and not stopping.is_set())


def send_push(stopping: threading.Event) -> Progress:
    """Push what is due to browsers with their tabs closed."""
    from notifications.channels.push import send_due

    return Progress(more=send_due(stopping) and not stopping.is_set())


def send_webhooks(stopping: threading.Event) -> Progress:
    """Tell chat systems and other programs."""
    from notifications.channels.webhooks import send_due

    return Progress(more=send_due(stopping) and not stopping.is_set())


def publishing(stopping: threading.Event) -> Progress:
    """Publish and archive what was planned for now, and what was written in live categories a while ago."""
    from articles.publishing_duty import publish_what_is_due

    return Progress(more=publish_what_is_due(stopping) and not stopping.is_set())


def promises(stopping: threading.Event) -> Progress:
    """Tell of review dates and of deadlines of must-reads that are near or over."""
    from notifications.promises import tell_what_is_due

    return Progress(more=tell_what_is_due(stopping) and not stopping.is_set())


def notices(stopping: threading.Event) -> Progress:
    """Show notices whose hour has come, and take away notices and notes whose time is over."""
    from articles.talk_duty import turn_what_is_due

    return Progress(more=turn_what_is_due() and not stopping.is_set())


def chase_flags(stopping: threading.Event) -> Progress:
    """Remind of flags, escalate those that are overdue, and hand over those whose owner has left."""
    return Progress(more=_flag_duty().step(stopping) and not stopping.is_set())


@cache
def _flag_duty() -> FlagDuty:
    from articles.flag_duty import FlagDuty

    return FlagDuty()


def imports(stopping: threading.Event) -> Progress:
    """Do the next import that somebody asked for; it is put back when the worker ends."""
    from articles.transfer.jobs import run_next

    return Progress(more=run_next(stopping) and not stopping.is_set())


def keep_moments(stopping: threading.Event) -> Progress:
    """Put back what was written into what a restore took out, and keep what drafts say where writing has paused."""
    from articles.actions.late_text import put_back
    from articles.drafts import late_text, moments

    late, unkept = late_text.due(), moments.due(timezone.now())
    problems = []
    steps: list[tuple[Callable[[int], object], int]] = [(put_back, one) for one in late]
    steps += [(moments.record, one) for one in unkept]
    for step, draft_id in steps:
        if stopping.is_set():
            break
        try:
            step(draft_id)
        except Exception as problem:  # one broken draft must not keep all others waiting
            problem.add_note(f"in the draft of article {draft_id}")
            problems.append(problem)
    if problems:
        raise problems[0]
    return Progress(more=bool(late or unkept) and not stopping.is_set())


def compact_drafts(stopping: threading.Event) -> Progress:
    """Merge the log of a draft that has grown long, one after the other."""
    from articles.drafts.compaction import compact_due

    return Progress(more=compact_due() > 0 and not stopping.is_set())
