"""Imports through the web page, and where imported articles came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, documents, events
from ..drafts import moments, store
from ..models import Article, Category, Draft, ImportJob, ImportSource, User, Version
from .problems import Conflict
from .publishing import add_version

STALE = timedelta(seconds=60)  # a worker that has not been heard of for so long is dead
GIVE_UP = timedelta(hours=1)  # an import that is that old when its worker dies is not tried again: it may be its fault
MOST_WAITING = 5  # imports of one person


def note_import_source(user: User, article: Article, base: Category, path: str, digest: str) -> None:
    """Remember which file an article was imported from, and the state of both. Raises access.NotFound/Forbidden."""
    access.require(user, "edit", article)
    with transaction.atomic():
        found = ImportSource.objects.filter(article=article, base=base, path=path)
        if not found.update(digest=digest):
            copy = _first_copy(user, article, base, path)
            ImportSource.objects.update_or_create(
                article=article, defaults={"base": base, "path": path, "copy": copy, "digest": digest}
            )


def _first_copy(user: User, article: Article, base: Category, path: str) -> int:
    """The number behind all articles from that file which this person does not see. One that they see is in the way."""
    others = ImportSource.objects.filter(base=base, path=path).exclude(article=article)
    newest = others.exclude(article__in=access.visible_to(user)).aggregate(Max("copy"))["copy__max"]
    return 0 if newest is None else newest + 1


def start_import(user: User, category: Category, name: str, archive: str, *, publish: bool = False) -> ImportJob:
    """Ask the worker to import an archive that was stored as `archive` (a name under DATA_DIR/imports).

    Raises access.NotFound/Forbidden when this person may not import into the category, or publish what was imported,
    Conflict when too many of theirs wait already.
    """
    access.require(user, "import", category)
    if publish:
        access.require(user, "publish", category)
    with transaction.atomic():
        waiting = ImportJob.objects.filter(user=user, state__in=[ImportJob.State.QUEUED, ImportJob.State.RUNNING])
        if waiting.count() >= MOST_WAITING:
            raise Conflict(_("%(count)d of your imports are still waiting. Start more when they are done.")
                           % {"count": MOST_WAITING})  # fmt: skip
        return ImportJob.objects.create(user=user, category=category, name=name[:200], archive=archive, publish=publish)


@dataclass(frozen=True)
class PastVersion:
    """A version that an article had in the centre that it comes from. `restored_from` is the number of another one."""

    title: str
    document: dict[str, Any]
    author: User | None
    note: str
    significance: str
    restored_from: int | None
    published_at: datetime
    approved_by: User | None = None


def import_history(user: User, article_id: int, versions: Sequence[PastVersion]) -> Article:
    """Give an article that was never published the versions that it had elsewhere, oldest first.

    They keep their dates and authors, so only administrators may do this. The draft counts as published when it says
    what the newest version says. Raises access.NotFound/Forbidden, Conflict, Invalid, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id, lock=True)
        if not access.view_of(user).administrator:
            raise access.Forbidden("import")
        if article.version_id is not None:
            raise Conflict(_("The article has versions already."))
        made: list[Version] = []
        for past in versions:
            restored = made[past.restored_from - 1] if past.restored_from and past.restored_from <= len(made) else None
            version = add_version(
                past.author, article, past.title, past.document, past.note, past.significance, restored,
                published_at=past.published_at, approved_by=past.approved_by,
            )  # fmt: skip
            made.append(version)
        draft = Draft.objects.select_for_update(no_key=True).get(pk=article.pk)
        doc, seq = store.load(draft.pk)
        if made and documents.read_draft(doc) == made[-1].document:
            moments.mark_published(draft.pk, doc, seq, made[-1])
        with events.imported():  # what was published elsewhere, and long ago, is no news
            events.record(user, *(
                events.ArticlePublished(article, version=one.number, title=one.title, note=one.note,
                                        significance=one.significance)
                for one in made[-1:]
            ))  # fmt: skip
    return article


# --- For the worker that does the imports ----------------------------------------------------------


def claim_import(now: datetime | None = None) -> ImportJob | None:
    """The oldest import that waits, or whose worker has died, now this worker's; None when there is none.

    Claimed by a conditional update: of two workers that ask at once one gets it.
    """
    now = now or timezone.now()
    free = Q(state=ImportJob.State.QUEUED) | Q(state=ImportJob.State.RUNNING, heartbeat__lt=now - STALE)
    for pk in ImportJob.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:10]:
        with transaction.atomic():
            claimed = ImportJob.objects.filter(free, pk=pk).update(state=ImportJob.State.RUNNING, heartbeat=now)
        if claimed:
            return ImportJob.objects.select_related("user", "category").get(pk=pk)
    return None


def save_progress(job: ImportJob, done: int, total: int, report: list[dict[str, Any]] | None = None) -> bool:
    """Tell how far an import is. False when another worker has taken it over, because this one was too slow."""
    now = timezone.now()
    changes: dict[str, Any] = {"done": done, "total": total, "heartbeat": now}
    if report is not None:
        changes["report"] = report
    with transaction.atomic():
        ours = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.RUNNING, heartbeat=job.heartbeat)
        saved = ours.update(**changes)
    job.heartbeat = now
    return bool(saved)


def release_import(job: ImportJob) -> None:
    """Put an import back, for the next worker: this one is asked to stop."""
    with transaction.atomic():
        ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.RUNNING, heartbeat=job.heartbeat).update(
            state=ImportJob.State.QUEUED, heartbeat=None
        )


def give_up_imports(reason: str, now: datetime | None = None) -> list[ImportJob]:
    """Close as failed the imports whose worker has died and that are too old to be tried again; gives them."""
    now = now or timezone.now()
    running = ImportJob.objects.filter(state=ImportJob.State.RUNNING)
    given_up = list(running.filter(heartbeat__lt=now - STALE, created_at__lt=now - GIVE_UP))
    for job in given_up:
        finish_import(job, job.report, reason)
    return given_up


def finish_import(job: ImportJob, report: list[dict[str, Any]], problem: str = "", notes: Sequence[str] = ()) -> None:
    """Close an import: done, or failed as a whole with the reason in `problem`. `notes` are about all of it."""
    with transaction.atomic():
        ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.RUNNING).update(
            state=ImportJob.State.FAILED if problem else ImportJob.State.DONE,
            report=report, problem=problem, notes=list(notes), finished_at=timezone.now(), heartbeat=None,
            done=len(report), total=len(report),
        )  # fmt: skip
