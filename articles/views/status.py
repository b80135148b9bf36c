"""How the installation is, for managers: who reads the log and how far behind, the index, imports, versions."""

from __future__ import annotations

import platform
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles import access, documents, epoch
from articles import search as engine
from articles.models import Article, Event, EventReader, ImportJob, Status, User

from .handled import SignedInRequest, page

SILENT = timedelta(seconds=120)  # ten heartbeats of the worker, and a long step
FEW_JOBS = 10
NAMES: dict[str, str | Promise] = {
    "indexer": _("Search index"),
    "notifications": _("Notifications"),
    "notices": _("Notices"),
    "flags": _("Flags"),
    "publishing": _("Planned and live publishing"),
    "moments": _("History of drafts"),
    "drafts": _("Merging of drafts"),
    "imports": _("Imports"),
    "mail": _("Mail"),
    "push": _("Desktop"),
    "webhooks": _("Webhooks"),
    "promises": _("Review dates and deadlines"),
    "housekeeping": _("Housekeeping"),
}


@dataclass(frozen=True)
class Reader:
    """A duty of the worker on one machine. `lag` is how many events it is behind; None: it does not read the log."""

    row: EventReader
    lag: int | None
    silent: bool

    @property
    def duty(self) -> str:
        return self.row.name.partition("@")[0]

    @property
    def machine(self) -> str:
        return self.row.name.partition("@")[2]

    @property
    def name(self) -> str | Promise:
        return NAMES.get(self.duty, self.duty)

    @property
    def is_well(self) -> bool:
        return not self.silent and not self.row.failures


@dataclass(frozen=True)
class Index:
    """The search index of this machine. `lag` is None when there is none to search in."""

    lag: int | None
    at: int | None


@require_safe
@page
def status(request: SignedInRequest) -> HttpResponse:
    """`/status/`. The page asks for itself again every few seconds."""
    access.require(request.user, "see_status")
    seq = epoch.current().seq
    now = timezone.now()
    readers = [_reader(row, seq, now) for row in EventReader.objects.order_by("name")]
    # A machine that was taken away is not seen any more, and is not missed where another does its duties.
    newest = {reader.duty: reader for reader in sorted(readers, key=lambda reader: reader.row.seen_at)}
    index = _index(seq)
    context = {
        "seq": seq,
        "readers": readers,
        "index": index,
        "all_well": bool(readers) and all(reader.is_well for reader in newest.values()) and index.lag is not None,
        "jobs": ImportJob.objects.filter(category__in=access.categories_for(request.user).order_by())
        .select_related("user", "category")
        .defer("report")[:FEW_JOBS],
        "figures": _figures(),
        "versions": versions(),
        "now": now,
    }
    return render(request, "articles/status.html", context)


def _reader(row: EventReader, seq: int, now: Any) -> Reader:
    return Reader(row, max(0, seq - row.seq) if row.seq else None, now - row.seen_at > SILENT)


def _index(seq: int) -> Index:
    at = engine.get_engine().cursor
    return Index(None if at is None else max(0, seq - at), at)


def _figures() -> list[tuple[str | Promise, int]]:
    counts = dict(Article.objects.order_by().values_list("status").annotate(Count("pk")))
    return [
        (_("Published articles"), counts.get(Status.PUBLISHED, 0)),
        (_("Articles never published"), counts.get(Status.DRAFT, 0)),
        (_("Archived articles"), counts.get(Status.ARCHIVED, 0)),
        (_("People who may sign in"), User.objects.filter(is_active=True).count()),
        (_("Events in the log"), Event.objects.count()),
    ]


@cache
def versions() -> list[tuple[str | Promise, str]]:
    """What runs here: (name, version)."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        own = tomllib.load(file)["project"]["version"]
    return [
        ("kbcentre", own),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        *_database(),
        *[(name, _installed(name)) for name in ("channels", "daphne", "whoosh-reloaded", "pycrdt")],
        (_("Schema of documents"), str(documents.SCHEMA_VERSION)),
    ]


def _database() -> list[tuple[str, str]]:
    number = ".".join(str(part) for part in connection.get_database_version())
    return [(connection.display_name, number)]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
