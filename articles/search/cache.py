"""A cache that is bounded by the memory of what it holds, not by the number of things."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """What was asked for lately; the oldest goes when memory is full. Threads may share it."""

    def __init__(self, capacity: int, size: Callable[[Value], int]) -> None:
        """`capacity` in bytes; `size` tells the bytes of a value."""
        self._capacity = capacity
        self._size = size
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made if it is not remembered. Two threads may make the same one at the same time."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value
                self._bytes += self._size(value)
                while self._bytes > self._capacity:
                    self._bytes -= self._size(self._kept.popitem(last=False)[1])
        return value
