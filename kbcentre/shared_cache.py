"""The cache of an installation with Redis. While Redis is away every process counts and remembers for itself: requests
succeed, and sign-in stays throttled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
AWAY_SECONDS = 5.0  # so long Redis is not asked again: a refused connection is quick, one that hangs is not


class SharedCache(BaseCache):
    """Django's Redis cache, with one in memory to fall back on."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._memory = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {}})
        self._away_until = 0.0

    def _ask(self, name: str, *arguments: Any, **named: Any) -> Any:
        if monotonic() >= self._away_until:
            method: Callable[..., Any] = getattr(self._redis, name)
            try:
                return method(*arguments, **named)
            except (RedisError, OSError) as problem:
                self._away_until = monotonic() + AWAY_SECONDS
                logger.warning("Redis is away, each process remembers for itself: %s", problem)
        return getattr(self._memory, name)(*arguments, **named)

    def add(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("add", *arguments, **named))

    def get(self, *arguments: Any, **named: Any) -> Any:
        return self._ask("get", *arguments, **named)

    def set(self, *arguments: Any, **named: Any) -> None:
        self._ask("set", *arguments, **named)

    def touch(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("touch", *arguments, **named))

    def delete(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("delete", *arguments, **named))

    def has_key(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._ask("has_key", *arguments, **named))

    def incr(self, *arguments: Any, **named: Any) -> int:
        return int(self._ask("incr", *arguments, **named))

    def clear(self) -> None:
        self._ask("clear")
