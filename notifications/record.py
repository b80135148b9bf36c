"""Who has confirmed which must-read: for the person who is asked, and for the managers who follow it up.

Who is asked is computed anew each time (`articles.asked`); a confirmation counts from the version of the must-read on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from articles import access, asked, days, epoch
from articles.asked import Question
from articles.events import MustReadAsked
from articles.kept import Kept
from articles.models import Article, User

from .models import Acknowledgement, Notification

_nothing: Kept[bool] = Kept(20_000)
_open: Kept[list[Waiting]] = Kept(5_000)


@dataclass(frozen=True)
class Waiting:
    """A must-read that somebody has not confirmed yet. `confirmed` is the version that they confirmed last; 0: none."""

    question: Question
    confirmed: int
    due: date | None

    @property
    def is_late(self) -> bool:
        """Whether their deadline has passed."""
        return self.due is not None and self.due < days.today()


def waiting_for(user: User) -> list[Waiting]:
    """What a person is to confirm, the most urgent first; nothing while they are away.

    No query for whoever is asked nothing or has confirmed everything (confirmations are never taken back, so that
    stays true until lists or rights change), else one after each event.
    """
    now = epoch.current()
    mark = (now.access_seq, now.listing_seq)
    if _nothing.get_many([user.pk], mark, lambda _: {}):
        return []
    # A confirmation is an event; what moves a deadline for one person alone is in the key.
    key = (user.pk, user.absent_until, days.today())
    open_questions = _open.get(key, now.seq, lambda: unconfirmed(user, asked.questions_for(access.view_of(user))))
    if not open_questions:
        _nothing.get(user.pk, mark, lambda: True)
        return []
    if user.is_absent(days.today()):
        return []
    return sorted(open_questions, key=lambda one: (one.due or date.max, -one.question.asked_at.timestamp()))


def unconfirmed(user: User, questions: Collection[Question]) -> list[Waiting]:
    """Those of the questions that a person has not confirmed: one query, none without questions."""
    confirmed = last_confirmed(user, questions)
    return [
        Waiting(one, confirmed.get(one.article_id, 0), one.due_for(user))
        for one in questions
        if confirmed.get(one.article_id, 0) < one.number
    ]


def last_confirmed(user: User, questions: Collection[Question]) -> dict[int, int]:
    """Article id → the newest version that a person has confirmed."""
    if not questions:
        return {}
    rows = Acknowledgement.objects.filter(person=user, article__in=[one.article_id for one in questions]).order_by()
    return dict(rows.values_list("article_id").annotate(Max("number")))


def told_of(user_id: int) -> set[tuple[int | None, int | None]]:
    """(article id, version) of the must-reads that somebody's inbox has named, in whatever words. One query."""
    rows = Notification.objects.filter(recipient=user_id, kind=MustReadAsked.kind).order_by()
    return {(article_id, data.get("version")) for article_id, data in rows.values_list("article_id", "data")}


# --- For managers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One person in the record of a must-read: `at` is when they confirmed it, with which version."""

    user: User
    at: datetime | None
    number: int | None
    due: date | None
    is_asked: bool  # False: they confirmed it and are not asked any more
    is_absent: bool
    is_late: bool

    @property
    def state(self) -> str:
        """confirmed, absent, late or waiting."""
        if self.at:
            return "confirmed"
        return "absent" if self.is_absent else "late" if self.is_late else "waiting"


@dataclass(frozen=True)
class Progress:
    """How far a must-read is. Who is away counts as asked, but not as missing."""

    question: Question
    required: int
    acknowledged: int
    absent: int
    late: int

    @property
    def missing(self) -> int:
        return self.required - self.acknowledged - self.absent

    @property
    def percent(self) -> int:
        return 100 * self.acknowledged // self.required if self.required else 100


def missing(article: Article, *, due: date | None = None, away: bool = False) -> list[User]:
    """Whoever is asked, is here and has not confirmed: whom a reminder is for. With `due` those whose own deadline is
    that day; with `away` also those who are asked on their return."""
    question = asked.question_of(article.pk)
    if question is None:
        return []
    today = days.today()
    ids = asked.people_asked(question) - confirmed_by([question]).get(article.pk, {}).keys()
    people = [one for one in User.objects.filter(pk__in=ids).order_by("pk") if away or not one.is_absent(today)]
    return [one for one in people if due is None or question.due_for(one) == due]


def deadlines(article: Article) -> list[date | None]:
    """The deadline of each who is missing."""
    question = asked.question_of(article.pk)
    return [question.due_for(one) for one in missing(article)] if question else []


def confirmed_by(questions: Iterable[Question]) -> dict[int, dict[int, tuple[int, datetime]]]:
    """Article id → person id → (version, when) of the first confirmation that answers the question: one query."""
    wanted = {one.article_id: one.number for one in questions}
    found: dict[int, dict[int, tuple[int, datetime]]] = {article: {} for article in wanted}
    rows = Acknowledgement.objects.filter(article__in=wanted, number__gte=min(wanted.values(), default=0))
    for article, person, number, at in rows.order_by("at", "pk").values_list("article_id", "person_id", "number", "at"):
        if number >= wanted[article]:
            found[article].setdefault(person, (number, at))
    return found


def progress_of(questions: Collection[Question]) -> list[Progress]:
    """How far each of these is. Two queries, however many people there are."""
    today = days.today()
    confirmed = confirmed_by(questions)
    apart = _with_own_deadlines(questions)
    away = {one.pk for one in apart if one.is_absent(today)}
    made = []
    for one in questions:
        people = asked.people_asked(one)
        have = people & confirmed[one.article_id].keys()
        gone = (people - have) & away
        late = people - have - gone if one.due is not None and one.due < today else frozenset()
        have_time = [person for person in apart if person.pk in late and (one.due_for(person) or today) >= today]
        made.append(Progress(one, len(people), len(have), len(gone), len(late) - len(have_time)))
    return made


def _with_own_deadlines(questions: Collection[Question]) -> list[User]:
    """Whoever was away or came since the first of these was asked: the deadline of everybody else is the common one."""
    if not questions:
        return []
    first = min(one.asked_at for one in questions) - timedelta(days=1)  # a deadline counts days, not hours
    came = Q(absent_until__gte=timezone.localdate(first)) | Q(date_joined__gte=first)
    return list(User.objects.filter(came, is_active=True).only("absent_until", "date_joined").order_by())


def entries_of(question: Question) -> list[Entry]:
    """Everybody who is asked, by name, then who confirmed it and is not asked any more. Two queries."""
    people = asked.people_asked(question)
    confirmed = confirmed_by([question])[question.article_id]
    rows = User.objects.filter(pk__in=people | confirmed.keys()).order_by("last_name", "first_name", "username")
    entries = [entry(question, one, confirmed.get(one.pk), is_asked=one.pk in people) for one in rows]
    return sorted(entries, key=lambda one: not one.is_asked)  # sorting keeps the order of names


def entry(question: Question, user: User, confirmed: tuple[int, datetime] | None, *, is_asked: bool) -> Entry:
    """A person's line in the record of a question."""
    today = days.today()
    number, at = confirmed or (None, None)
    due = question.due_for(user)
    late = at is None and due is not None and due < today
    return Entry(user, at, number, due, is_asked, at is None and user.is_absent(today), late)


def visible_questions(user: User) -> list[Question]:
    """What is asked anywhere, as far as this person sees the articles: a restricted one is not named to others."""
    view = access.view_of(user)
    roots = view.visible_roots
    return [one for one in asked.questions() if roots is None or one.root_id in roots]
