"""What has to be known before a page is entered: who it is, with which rights, and what it missed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from articles import access, epoch
from articles.access import View
from articles.models import User

from . import log
from .callers import Caller, Headers, identify
from .connections import MOST_WATCHED
from .delivery import Told

MAX_ID = 2**63 - 1


class BadRequest(ValueError):
    """The address of a socket or stream makes no sense."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for: events after `since` (None: from now on), and the articles that the page shows."""

    since: int | None = None
    watched: frozenset[int] = frozenset()

    @classmethod
    def of(cls, query: bytes, last_event_id: str = "") -> Wanted:
        """From a query string `since=12&watch=1,2`. The id of the last event seen, where there is one, goes first.

        Raises BadRequest.
        """
        try:
            values = parse_qs(query.decode("ascii"), max_num_fields=20)
            since = last_event_id or values.get("since", [""])[-1]
            watched = frozenset(int(word) for word in values.get("watch", [""])[-1].split(",") if word)
            number = int(since) if since else None
        except ValueError:
            raise BadRequest from None
        if len(watched) > MOST_WATCHED or not all(0 < pk <= MAX_ID for pk in watched):
            raise BadRequest
        if number is not None and not 0 <= number <= MAX_ID:
            raise BadRequest
        return cls(number, watched)


@dataclass(frozen=True)
class Opening:
    """A caller at the door. `missed` is None when their `since` cannot be served: they read the page again."""

    caller: Caller
    view: View
    cursor: int
    missed: list[Told] | None


def prepare(headers: Headers, since: int | None) -> Opening | None:
    """Everything at once, in one thread hop; None for who is not signed in. Asks the database."""
    caller = identify(headers)
    if caller is None:
        return None
    with epoch.remembered():  # the number of the newest event is read before the rights and the events: never too new
        cursor = epoch.current().seq
        view = access.view_of(User(pk=caller.user_id))
    missed: list[Told] | None = []
    if since is not None:
        reachable = cursor - since <= log.MOST_MISSED and log.reaches(since, cursor)
        missed = log.read(since, until=cursor, limit=log.MOST_MISSED) if reachable else None
    return Opening(caller, view, cursor, missed)
