"""The worker's side of an import: claimed once, taken again when its worker dies, told while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from articles.actions.importing import (
    GIVE_UP,
    STALE,
    claim_import,
    finish_import,
    save_progress,
    start_import,
)
from articles.actions.people import set_active
from articles.models import Article, Category, ImportJob, User
from articles.transfer import jobs
from articles.transfer.importer import Importer
from articles.transfer.jobs import run_next
from articles.transfer.report import Report, Row
from articles.transfer.uploads import archive_folder

from .conftest import zip_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def job(alice: User, category: Category) -> ImportJob:
    """An import of twelve pages that waits."""
    files = {f"{n:02}.md": f"# Page {n}\n\nText" for n in range(12)}
    (archive_folder() / "a.zip").write_bytes(zip_bytes(files))
    return start_import(alice, category, "a.zip", "a.zip")


def test_an_import_is_done_once_and_its_archive_deleted(job: ImportJob) -> None:
    assert [run_next(), run_next()] == [True, False]
    job.refresh_from_db()
    assert (job.state, job.done, job.total, len(job.report)) == ("done", 12, 12, 12)
    assert job.finished_at is not None
    assert not list(archive_folder().iterdir())


def test_what_is_told_of_an_import_as_a_whole_is_kept_and_shown(
    job: ImportJob, alice: User, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[[User], Client]
) -> None:
    told = "There are no roles of these names: divers."
    monkeypatch.setattr(Importer, "run", lambda self: Report([Row("a.md", "skipped")], [told]))
    assert run_next()
    assert told in signed_in(alice).get(f"/import/{job.pk}/").content.decode()


def test_imports_are_done_in_their_order(job: ImportJob, alice: User, category: Category) -> None:
    second = start_import(alice, category, "b.zip", "b.zip")
    first = claim_import()
    assert first is not None
    assert first.pk == job.pk
    after = claim_import()
    assert after is not None
    assert after.pk == second.pk
    assert claim_import() is None


def test_an_import_whose_worker_died_is_taken_again(job: ImportJob) -> None:
    claimed = claim_import()
    assert claimed is not None
    assert claim_import() is None
    later = timezone.now() + STALE + timedelta(seconds=1)
    again = claim_import(later)
    assert again is not None
    assert again.pk == job.pk


def test_a_worker_that_was_only_slow_stops_when_another_has_taken_over(job: ImportJob) -> None:
    slow = claim_import()
    assert slow is not None
    assert save_progress(slow, 1, 12)
    assert claim_import(timezone.now() + STALE + timedelta(seconds=1)) is not None
    assert not save_progress(slow, 2, 12)


def test_an_import_that_keeps_killing_its_worker_is_given_up(job: ImportJob) -> None:
    old = timezone.now() - GIVE_UP - timedelta(minutes=1)
    ImportJob.objects.filter(pk=job.pk).update(state="running", heartbeat=old, created_at=old)
    assert run_next() is False
    job.refresh_from_db()
    assert job.state == "failed"
    assert "broken off" in job.problem
    assert not list(archive_folder().iterdir())


def test_when_the_worker_is_told_to_stop_the_import_waits_again(job: ImportJob) -> None:
    stopping = threading.Event()
    stopping.set()
    assert run_next(stopping) is True
    job.refresh_from_db()
    assert job.state == "queued"
    assert (archive_folder() / "a.zip").exists()
    assert run_next() is True
    assert Article.objects.count() == 12


def test_progress_is_told_while_it_goes_on(job: ImportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SAVE_EVERY", 0)
    seen: list[tuple[int, int]] = []
    save = save_progress

    def watched(*arguments: object, **named: object) -> bool:
        saved = save(*arguments, **named)  # type: ignore[arg-type]
        row = ImportJob.objects.get(pk=job.pk)
        seen.append((row.done, len(row.report)))
        return saved

    monkeypatch.setattr(jobs, "save_progress", watched)
    run_next()
    assert seen == sorted(seen)
    assert seen[0] == (0, 0)
    assert seen[-1][0] == 12
    assert any(0 < done < 12 for done, _rows in seen)


def test_progress_is_not_saved_more_often_than_people_can_see(job: ImportJob, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(1000) as few:
        run_next()
    updates = [query for query in few.captured_queries if 'UPDATE "articles_importjob"' in query["sql"]]
    assert len(updates) < 12


def test_an_archive_that_is_gone_fails_the_import_with_a_reason(job: ImportJob) -> None:
    (archive_folder() / "a.zip").unlink()
    run_next()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.problem


def test_who_lost_the_right_meanwhile_imports_nothing(job: ImportJob, alice: User) -> None:
    set_active(None, alice.pk, False)
    run_next()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "You may no longer import into this category.")
    assert not Article.objects.exists()


def test_the_report_is_in_the_language_of_its_reader(
    job: ImportJob, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=alice.pk).update(language="sv")
    seen: list[str] = []
    run = Importer.run

    def watched(self: Importer) -> Report:
        seen.append(get_language() or "")
        return run(self)

    monkeypatch.setattr(Importer, "run", watched)
    run_next()
    assert seen == ["sv"]


def test_an_unexpected_failure_closes_the_import_and_the_worker_goes_on(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Importer, "run", fail)
    assert run_next() is True
    job.refresh_from_db()
    assert job.state == "failed"
    assert "secret" not in job.problem


def test_only_a_running_import_can_be_finished(job: ImportJob) -> None:
    finish_import(job, [])
    job.refresh_from_db()
    assert job.state == "queued"


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_ask_at_once_get_one_import_between_them(job: ImportJob) -> None:
    got: list[ImportJob | None] = []
    start = threading.Barrier(4)

    def ask() -> None:
        try:
            start.wait()
            got.append(claim_import())
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in got) == 1
