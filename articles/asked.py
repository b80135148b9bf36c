"""Who is asked to confirm a must-read: computed from rights, roles and categories as they are now, never copied.

So whoever gains access is asked from then on, and whoever loses it is not, without anybody writing anything. What is
asked (`questions`) and who there is (`access.crowd`) are the same for everybody until an event changes lists or rights;
each process reads them once, and the answers for one person, or for two thousand, are set operations on them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from . import access, epoch
from .access import View
from .kept import Kept
from .models import Article, Category, MustRead, Status, User

WEEK = timedelta(days=7)
FEW_NAMES = 3


@dataclass(frozen=True)
class Question:
    """A must-read as it is asked now. `number` is its version, `newest` the one that readers see."""

    article_id: int
    title: str
    url: str
    language: str
    number: int
    newest: int
    note: str
    author: str
    exempt: frozenset[int]  # who wrote and who approved it have read it
    asked_at: datetime
    due: date | None
    root_id: int | None
    everybody: bool
    roles: frozenset[str]
    category_roots: frozenset[int]  # their readers are asked
    category_ids: tuple[int, ...]
    days: int | None  # from asking to the deadline

    def asks(self, view: View) -> bool:
        """Whether it asks a person with these rights. Administrators read everything, and are asked only for what
        a role of theirs may read."""
        readable = view.roots.get("view", frozenset())
        if not view.active or view.user_id in self.exempt or self.root_id not in readable:
            return False
        return self.everybody or bool(self.roles & view.roles) or bool(self.category_roots & readable)

    def due_for(self, person: User) -> date | None:
        """A person's deadline: whoever was away, or came later, has as many days from then on."""
        if self.due is None or self.days is None:
            return self.due
        began = [day for day in (person.absent_until, timezone.localdate(person.date_joined)) if day]
        asked = timezone.localdate(self.asked_at)
        return max([self.due, *(day + timedelta(days=self.days) for day in began if day >= asked)])


_questions: Kept[tuple[Question, ...]] = Kept(2)
_recent: Kept[tuple[Question, ...]] = Kept(2)


def questions() -> tuple[Question, ...]:
    """All that is asked now, the newest first. Two queries after a change, else none."""
    now = epoch.current()
    mark = (now.access_seq, now.listing_seq)
    asked = Q(is_current=True, article__status=Status.PUBLISHED)
    return _questions.get("all", mark, lambda: _read(asked))


def question_of(article_id: int) -> Question | None:
    """What an article asks now."""
    return next((one for one in questions() if one.article_id == article_id), None)


def questions_for(view: View) -> list[Question]:
    """What is asked of a person with these rights, whether they have confirmed it or not."""
    return [one for one in questions() if one.asks(view)]


def people_asked(question: Question) -> frozenset[int]:
    """Ids of all whom a question asks: `Question.asks` of everybody at once."""
    everyone = access.crowd()
    return everyone.among(
        question.root_id, question.everybody, question.roles, question.category_roots
    ) - question.exempt  # fmt: skip


def asked_this_week(people: Collection[int]) -> dict[int, int]:
    """For each of these people how many must-reads they were asked for within seven days, replaced ones included."""
    now = epoch.current()
    since = timezone.now() - WEEK
    recent = _recent.get(
        "week", (now.access_seq, now.listing_seq, timezone.localdate()),
        lambda: _read(Q(asked_at__gte=since - timedelta(days=1), article__status=Status.PUBLISHED)),
    )  # fmt: skip
    counts = dict.fromkeys(people, 0)
    for question in recent:
        if question.asked_at >= since:
            for person in people_asked(question) & counts.keys():
                counts[person] += 1
    return counts


@dataclass(frozen=True)
class TooMuch:
    """So many people would, with one more, have more must-reads in a week than `MUST_READS_PER_WEEK`; and by name the
    few of them who were asked for most already, with how many that is."""

    people: int
    busiest: tuple[tuple[str, int], ...]


def too_much_for(people: Collection[int]) -> TooMuch:
    """Who of these people is asked for more than they can read. One query where there is somebody, for the names."""
    full = {pk: count for pk, count in asked_this_week(people).items() if count >= settings.MUST_READS_PER_WEEK}
    first = sorted(full, key=lambda pk: (-full[pk], pk))[:FEW_NAMES]
    names = User.objects.in_bulk(first) if first else {}
    return TooMuch(len(full), tuple((names[pk].get_full_name(), full[pk]) for pk in first if pk in names))


def _read(which: Q) -> tuple[Question, ...]:
    rows = list(
        MustRead.objects.filter(which)
        .select_related("article__version", "version__author")
        .only(
            "roles", "categories", "due", "asked_at",
            "article__title", "article__language", "article__access_root_id", "article__version__number",
            "version__number", "version__note", "version__author_id", "version__approved_by_id",
            "version__author__username", "version__author__first_name", "version__author__last_name",
        )
        .order_by("-asked_at", "-version")
    )  # fmt: skip
    wanted = {pk for row in rows for pk in row.categories}
    roots: dict[int, int] = {}
    if wanted:
        found = Category.objects.filter(pk__in=wanted, access_root_id__isnull=False)
        roots = dict(found.values_list("pk", "access_root_id"))
    return tuple(_question(row, row.article, roots) for row in rows)


def _question(row: MustRead, article: Article, roots: dict[int, int]) -> Question:
    version: Any = row.version
    people = (version.author_id, version.approved_by_id)
    return Question(
        article_id=article.pk, title=article.title, url=article.get_absolute_url(), language=article.language,
        number=version.number, newest=article.version.number if article.version else 0, note=version.note,
        author=version.author.get_full_name() if version.author else "",
        exempt=frozenset(person for person in people if person), asked_at=row.asked_at, due=row.due,
        root_id=article.access_root_id, everybody=not row.roles and not row.categories,
        roles=frozenset(row.roles), category_ids=tuple(row.categories),
        category_roots=frozenset(roots[pk] for pk in row.categories if pk in roots),
        days=(row.due - timezone.localdate(row.asked_at)).days if row.due else None,
    )  # fmt: skip
