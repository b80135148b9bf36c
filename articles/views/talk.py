"""What stands beside an article for one person: comments, notes, and open flags of its passages. Drawn once until
something happens to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles import access, anchors, days, epoch
from articles.discussion import loaded, needs_somebody, open_threads, threads_of
from articles.flag_rights import flags_on
from articles.kept import Kept
from articles.models import Article, Comment, Event, Flag, Note, Status, User
from articles.models.flag import OPEN
from articles.notes import notes_of

from .talk_cards import flag_card, thread_card

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
    passages: tuple[anchors.Shown, ...]  # that something is said about

    def is_about(self, start: int, end: int) -> bool:
        """Whether something is said about a part of the text, or of some of it."""
        return any(one.start < end and start < one.end for one in self.passages)


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
    """One of them in the rail; `kind` is thread, flag or note. A note is drawn with the rail, the others are."""

    kind: str
    said: Thread | FlagShown | NoteShown
    drawn: SafeString | None = None


def talk_on(user: User, article_id: int) -> Talk:
    """What stands beside the article. The person may read it: that is asked by whoever draws the page.

    No query when nothing has happened since it was drawn; one when something has happened elsewhere.
    """
    now = epoch.current()
    mark = (_marks.get(article_id, now.seq, lambda: _newest(article_id)), now.access_seq)
    key = (article_id, user.pk, get_language(), days.today())
    made = _kept.get(key, mark, lambda: _draw(user, article_id))
    if made.until is not None and made.until <= timezone.now():
        made = _kept.get(key, (*mark, made.until), lambda: _draw(user, article_id))
    return made


def threads_on(user: User, article: Article, firsts: list[Comment], *, answers: int | None = None) -> list[Thread]:
    """Threads that the person may know of, with their answers (the last `answers`, or all): at most four queries and
    those of the passages."""
    shown: dict[int, list[Comment]] = {first.pk: [] for first in firsts}
    # An answer has the anchor of its thread: who may know of the one may know of the other.
    every = Comment.objects.filter(thread__in=list(shown)).order_by()
    counts: dict[int | None, int] = {}
    if answers is not None:
        # Chosen first and then loaded: of a thread of hundreds only what is shown.
        newest, counts = _newest_answers(every, answers)
        every = Comment.objects.filter(pk__in=newest)
    for row in loaded(every, user).order_by("pk"):
        shown[row.thread_pk].append(row)
    there = anchors.places(access.view_of(user), article, [first.anchor for first in firsts if first.anchor])
    made = []
    for first in firsts:
        said = shown[first.pk]
        earlier = counts.get(first.pk, len(said)) - len(said)
        made.append(Thread(first, said, earlier, there.get(first.anchor_id) if first.anchor_id else None))
    return made


def _newest_answers(every: QuerySet[Comment], answers: int) -> tuple[list[int], dict[int | None, int]]:
    """The ids of the last `answers` of each thread that were not deleted, and thread → how many it has in all."""
    standing_first = Window(RowNumber(), partition_by="thread", order_by=[F("deleted_at").asc(nulls_first=True), "-pk"])
    placed = every.annotate(place=standing_first, total=Window(Count("pk"), partition_by="thread"))
    rows = list(placed.filter(place__lte=answers).values("pk", "thread", "total", "deleted_at"))
    return [row["pk"] for row in rows if row["deleted_at"] is None], {row["thread"]: row["total"] for row in rows}


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
        every=Count("pk"),
        resolved=Count("pk", filter=Q(resolved_at__isnull=False)),
        open=Count("pk", filter=needs_somebody()),
    )
    threads: list[Thread] = []
    if counts["open"]:
        rows = open_threads(user, article).order_by(F("anchor").asc(nulls_last=True), "-pk")
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
    cards = [Card("flag", one, flag_card(one)) for one in _flags(view, article)]
    newest = sorted(threads, key=lambda one: -one.first.pk)
    cards += [Card("thread", one, thread_card(one, article, user)) for one in newest]
    cards += [Card("note", one) for one in beside]
    context = {
        "article": article, "cards": _in_order(cards), "more": counts["open"] - len(threads),
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
        passages=tuple(place for one in (*shown, *(card.said for card in cards)) if (place := one.place)),
    )


def _flags(view: access.View, article: Article) -> list[FlagShown]:
    """The open flags of passages, the newest first."""
    rows = flags_on(view, article).filter(status__in=OPEN, anchor__isnull=False).order_by("-created_at", "-pk")
    flags = list(rows.select_related("anchor", "reporter", "assignee")[:FLAGS])
    there = anchors.places(view, article, [flag.anchor for flag in flags if flag.anchor])
    return [FlagShown(flag, there.get(flag.anchor_id) if flag.anchor_id else None) for flag in flags]


def _in_order(cards: list[Card]) -> list[Card]:
    """In the order of the text, each beside its passage; then what has no passage, or one that is gone."""
    return sorted(cards, key=lambda one: (one.said.place is None, one.said.place.start if one.said.place else 0))
