"""Who has an article or its editor open: names, at most once a second, only to those who have it open themselves.

A hint like all pushing: each process tells the others who reads there, the whole table every 10 s, and forgets the
table of a process that it has not heard of for 25.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from . import frames
from .connections import Connection

MOST_NAMES = 20
TELL_ALL_SECONDS = 10
FORGET_SECONDS = 25


@dataclass
class _Elsewhere:
    """What another process said: article id → user id → name."""

    heard: float
    articles: dict[int, dict[int, str]] = field(default_factory=dict)


class Presence:
    """The readers of each article. `write_all(connections, frame)` sends; `writers()` are who writes, by article."""

    def __init__(self, write_all: Callable[..., Awaitable[None]], writers: Callable[[], dict[int, list[str]]]) -> None:
        self._write_all, self._writers = write_all, writers
        self._writing: dict[int, list[str]] = {}
        self._process = uuid.uuid4().hex
        self._here: dict[int, dict[Connection, None]] = {}  # a dict keeps the order of arrival
        self._shown: dict[Connection, frozenset[int]] = {}
        self._elsewhere: dict[str, _Elsewhere] = {}
        self._newcomers: dict[int, set[Connection]] = {}
        self._changed: set[int] = set()
        self._told: dict[int, tuple[list[str], list[str]]] = {}
        self._told_all = time.monotonic()

    def reads(self, connection: Connection) -> None:
        """Note what a page shows now: its `watched`."""
        before, now = self._shown.get(connection, frozenset()), connection.watched
        for article_id in before - now:
            readers = self._here.get(article_id, {})
            readers.pop(connection, None)
            if not readers:
                self._here.pop(article_id, None)
            self._changed.add(article_id)
        for article_id in now - before:
            self._here.setdefault(article_id, {})[connection] = None
            self._newcomers.setdefault(article_id, set()).add(connection)
            self._changed.add(article_id)
        if now:
            self._shown[connection] = now
        else:
            self._shown.pop(connection, None)

    def hear(self, message: dict[str, Any]) -> None:
        """Note what another process tells: {"process", "whole": bool, "articles": {id: [[user id, name], …]}}."""
        if message.get("process") == self._process:
            return
        other = self._elsewhere.setdefault(message["process"], _Elsewhere(0))
        other.heard = time.monotonic()
        articles = {
            int(pk): {int(user): str(name) for user, name in people} for pk, people in message["articles"].items()
        }
        if message.get("whole"):
            self._changed.update(other.articles.keys() | articles.keys())
            other.articles = articles
        else:
            self._changed.update(articles)
            other.articles |= articles

    def names(self, article_id: int) -> list[str]:
        """The names of who reads an article, each person once, those who came first here first, at most 20."""
        people = self._people_here(article_id)
        for other in self._elsewhere.values():
            for user_id, name in other.articles.get(article_id, {}).items():
                people.setdefault(user_id, name)
        return list(people.values())[:MOST_NAMES]

    async def flush(self) -> dict[str, Any] | None:
        """Tell the readers here what has changed. Gives the message for the other processes, if there is one."""
        self._forget_the_dead()
        changed, self._changed = self._changed, set()
        newcomers, self._newcomers = self._newcomers, {}
        for article_id in changed | self._with_other_writers():
            readers = self._here.get(article_id)
            if not readers:
                self._told.pop(article_id, None)
                continue
            names = self.names(article_id), self._writing.get(article_id, [])[:MOST_NAMES]
            # Most changes beyond the 20th name change nothing that anybody sees.
            receivers = list(readers) if self._told.get(article_id) != names else newcomers.get(article_id, ())
            self._told[article_id] = names
            await self._write_all(receivers, frames.presence(article_id, *names))
        return self._message(changed)

    def _with_other_writers(self) -> set[int]:
        """The articles in which somebody has begun to write, or ended."""
        before, self._writing = self._writing, self._writers()
        return {pk for pk in before.keys() | self._writing.keys() if before.get(pk) != self._writing.get(pk)}

    def _message(self, changed: set[int]) -> dict[str, Any] | None:
        whole = time.monotonic() - self._told_all > TELL_ALL_SECONDS
        if not whole and not changed:
            return None
        if whole:
            self._told_all = time.monotonic()
        articles = self._here if whole else changed
        table = {
            str(pk): [[user, name] for user, name in self._people_here(pk).items()][:MOST_NAMES] for pk in articles
        }
        return {"type": "presence.table", "process": self._process, "whole": whole, "articles": table}

    def _people_here(self, article_id: int) -> dict[int, str]:
        return {connection.person.id: connection.person.name for connection in self._here.get(article_id, ())}

    def _forget_the_dead(self) -> None:
        now = time.monotonic()
        for process, other in list(self._elsewhere.items()):
            if now - other.heard > FORGET_SECONDS:
                self._changed.update(other.articles)
                del self._elsewhere[process]
