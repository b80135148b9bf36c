"""Whether this installation works, for load balancers and monitoring: no sign-in, no secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from articles.models import Event, EventReader

from .duties import OUTWARD

logger = logging.getLogger(__name__)
SILENT_SECONDS = 60  # six heartbeats
LATE_SECONDS = 60


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
    """Each duty was seen lately, on one machine at least, and does not fail there, but for machines of others."""
    readers = list(EventReader.objects.order_by("seen_at"))
    newest = {reader.name.partition("@")[0]: reader for reader in readers}
    if not newest:
        raise NotReady("not seen yet")
    for duty, reader in newest.items():
        silent = int((timezone.now() - reader.seen_at).total_seconds())
        if silent > SILENT_SECONDS:
            raise NotReady(f"{duty} was not seen for {silent} s")
        if reader.failures and duty not in OUTWARD:
            raise NotReady(f"{duty} failed {reader.failures} times in a row")


def _index() -> None:
    """This machine has a search index, and no event has waited long to be in it."""
    from articles.search import get_engine

    cursor = get_engine().cursor
    if cursor is None:
        raise NotReady("is being built")
    waiting = Event.objects.filter(seq__gt=cursor).order_by("seq").first()
    late = int((timezone.now() - waiting.at).total_seconds()) if waiting else 0
    if late > LATE_SECONDS:
        raise NotReady(f"is {late} s behind")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "index": _index,
    "worker": _worker,
}
