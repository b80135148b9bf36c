"""Whether this installation works, for load balancers and monitoring: no sign-in, no secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from articles.models import EventReader

logger = logging.getLogger(__name__)
SILENT_SECONDS = 120  # ten heartbeats, and a long step


class NotReady(Exception):
    """A part does not work; the message says what an operator can see from outside."""


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is looked at, so that a broken database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Every part, with "ok" or what is the matter; 503 when one is not ready."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as problem:
        return str(problem)
    except Exception:
        logger.exception("A check of readiness failed")
        return "does not answer"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        raise NotReady(f"{waiting} migrations are not applied")


def _worker() -> None:
    """The readers of the log were seen lately and do not fail."""
    readers = list(EventReader.objects.all())
    if not readers:
        raise NotReady("not seen yet")
    now = timezone.now()
    for reader in readers:
        silent = now - reader.seen_at
        if silent > timedelta(seconds=SILENT_SECONDS):
            raise NotReady(f"{reader.name} was not seen for {int(silent.total_seconds())} s")
        if reader.failures:
            raise NotReady(f"{reader.name} failed {reader.failures} times in a row")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
}
