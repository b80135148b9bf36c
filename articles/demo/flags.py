"""What the people of the demo centre reported, how their calls ended, and what was searched for: with a past.

Everything happens through the actions, now; then its times are put back to when it is said to have happened.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from ..actions import answering, flagging
from ..models import Article, CallOutcome, Flag, FlagJoin, FlagStep, SearchedWords, Step, User
from ..models.flag import OPEN
from ..working_hours import calendar
from .source import CONTENT, SourceError

FLAGS = Path(__file__).resolve().parent / "flags.yaml"
WEEKS = 12
CALLED_ABOUT = (
    "waste/garden-waste", "municipality/town-hall", "parking/resident-parking", "school/school-bus",
    "building/extension", "waste/recycling-centres", "preschool/fees", "municipality/invoices", "streets/snow-clearing",
)  # fmt: skip
# Words, how often a week, how often of these without a result, how often somebody opened an answer.
SEARCHED = (
    ("charging cable over pavement", 3, 3, 0), ("charging cables pavement", 1, 1, 0), ("laddkabel trottoar", 2, 2, 0),
    ("dog tax", 2, 1, 1), ("bin fee", 14, 0, 12), ("bin fees", 5, 0, 4), ("garden waste", 11, 0, 10),
    ("opening hours town hall", 9, 0, 8), ("fence height corner plot", 3, 0, 1), ("resident parking", 8, 0, 7),
    ("parkera husbil", 3, 3, 0), ("husbilsparkering", 1, 1, 0), ("school bus card price", 4, 0, 2),
    ("badplatser", 2, 2, 0), ("drone permit", 1, 1, 0), ("invoice reminder", 6, 0, 5), ("snow clearing", 7, 0, 6),
)  # fmt: skip


@dataclass(frozen=True)
class _Telling:
    """One entry of the file on its way into the database."""

    entry: Mapping[str, Any]
    people: Mapping[str, User]
    now: datetime

    def ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)


def load_flags(begun: Mapping[Path, Article], people: Mapping[str, User]) -> int:
    """Write flags, calls and searches; gives how many flags. Raises SourceError."""
    entries: list[dict[str, Any]] = yaml.safe_load(FLAGS.read_text(encoding="utf-8"))
    now = timezone.now()
    for entry in sorted(entries, key=lambda one: -one["hours"]):
        _tell(_Telling(entry, people, now), _article(entry, begun))
    _add_calls({path: begun[_path(path)] for path in CALLED_ABOUT}, people, now)
    _add_searches(now)
    return len(entries)


def _path(name: str) -> Path:
    return (CONTENT / f"{name}.md").resolve()


def _article(entry: Mapping[str, Any], begun: Mapping[Path, Article]) -> Article | None:
    name = entry.get("article")
    if name is None:
        return None
    if _path(name) not in begun:
        raise SourceError(f"{FLAGS.name}: there is no article {name}.")
    article = begun[_path(name)]
    article.refresh_from_db(fields=["version"])
    return article


def _tell(telling: _Telling, article: Article | None) -> None:
    entry, people = telling.entry, telling.people
    flag = flagging.raise_flag(
        people[entry["by"]], article.pk if article else None, entry["kind"], entry["severity"], entry["body"],
        quote=entry.get("quote", ""), query=entry.get("query", ""),
    )  # fmt: skip
    at = telling.ago(entry["hours"])
    _put_back(flag.pk, at, at)
    for name in entry.get("joined", ()):
        flagging.join_flag(people[name], flag.pk)
    for step in entry.get("then", ()):
        last = FlagStep.objects.filter(flag=flag.pk).order_by("-pk").values_list("pk", flat=True)[0]
        _do(flag.pk, step, people)
        _put_back(flag.pk, at, telling.ago(step["hours"]), after=last)


def _do(flag_id: int, step: Mapping[str, Any], people: Mapping[str, User]) -> None:
    user, answer = people[step["by"]], step.get("answer", "")
    if step["do"] == "assign":
        answering.assign_flag(user, flag_id, people[step["to"]].pk)
    elif step["do"] == "answer":
        answering.answer_flag(user, flag_id, answer)
    elif step["do"] == "resolve":
        flag = Flag.objects.select_related("article__version").get(pk=flag_id)
        version = flag.article.version if flag.article else None
        number = version.number if version and step.get("version") else None
        answering.resolve_flag(user, flag_id, answer, version=number)
    elif step["do"] == "decline":
        answering.decline_flag(user, flag_id, answer)
    elif step["do"] == "reopen":
        answering.reopen_flag(user, flag_id, answer)
    elif step["do"] == "accept":
        answering.accept_answer(user, flag_id)
    else:
        raise SourceError(f"{FLAGS.name}: nobody knows how to {step['do']}.")


def _put_back(flag_id: int, raised: datetime, done: datetime, *, after: int = 0) -> None:
    """What was done last happened at `done`, to a flag that was raised at `raised`."""
    FlagStep.objects.filter(flag=flag_id, pk__gt=after).update(at=done)
    FlagJoin.objects.filter(flag=flag_id).update(at=raised)
    flag = Flag.objects.get(pk=flag_id)
    answered = FlagStep.objects.filter(flag=flag_id, action__in=[Step.ANSWERED, Step.RESOLVED, Step.DECLINED])
    flag.created_at = raised
    flag.first_answer_at = answered.order_by("pk").values_list("at", flat=True).first()
    flag.closed_at = done if flag.closed_at and flag.accepted_at is None else flag.closed_at
    flag.accepted_at = done if flag.accepted_at else None
    flag.due, remind_at = calendar().due(flag.severity, done if flag.status == "reopened" else raised)
    flag.remind_at = remind_at if flag.status in OPEN else None
    flag.save()


def _add_calls(articles: Mapping[str, Article], people: Mapping[str, User], now: datetime) -> None:
    """The ends of some three hundred calls, always the same ones, in the hours in which people call."""
    rows = []
    for day in range(WEEKS * 7):
        morning = timezone.localtime(now - timedelta(days=day)).replace(hour=9, minute=0, second=0, microsecond=0)
        if morning.weekday() > 4 or morning > now:
            continue
        for number, (name, article) in enumerate(articles.items()):
            dice = zlib.crc32(f"{name}{day}".encode()) % 100
            if dice < 45:
                good = dice % 10 > (2 if day > 40 else 1)
                caller = people["clara" if number % 2 else "carl"]
                rows.append(CallOutcome(
                    user=caller, article=article, customer_helped=good or dice % 3 > 0, article_helped=good,
                    at=morning + timedelta(minutes=dice * 7 % 400),
                ))  # fmt: skip
    CallOutcome.objects.bulk_create([row for row in rows if row.at <= now])


def _add_searches(now: datetime) -> None:
    rows = []
    for week in range(WEEKS):
        day = timezone.localdate(now) - timedelta(days=7 * week)
        for words, searches, empty, clicks in SEARCHED:
            rows.append(SearchedWords(day=day, words=words, searches=searches, empty=empty, clicks=clicks))
    SearchedWords.objects.bulk_create(rows)
