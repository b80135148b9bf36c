"""What a process remembers instead of asking or drawing it again: always of one state of the installation.

A result is kept with a mark (numbers of `epoch.current()`); when the mark has moved on, it is made anew. So nothing
is ever stale, nothing has to be sent to other processes, and a change costs each process one new making.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from . import epoch

T = TypeVar("T")
_all: WeakSet[Kept] = WeakSet()


class Kept(Generic[T]):
    """At most `most` results; the ones that were not asked for the longest go first. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def get(self, key: Hashable, mark: Hashable, make: Callable[[], T]) -> T:
        """The result for a key at a mark. What `make` raises is not kept, nor what a transaction sees of its own."""
        with self._lock:
            row = self._rows.get(key)
            if row is not None and row[0] == mark:
                self._rows.move_to_end(key)
                return row[1]
        made = make()
        if epoch.is_settled():
            self._keep({key: made}, mark)
        return made

    def get_many(
        self, keys: Collection[Hashable], mark: Hashable, make: Callable[[list[Any]], Mapping[Any, T]]
    ) -> dict[Any, T]:
        """The results for those of the keys that have one; `make` is asked once, for all that are not kept."""
        with self._lock:
            rows = {key: self._rows.get(key) for key in keys}
            found = {key: row[1] for key, row in rows.items() if row is not None and row[0] == mark}
            for key in found:
                self._rows.move_to_end(key)
        missing = [key for key in keys if key not in found]
        if missing:
            made = make(missing)
            found |= made
            if epoch.is_settled():
                self._keep(made, mark)
        return found

    def _keep(self, made: Mapping[Any, T], mark: Hashable) -> None:
        with self._lock:
            for key, result in made.items():
                self._rows[key] = (mark, result)
                self._rows.move_to_end(key)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()


def forget_all() -> None:
    """Forget everything that was ever kept: for tests, where numbers begin anew."""
    for kept in _all:
        kept.clear()
