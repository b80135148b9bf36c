"""The desk, where flags get answered: a board and a list, live, for whoever sees flags at all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from articles import access, insights
from articles.actions import flagging
from articles.flag_rights import flags_for, may_work_on
from articles.models import Article, Flag, FlagJoin, FlagKind, FlagState, User
from articles.models.flag import OPEN

from .drawing import drawn
from .flag_cards import card, row
from .handled import SignedInRequest, page
from .insights import minutes
from .listing import number_in, page_of

T = TypeVar("T")
SHOWS = ("all", "mine", "team", "overdue", "reported")
COLUMN, CLOSED_COLUMN = 25, 10  # cards; the rest is in the list
ORDER = (F("closed_at").desc(nulls_first=True), F("due").asc(), F("pk").desc())


@dataclass(frozen=True)
class Asked:
    """What is to be shown, as it stands in the address."""

    show: str
    view: str
    status: str = ""
    kind: str = ""
    article: int | None = None

    def url(self, **changes: Any) -> str:
        """The address with some things changed."""
        named = {**self.__dict__, **changes}
        return "/flags/?" + urlencode({name: value for name, value in named.items() if value})

    def to(self) -> dict[str, str]:
        """The addresses of the other ways to look."""
        shows = {show: self.url(show=show) for show in SHOWS}
        return {**shows, "board": self.url(view="board", status=""), "list": self.url(view="list")}


@dataclass(frozen=True)
class Refused:
    """What was to be done with many flags, and was not: shown again, to be mended."""

    chosen: frozenset[int]
    answer: str
    assignee: int
    wrong: str
    field: str  # answer, assignee, or none of them


@require_safe
@page
def desk(request: SignedInRequest) -> HttpResponse:
    """`/flags/?show=all|mine|team|overdue|reported&view=board|list&status=&kind=&article=&page=`."""
    return show_desk(request, asked_of(request))


def show_desk(request: SignedInRequest, asked: Asked, refused: Refused | None = None) -> HttpResponse:
    """The desk; with what was refused its list, those ticked that were chosen, and the words as they were typed."""
    rows = _shown(request.user, asked)
    number = number_in(request)
    here = asked.url(page=number if asked.view == "list" and number > 1 else "")
    context: dict[str, Any] = {
        "asked": asked,
        "to": asked.to(),
        "counts": _counts(request.user),
        "kinds": FlagKind.choices,
        "states": FlagState.choices,
        "article": _article(request.user, asked),
        "manages": access.view_of(request.user).manager,
        "median": minutes(insights.median_first_answer()) if access.view_of(request.user).manager else "",
        "here": here,
        "at_once": here.replace("/flags/", "/flags/bulk/", 1),
        "refused": refused,
    }
    if asked.view == "list":
        chosen = refused.chosen if refused else frozenset()
        context["rows"], context["workable"] = _list(request.user, asked, rows, number, chosen)
        context["people"] = _people() if context["workable"] else []
    else:
        context["board"], context["movable"] = _board(request.user, asked, rows)
    return render(request, "articles/desk.html", context, status=422 if refused else 200)


def asked_of(request: SignedInRequest) -> Asked:
    """What the address of a request asks for; what it does not say as it suits the person."""
    works = access.view_of(request.user).manager or "create" in access.site_abilities(request.user)
    show, view = request.GET.get("show", ""), request.GET.get("view", "")
    article = request.GET.get("article", "")
    return Asked(
        show=show if show in SHOWS else "all" if works or article else "reported",
        view=view if view in ("board", "list") else "board",
        status=request.GET.get("status", "") if request.GET.get("status") in (*FlagState.values, "open") else "",
        kind=request.GET.get("kind", "") if request.GET.get("kind") in FlagKind.values else "",
        article=int(article) if article.isascii() and article.isdigit() and len(article) < 12 else None,
    )


def _shown(user: User, asked: Asked) -> QuerySet[Flag]:
    rows = flags_for(user).filter(_of(user)[asked.show])
    if asked.status:
        rows = rows.filter(status__in=OPEN if asked.status == "open" else [asked.status])
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.article is not None:
        rows = rows.filter(article=asked.article)
    return rows


def _of(user: User) -> dict[str, Q]:
    """What each way to look holds."""
    joined = FlagJoin.objects.filter(user=user).values("flag")
    return {
        "all": Q(),
        "mine": Q(assignee=user) | Q(escalated_to=user),
        "team": Q(team__in=access.view_of(user).group_ids),
        "overdue": Q(status__in=OPEN, due__lte=timezone.now()),
        "reported": Q(reporter=user) | Q(pk__in=joined),
    }


def _counts(user: User) -> dict[str, int]:
    """How many are open in each way to look: one query."""
    wanted = {name: Count("pk", filter=condition) for name, condition in _of(user).items()}
    return flags_for(user).filter(status__in=OPEN).aggregate(**wanted)


def _board(user: User, asked: Asked, rows: QuerySet[Flag]) -> tuple[SafeString, bool]:
    """The columns, drawn once for each person, and whether they may move anything in them."""

    def draw() -> tuple[SafeString, bool]:
        here = asked.url()
        found = _columns(rows)
        movable = _workable(user, (flag for _state, _label, _count, flags in found for flag in flags))
        columns = [
            (state, label, count, [card(user, flag, here, may_work=flag.pk in movable) for flag in flags])
            for state, label, count, flags in found
        ]
        return render_to_string("articles/_board.html", {"columns": columns, "to": asked.to()}), bool(movable)

    return _kept(user, ("board", asked.url()), draw)


def _list(
    user: User, asked: Asked, rows: QuerySet[Flag], number: int, chosen: frozenset[int]
) -> tuple[SafeString, bool]:
    """A page of the list, drawn once for each person, and whether they may work on anything in it."""

    def draw() -> tuple[SafeString, bool]:
        ordered, query = _ordered(flagging.listed(rows)), asked.url()[len("/flags/?") :] + "&"
        found = page_of(ordered, number, query=query)
        if number > 1 and not found.rows:  # what stood there is done
            found = page_of(ordered, 1, query=query)
        workable = _workable(user, found.rows)
        context = {"page": found, "rows": [
            row(flag, may_work=flag.pk in workable, is_chosen=flag.pk in chosen) for flag in found.rows
        ]}  # fmt: skip
        return render_to_string("articles/_flag_rows.html", context), bool(workable)

    return _kept(user, ("list", asked.url(), number, chosen), draw)


def _kept(user: User, what: tuple[Hashable, ...], draw: Callable[[], T]) -> T:
    """What was drawn for this person, until something happens; times in it are said by the minute."""
    minute = int(timezone.now().timestamp() // 60)
    return drawn(user, ("desk", user.pk, *what), draw, also=minute)


def _columns(rows: QuerySet[Flag]) -> list[tuple[str, Any, int, list[Flag]]]:
    """State, its name, how many, and the first of them. Two queries, however many flags there are."""
    place = Window(RowNumber(), partition_by="status", order_by=ORDER)
    placed = rows.order_by().annotate(place=place, of=Window(Count("pk"), partition_by="status"))
    first = placed.filter(place__lte=COLUMN).order_by("place").values_list("status", "place", "pk", "of")
    chosen: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    for status, at, pk, of in first:
        if at <= (COLUMN if status in OPEN else CLOSED_COLUMN):
            chosen.setdefault(status, []).append(pk)
        counts[status] = of
    # Chosen first and then loaded: who may see them is asked once.
    found = flagging.listed().in_bulk([pk for ids in chosen.values() for pk in ids])
    return [
        (state.value, state.label, counts.get(state, 0), [found[pk] for pk in chosen.get(state, [])])
        for state in FlagState
    ]


def _ordered(rows: QuerySet[Flag]) -> QuerySet[Flag]:
    """What is open first, the most pressing at the top; then what was closed, the newest first."""
    return rows.order_by(*ORDER)


def _workable(user: User, flags: Iterable[Flag]) -> set[int]:
    """Ids of those that this person may work on. No query."""
    view = access.view_of(user)
    return {flag.pk for flag in flags if may_work_on(view, flag)}


def _people() -> list[User]:
    """Those who answer flags in most centres, for giving them many at once; anybody else is chosen one by one."""
    chosen = Q(groups__name__in=[access.MANAGER, "editor"]) | Q(is_superuser=True)
    return list(User.objects.filter(chosen, is_active=True).distinct().order_by("first_name", "last_name")[:300])


def _article(user: User, asked: Asked) -> Article | None:
    """The article to which the desk is narrowed, if the person sees it."""
    return None if asked.article is None else access.visible_to(user).filter(pk=asked.article).first()
