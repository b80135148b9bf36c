"""What flags, calls and searches tell a manager. Times are hours of work: a night is nobody's delay."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Count, DateField, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from . import access, anchors, epoch
from .flag_rights import flags_for
from .kept import Kept
from .models import Article, CallOutcome, Comment, Flag, FlagState, FlagStep, SearchedWords, Step, User
from .models.flag import OPEN
from .prepared import Prepared, Slot
from .search.stems import stem_key
from .working_hours import Calendar, calendar

WEEKS = 12
MOST_FLAGS = 20_000  # of one period; more are counted, but not timed
_kept: Kept[Any] = Kept(50)


@dataclass
class Times:
    """Minutes of work that something took."""

    minutes: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        return quantile(self.minutes, 0.5)

    @property
    def most(self) -> float | None:
        """Nine of ten took no longer."""
        return quantile(self.minutes, 0.9)


@dataclass
class Week:
    """What happened in the week that began on `monday`."""

    monday: date
    raised: int = 0
    closed: int = 0
    reopened: int = 0
    first: Times = field(default_factory=Times)
    whole: Times = field(default_factory=Times)
    calls: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Row:
    """A name with numbers, for a bar and a line of a table."""

    name: str
    count: int
    open: int = 0
    url: str = ""


@dataclass
class Insights:
    """All that the page shows of some weeks."""

    weeks: list[Week]
    first: Times
    whole: Times
    open: int
    overdue: int
    reopened: int
    declined: int
    raised: int
    kinds: list[Row]
    categories: list[Row]
    owners: list[Row]
    calls: int
    answered: int


@dataclass(frozen=True)
class Spoken:
    """An article with what was reported of it and said about it."""

    title: str
    url: str
    flags: int
    comments: int

    @property
    def together(self) -> int:
        return self.flags + self.comments


@dataclass(frozen=True)
class Words:
    """Searches that mean the same, with the words in which they were asked the most."""

    words: str
    others: tuple[str, ...]
    searches: int
    empty: int
    unclicked: int


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share does not exceed (the nearest-rank method); None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def insights(weeks: int = WEEKS) -> Insights:
    """The last weeks, this one among them. Made anew once after each change."""
    key, mark = ("insights", weeks, timezone.localdate()), epoch.current()
    return _once(key, (mark.listing_seq, _calls_seen()), lambda: _read(weeks))


def median_first_answer() -> float | None:
    """Minutes of work until a flag of the last weeks had its first answer, in the middle."""
    key, mark = ("median", timezone.localdate()), (epoch.current().listing_seq,)
    found: float | None = _once(key, mark, lambda: quantile(_first_answers(_midnight(_start(WEEKS))), 0.5))
    return found


def searches(weeks: int = WEEKS) -> tuple[list[Words], list[Words]]:
    """Searches that found nothing, and those whose hits nobody opened, grouped by stem; the most frequent first."""
    rows = SearchedWords.objects.filter(day__gte=_start(weeks)).order_by().values_list("words")
    summed = rows.annotate(asked=Sum("searches"), nothing=Sum("empty"), opened=Sum("clicks"))
    groups: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    for words, asked, empty, clicks in summed.order_by("-asked", "words")[:5_000]:
        groups[stem_key(words)].append((words, asked, empty, clicks))
    made = [_words(group) for group in groups.values()]
    nothing = sorted((one for one in made if one.empty), key=lambda one: (-one.empty, one.words))
    passed = sorted((one for one in made if one.unclicked), key=lambda one: (-one.unclicked, one.words))
    return nothing, passed


def most_spoken_of(user: User, weeks: int = WEEKS, most: int = 12) -> list[Spoken]:
    """The articles with the most flags and comments of the last weeks, of those that this person sees; what is about
    passages that they do not get is not counted. Five queries at most.
    """
    begin, view = _midnight(_start(weeks)), access.view_of(user)
    comments = Comment.objects.filter(deleted_at__isnull=True, article__in=access.visible_to(user).order_by())
    flags, comments = flags_for(user), anchors.known_to(view, comments)
    reported = _by_article(flags.filter(created_at__gte=begin, article__isnull=False))
    said = _by_article(comments.filter(created_at__gte=begin))
    together = Counter(reported)
    together.update(said)
    first = sorted(together, key=lambda pk: (-together[pk], -reported.get(pk, 0), pk))[:most]
    found = Article.objects.only("title").in_bulk(first)
    rows = [(found[pk], reported.get(pk, 0), said.get(pk, 0)) for pk in first]
    return [Spoken(article.title, article.get_absolute_url(), *counts) for article, *counts in rows]


def _by_article(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("article").annotate(count=Count("pk")))


def article_calls(article_id: int, days: int = 90) -> tuple[int, int, int]:
    """Of an article in the last days: calls, in how many the customer was helped, in how many the article helped."""
    return _CALLS.one(article=article_id, since=timezone.now() - timedelta(days=days)) or (0, 0, 0)


def _count_calls() -> QuerySet[Any, tuple[int, int, int]]:
    found = CallOutcome.objects.filter(
        article=Slot("article", Article._meta.pk), at__gte=Slot("since", CallOutcome._meta.get_field("at"))
    )
    counted = found.order_by().values("article").annotate(
        calls=Count("pk"), customers=Count("pk", filter=Q(customer_helped=True)),
        articles=Count("pk", filter=Q(article_helped=True)),
    )  # fmt: skip
    return counted.values_list("calls", "customers", "articles")


_CALLS = Prepared(_count_calls)


def _words(group: list[tuple[str, int, int, int]]) -> Words:
    group.sort(key=lambda row: (-row[1], row[0]))
    asked, empty, clicks = sum(row[1] for row in group), sum(row[2] for row in group), sum(row[3] for row in group)
    return Words(group[0][0], tuple(row[0] for row in group[1:6]), asked, empty, max(0, asked - empty - clicks))


def _once(key: tuple[Any, ...], mark: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    return _kept.get(key, mark, make)


def _calls_seen() -> int:
    return CallOutcome.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _start(weeks: int) -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _read(count: int) -> Insights:
    start = _start(count)
    weeks = {start + timedelta(weeks=number): Week(start + timedelta(weeks=number)) for number in range(count)}
    begin = _midnight(start)
    raised = Flag.objects.filter(created_at__gte=begin)
    rows = _alike(raised)
    _count_weeks(weeks, begin)
    _time_weeks(raised, weeks, calendar())
    calls = CallOutcome.objects.filter(at__gte=begin).values_list("at", "article_helped")
    for at, helped in calls.iterator():
        week = weeks.get(_monday(at))
        if week:
            week.calls += 1
            week.answered += helped
    first, whole = Times(), Times()
    for week in weeks.values():
        first.minutes += week.first.minutes
        whole.minutes += week.whole.minutes
    now = timezone.now()
    return Insights(
        weeks=list(weeks.values()), first=first, whole=whole,
        open=Flag.objects.filter(status__in=OPEN).count(),
        overdue=Flag.objects.filter(status__in=OPEN, due__lte=now).count(),
        reopened=sum(row["again"] for row in rows),
        declined=sum(row["count"] for row in rows if row["status"] == FlagState.DECLINED),
        raised=sum(row["count"] for row in rows), kinds=_rows(rows, itemgetter("kind"), itemgetter("kind")),
        categories=_rows(rows, itemgetter("slug"), lambda row: row["category"] or "", _topic_url),
        owners=_rows(rows, itemgetter("username"), _owner_name),
        calls=sum(week.calls for week in weeks.values()), answered=sum(week.answered for week in weeks.values()),
    )  # fmt: skip


def _first_answers(begin: datetime) -> list[float]:
    """Minutes of work until each flag that was raised since had its first answer."""
    answered = Flag.objects.filter(created_at__gte=begin, first_answer_at__isnull=False).order_by("-created_at")
    hours = calendar()
    rows = answered.values_list("created_at", "first_answer_at")[:MOST_FLAGS]
    return [hours.minutes_between(raised, first) for raised, first in rows if first]


def _alike(raised: QuerySet[Flag]) -> list[dict[str, Any]]:
    """How many flags (`count`) are of one kind and state, in one topic, and of one person, and how many of those were
    reopened (`again`): counted by the database, however many there are. Those with the newest flag come first.
    """
    rows = raised.order_by().values(
        "kind", "status",
        category=F("article__category__name"), slug=F("article__category__slug"),
        first_name=F("assignee__first_name"), last_name=F("assignee__last_name"), username=F("assignee__username"),
    )  # fmt: skip
    counted = rows.annotate(count=Count("pk"), again=Count("pk", filter=Q(reopenings__gt=0)), newest=Max("created_at"))
    found: list[Any] = list(counted.order_by("-newest"))
    return found


def _count_weeks(weeks: dict[date, Week], begin: datetime) -> None:
    """Each thing in the week in which it happened: much is closed that was raised before the first of the weeks."""
    again = FlagStep.objects.filter(action=Step.REOPENED)
    for name, rows, when in (
        ("raised", Flag.objects.all(), "created_at"), ("closed", Flag.objects.all(), "closed_at"),
        ("reopened", again, "at"),
    ):  # fmt: skip
        dated = rows.filter(**{f"{when}__gte": begin}).annotate(monday=TruncWeek(when, output_field=DateField()))
        for monday, count in dated.order_by().values_list("monday").annotate(Count("pk")):
            if monday in weeks:
                setattr(weeks[monday], name, count)


def _time_weeks(raised: QuerySet[Flag], weeks: dict[date, Week], hours: Calendar) -> None:
    """How long the newest of these flags took, each in the week in which it was raised."""
    newest = raised.order_by("-created_at").values_list("created_at", "first_answer_at", "closed_at")
    for at, first, closed in newest[:MOST_FLAGS]:
        week = weeks.get(_monday(at))
        if week and first:
            week.first.minutes.append(hours.minutes_between(at, first))
        if week and closed:
            week.whole.minutes.append(hours.minutes_between(at, closed))


def _monday(moment: datetime) -> date:
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def _rows(
    rows: list[dict[str, Any]],
    key: Callable[[dict[str, Any]], Hashable],
    name: Callable[[dict[str, Any]], str],
    url: Callable[[dict[str, Any]], str] = lambda _row: "",
) -> list[Row]:
    """How many there are of each key, the most first: names of people and topics may be those of several."""
    first = {key(row): row for row in reversed(rows)}
    count, still = Counter[Hashable](), Counter[Hashable]()
    for row in rows:
        count[key(row)] += row["count"]
        still[key(row)] += row["count"] * (row["status"] in OPEN)
    return [Row(name(first[one]), number, still[one], url(first[one])) for one, number in count.most_common()]


def _topic_url(row: dict[str, Any]) -> str:
    return f"/categories/{row['slug']}/" if row["slug"] else ""


def _owner_name(row: dict[str, Any]) -> str:
    return f"{row['first_name'] or ''} {row['last_name'] or ''}".strip() or row["username"] or "–"
