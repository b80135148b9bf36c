"""Who has the editor of an article open, in all processes: names for those who read it.

Each process tells the others its whole table when it changes and every 10 s, and forgets the table of a process that
it has not heard of for 25.
"""

from __future__ import annotations

import time
from typing import Any

TELL_SECONDS = 10.0
FORGET_SECONDS = 25.0
Table = dict[int, dict[int, str]]  # article id → user id → name


class Writing:
    """The table of this process, and what others said of theirs."""

    def __init__(self) -> None:
        self._here: Table = {}
        self._elsewhere: dict[str, tuple[float, Table]] = {}
        self._told: Table = {}
        self._told_at = float("-inf")

    def is_now(self, table: Table) -> dict[str, Any] | None:
        """Note who writes in this process. Gives the message for the others, when there is one to send."""
        now = time.monotonic()
        for process, (heard, _) in list(self._elsewhere.items()):
            if now - heard > FORGET_SECONDS:
                del self._elsewhere[process]
        self._here = table
        if table == self._told and (not table or now - self._told_at < TELL_SECONDS):
            return None
        self._told, self._told_at = {pk: dict(people) for pk, people in table.items()}, now
        articles = {str(pk): [[user, name] for user, name in people.items()] for pk, people in table.items()}
        return {"type": "draft.writing", "articles": articles}

    def hear(self, message: dict[str, Any]) -> None:
        """Note what another process tells."""
        table = {int(pk): {int(user): str(name) for user, name in people} for pk, people in message["articles"].items()}
        self._elsewhere[message["process"]] = (time.monotonic(), table)

    def names(self, article_id: int) -> list[str]:
        """Each person once."""
        people = dict(self._here.get(article_id, {}))
        for _, table in self._elsewhere.values():
            for user_id, name in table.get(article_id, {}).items():
                people.setdefault(user_id, name)
        return list(people.values())

    def articles(self) -> set[int]:
        """The articles in which somebody writes."""
        return {*self._here, *(pk for _, table in self._elsewhere.values() for pk in table)}
