"""Imports that people asked for in the web page, done one after the other by the worker.

A worker that dies leaves its import claimed with a heartbeat that grows old; another takes it and does it again from
the beginning, which changes nothing that is done already. The archive is deleted when the import is closed.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from threading import Event

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from articles import access
from articles.actions.importing import (
    claim_import,
    finish_import,
    give_up_imports,
    release_import,
    save_progress,
)
from articles.models import ImportJob

from .importer import Importer
from .problems import SourceError
from .report import Report, Row
from .sources import open_source
from .uploads import archive_folder, delete_archive

logger = logging.getLogger(__name__)
SAVE_EVERY = 0.3  # seconds
PAUSE = 0.002  # seconds after each step, for the other threads of the process: they serve pages meanwhile


class _Stopped(Exception):
    """This worker must not go on: it was asked to stop, or another one has taken the import."""


def run_next(stopping: Event | None = None) -> bool:
    """Do the next import that waits; whether there was one. With `stopping` set it is put back half-way."""
    for given_up in give_up_imports(_("The import was broken off several times. Split the archive and try again.")):
        delete_archive(given_up.archive)
    job = claim_import()
    if job is None:
        return False
    with translation.override(job.user.language or settings.LANGUAGE_CODE):
        try:
            report, problem = _run(job, stopping or Event())
        except _Stopped:
            release_import(job)
            return True
        finish_import(job, [asdict(row) for row in report.rows], problem, report.notes)
    delete_archive(job.archive)
    return True


def _run(job: ImportJob, stopping: Event) -> tuple[Report, str]:
    """The report, and the reason when nothing could be done at all."""
    progress = _Progress(job, stopping)
    try:
        with open_source(archive_folder() / job.archive) as source:
            importer = Importer(job.user, source, job.category, publish=job.publish, progress=progress.tell)
            return importer.run(), ""
    except SourceError as reason:
        return Report(), str(reason)
    except (access.NotFound, access.Forbidden):
        return Report(progress.rows), _("You may no longer import into this category.")
    except _Stopped:
        raise
    except Exception:  # the worker goes on with the next import; the log says what happened
        logger.exception("Import %s failed", job.pk)
        return Report(progress.rows), _("Something unexpected went wrong. The log of the server has the details.")


class _Progress:
    """Saves how far an import is: often enough for people, seldom enough for the database."""

    def __init__(self, job: ImportJob, stopping: Event) -> None:
        self._job = job
        self._stopping = stopping
        self._saved = 0.0
        self._report_saved = 0.0
        self.rows: list[Row] = []

    def tell(self, done: int, total: int, rows: list[Row]) -> None:
        """Called after each step on a file. Raises _Stopped."""
        self.rows = rows
        time.sleep(PAUSE)
        if self._stopping.is_set():
            raise _Stopped
        now = time.monotonic()
        if now - self._saved < SAVE_EVERY:
            return
        # A long report costs more to write than a number, so it is written less often.
        report = None
        if now - self._report_saved > max(SAVE_EVERY, len(rows) / 200):
            report = [asdict(row) for row in rows]
            self._report_saved = now
        if not save_progress(self._job, done, total, report):
            raise _Stopped
        self._saved = now
