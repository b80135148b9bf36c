"""The table of words that find each other, as managers keep it."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from ..models import SynonymGroup
from .synonyms import built_in, table_of

MANAGED_SECONDS = 10.0  # until a change of the table is noticed by every process


class ManagedTable:
    """The built-in table and what managers have added; the same object while it is the same."""

    def __init__(self) -> None:
        self._read_at = float("-inf")
        self._rows: list[tuple[int, str]] | None = None
        self._table: Mapping[str, tuple[str, ...]] = {}

    def __call__(self) -> Mapping[str, tuple[str, ...]]:
        """The table as it was at most MANAGED_SECONDS ago; one query when it is read again."""
        if monotonic() - self._read_at > MANAGED_SECONDS:
            groups = list(SynonymGroup.objects.order_by("pk"))
            rows = [(group.pk, group.words) for group in groups]
            if rows != self._rows:
                own, words = table_of(group.terms for group in groups), built_in()
                self._table = {
                    word: tuple(dict.fromkeys((*own.get(word, ()), *words.get(word, ())))) for word in (*own, *words)
                }
                self._rows = rows
            self._read_at = monotonic()
        return self._table


kept_by_managers = ManagedTable()
