"""What stands beside an article for one person: comments, notes, and open flags of its passages. Drawn once until
something happens to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles import access, anchors, epoch
from articles.discussion import comments_of, loaded, open_threads, threads_of
from articles.flag_rights import flags_on
from articles.kept import Kept
from articles.models import Article, Comment, Event, Flag, Note, Status, User
from articles.models.flag import OPEN
from articles.notes import notes_of

THREADS = 10  # on the page of the article; the others are a press away
ANSWERS = 2  # of a thread there
NOTES = 20
FLAGS = 20
_marks: Kept[int] = Kept(5_000)
_kept: Kept[Talk] = Kept(1_000)


@dataclass(frozen=True)
class Talk:
    """Drawn for one person; holds until `until`, when a note expires."""

    pinned: SafeString
    rail: SafeString
    until: datetime | None


@dataclass(frozen=True)
class Thread:
    """A thread on the page: how it begins, the last answers, and where its passage is (None: gone, or it has none)."""

    first: Comment
    answers: list[Comment]
    earlier: int
    place: anchors.Shown | None


@dataclass(frozen=True)
class NoteShown:
    """A note on the page."""

    note: Note
    place: anchors.Shown | None


@dataclass(frozen=True)
class FlagShown:
    """An open flag of a passage on the page."""

    flag: Flag
    place: anchors.Shown | None


@dataclass(frozen=True)
class Card:
    """One of them in the rail; `kind` is how it is drawn: thread, flag or note."""

    kind: str
    said: Thread | FlagShown | NoteShown


def talk_on(user: User, article_id: int) -> Talk:
    """What stands beside the article. The person may read it: that is asked by whoever draws the page.

    No query when nothing has happened since it was drawn; one when something has happened elsewhere.
    """
    now = epoch.current()
    mark = (_marks.get(article_id, now.seq, lambda: _newest(article_id)), now.access_seq)
    key = (article_id, user.pk, get_language(), timezone.localdate())
    made = _kept.get(key, mark, lambda: _draw(user, article_id))
    if made.until is not None and made.until <= timezone.now():
        made = _kept.get(key, (*mark, made.until), lambda: _draw(user, article_id))
    return made


def threads_on(user: User, article: Article, firsts: list[Comment], *, answers: int | None = None) -> list[Thread]:
    """Threads with their answers (the last `answers`, or all): at most five queries and those of the passages."""
    shown: dict[int, list[Comment]] = {first.pk: [] for first in firsts}
    every = comments_of(user, article).filter(thread__in=list(shown)).order_by()
    counts: dict[int, int] = {}
    if answers is not None:
        # Chosen first and then loaded: of a thread of hundreds only what is shown.
        counts = dict(every.values_list("thread").annotate(Count("pk")))
        from_the_end = Window(RowNumber(), partition_by="thread", order_by=F("pk").desc())
        newest = every.filter(deleted_at__isnull=True).annotate(place=from_the_end).filter(place__lte=answers)
        every = Comment.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    for row in loaded(every, user).order_by("pk"):
        shown[row.thread_pk].append(row)
    there = anchors.places(access.view_of(user), article, [first.anchor for first in firsts if first.anchor])
    made = []
    for first in firsts:
        said = shown[first.pk]
        earlier = counts.get(first.pk, len(said)) - len(said)
        made.append(Thread(first, said, earlier, there.get(first.anchor_id) if first.anchor_id else None))
    return made


def with_places(user: User, article: Article, notes: Iterable[Note]) -> list[NoteShown]:
    """Notes on an article, each with where its passage is for this person."""
    shown = list(notes)
    there = anchors.places(access.view_of(user), article, [note.anchor for note in shown if note.anchor])
    return [NoteShown(note, there.get(note.anchor_id) if note.anchor_id else None) for note in shown]


def _newest(article_id: int) -> int:
    """The newest event of an article: whatever is said or published there records one."""
    return Event.objects.filter(article=article_id).order_by("-seq").values_list("seq", flat=True).first() or 0


def _draw(user: User, article_id: int) -> Talk:
    article = Article.objects.select_related("category", "version").get(pk=article_id)
    counts = threads_of(user, article).aggregate(
        every=Count("pk"), resolved=Count("pk", filter=Q(resolved_at__isnull=False))
    )
    threads: list[Thread] = []
    total = 0
    if counts["every"]:
        rows = open_threads(user, article).order_by(F("anchor").asc(nulls_last=True), "-pk")
        total = rows.count()
        # Chosen first and then loaded: what is shown beside a comment is counted for these only.
        chosen = list(rows.values_list("pk", flat=True)[:THREADS])
        places = {pk: place for place, pk in enumerate(chosen)}
        found = loaded(Comment.objects.filter(pk__in=chosen), user)
        firsts = sorted(found, key=lambda one: places[one.pk])
        threads = threads_on(user, article, firsts, answers=ANSWERS)
    every_note = notes_of(user, article).order_by("-pinned", "-pk")  # what is pinned gives way to nothing
    notes = list(every_note[: NOTES + 1])
    more_notes = every_note.count() - NOTES if len(notes) > NOTES else 0
    notes = notes[:NOTES]
    view, shown = access.view_of(user), with_places(user, article, notes)
    beside = [one for one in shown if not one.note.pinned]
    context = {
        "article": article, "cards": _in_order(threads, _flags(view, article), beside), "more": total - len(threads),
        "more_notes": more_notes,
        "resolved": counts["resolved"], "every": counts["every"], "user": user,
        "closed": article.status == Status.ARCHIVED,
        "pinned": [one for one in shown if one.note.pinned],
        "version": article.version.number if article.version else 0,
    }  # fmt: skip
    ends = [note.expires_at for note in notes if note.expires_at]
    return Talk(
        pinned=render_to_string("talk/_pinned.html", context),
        rail=render_to_string("talk/_rail.html", context),
        until=min(ends) if ends else None,
    )


def _flags(view: access.View, article: Article) -> list[FlagShown]:
    """The open flags of passages, the newest first."""
    rows = flags_on(view, article).filter(status__in=OPEN, anchor__isnull=False).order_by("-created_at", "-pk")
    flags = list(rows.select_related("anchor", "reporter", "assignee")[:FLAGS])
    there = anchors.places(view, article, [flag.anchor for flag in flags if flag.anchor])
    return [FlagShown(flag, there.get(flag.anchor_id) if flag.anchor_id else None) for flag in flags]


def _in_order(threads: list[Thread], flags: list[FlagShown], notes: list[NoteShown]) -> list[Card]:
    """In the order of the text, each beside its passage; then what has no passage, or one that is gone."""
    newest = sorted(threads, key=lambda one: -one.first.pk)
    cards = [Card("flag", one) for one in flags] + [Card("thread", one) for one in newest]
    cards += [Card("note", one) for one in notes]
    return sorted(cards, key=lambda one: (one.said.place is None, one.said.place.start if one.said.place else 0))
