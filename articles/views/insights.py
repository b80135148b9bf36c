"""What flags, calls and searches tell: charts, each with its table behind it and its file for a spreadsheet."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from articles import access, charts, navigation
from articles import insights as figures
from articles.insights import Insights, Row
from articles.models import FlagKind, User
from articles.templatetags.kb import short_date

from .handled import SignedInRequest, page

MOST, MOST_WORDS = 12, 50  # topics, people or articles on the page; searches
MOST_IN_A_FILE = 10_000
PERIODS = (4, 12, 26, 52)
Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Numbers under a heading: shown as they are, and sent as a file."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    chart: SafeString | None = None
    legend: Sequence[tuple[str, str]] = ()
    bars: bool = False  # drawn as a bar in each line of the table
    urls: Sequence[str] = ()
    empty: str = ""
    most: int | None = None  # rows on the page; the file has all

    @property
    def numeric(self) -> list[bool]:
        """Of each column, whether it holds numbers only."""
        return [all(not isinstance(row[at], str) for row in self.rows) for at in range(len(self.head))]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads of the columns, and whether they hold numbers."""
        return list(zip(self.head, self.numeric, strict=True))

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Rows (each cell with whether it is of numbers), the length of their bar in percent, and where they lead."""
        counts = [row[1] if isinstance(row[1], int) else 0 for row in self.rows]
        most = max(counts, default=0) or 1
        urls = [*self.urls, *[""] * len(self.rows)]
        return [
            {"cells": list(zip(row, self.numeric, strict=True)), "url": url, "share": round(count / most * 100)}
            for row, url, count in zip(self.rows[: self.most], urls, counts, strict=False)
        ]


@require_safe
@page
def insights(request: SignedInRequest) -> HttpResponse:
    """`/insights/?weeks=4|12|26|52&csv=<name>`, for managers."""
    access.require(request.user, "see_insights")
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in map(str, PERIODS) else figures.WEEKS
    found = figures.insights(weeks)
    wanted = request.GET.get("csv")
    most = MOST if wanted is None else MOST_IN_A_FILE
    shown = [*_tables(found, weeks), _categories(request.user, found), _articles(request.user, weeks, most)]
    tables = {table.name: table for table in shown}
    if wanted is not None:
        if wanted not in tables:
            raise access.NotFound
        return _file(tables[wanted], weeks)
    context = {
        "weeks": weeks, "periods": PERIODS, "found": found, "tables": tables, "category": None,
        "first_median": minutes(found.first.median), "first_most": minutes(found.first.most),
        "whole_median": minutes(found.whole.median), "whole_most": minutes(found.whole.most),
        "share": round(100 * found.answered / found.calls) if found.calls else None,
    }  # fmt: skip
    return render(request, "articles/insights.html", context)


def minutes(value: float | None) -> str:
    """ "38 min", "5.5 h"; hours of work. "–" of nothing."""
    if value is None:
        return "–"
    if value < 100:
        return _("%(count)d min") % {"count": round(value)}
    return hours(value / 60)


def hours(value: float) -> str:
    """ "5.5 h", in Swedish "5,5 tim"."""
    return _("%(count)s h") % {"count": number_format(f"{value:.3g}" if value < 100 else round(value))}


def _tables(found: Insights, weeks: int) -> Iterable[Table]:
    labels = [short_date(week.monday, with_year=False) for week in found.weeks]
    yield Table(
        "weeks", _("Flags by week"),
        (_("Week from"), pgettext("flags", "Raised"), _("Closed"), _("Reopened")),
        [(week.monday.isoformat(), week.raised, week.closed, week.reopened) for week in found.weeks],
        charts.bars(
            _("Flags raised and closed in each week"), labels,
            [charts.Series("raised", "a", [week.raised for week in found.weeks]),
             charts.Series("closed", "b", [week.closed for week in found.weeks])],
        ),
        (("a", pgettext("flags", "Raised")), ("b", _("Closed"))),
    )  # fmt: skip
    yield Table(
        "times", _("Hours of work to the first answer"),
        (_("Week from"), _("First answer, median (min)"), _("First answer, 90 % (min)"),
         _("Closed, median (min)"), _("Closed, 90 % (min)")),
        [(week.monday.isoformat(), *(_rounded(one) for one in (
            week.first.median, week.first.most, week.whole.median, week.whole.most))) for week in found.weeks],
        charts.lines(
            _("Hours of work from a report to its first answer, in each week"), labels,
            [charts.Series("median", "a", [_hours(week.first.median) for week in found.weeks]),
             charts.Series("most", "b", [_hours(week.first.most) for week in found.weeks])],
            hours,
        ),
        (("a", _("Median")), ("b", _("90 % are faster"))),
    )  # fmt: skip
    yield Table(
        "calls", _("Was it answered?"), (_("Week from"), _("Calls"), _("The article did its job"), _("Share (%)")),
        [(week.monday.isoformat(), week.calls, week.answered,
          round(100 * week.answered / week.calls) if week.calls else None) for week in found.weeks],
        charts.lines(
            _("Share of calls in which the article did its job, in each week"), labels,
            [charts.Series("share", "a", [
                100 * week.answered / week.calls if week.calls else None for week in found.weeks])],
            "{:g} %".format,
        ) if found.calls else None,
        (("a", _("The article did its job")),),
        empty=_("Nobody has recorded the end of a call yet. On the page of an article it takes two keys."),
    )  # fmt: skip
    kinds = dict(FlagKind.choices)
    yield _counted("kinds", _("By kind"), [Row(str(kinds.get(row.name, row.name)), row.count, row.open, row.url)
                                          for row in found.kinds])  # fmt: skip
    yield _counted("owners", _("By who has them"), found.owners)
    nothing, passed = figures.searches(weeks)
    for name, title, words in (
        ("nothing", _("Searches that found nothing"), nothing),
        ("passed", _("Searches whose answers nobody opened"), passed),
    ):
        yield Table(
            name, title, (_("Words"), _("Times"), _("Searches in all"), _("Also asked as")),
            [(one.words, one.empty if name == "nothing" else one.unclicked, one.searches, ", ".join(one.others))
             for one in words], bars=True, empty=_("Nothing yet."), most=MOST_WORDS,
        )  # fmt: skip


def _categories(user: User, found: Insights) -> Table:
    """As this person sees them: topics that are not for them are counted together, without their names. Of several
    topics with one name each is named with what stands above it."""
    seen = {topic.url: topic for topic in navigation.tree(user).topics.values()}
    names = Counter(row.name for row in found.categories if row.url in seen)
    rows, count, still = [], 0, 0
    for row in found.categories:
        if not row.url:
            rows.append(replace(row, name=_("No article")))
        elif row.url in seen:
            rows.append(replace(row, name=seen[row.url].path_name) if names[row.name] > 1 else row)
        else:
            count, still = count + row.count, still + row.open
    if count:
        rows.append(Row(_("Other topics"), count, still))
    return _counted("categories", _("By topic"), sorted(rows, key=lambda row: -row.count))


def _articles(user: User, weeks: int, most: int) -> Table:
    """As this person sees them: titles of articles that are not for them, and their numbers, are in no table."""
    rows = figures.most_spoken_of(user, weeks, most)
    return Table(
        "articles", _("Articles with the most flags and comments"),
        (_("Article"), _("Together"), _("Flags"), _("Comments")),
        [(row.title, row.together, row.flags, row.comments) for row in rows], bars=True,
        urls=[row.url for row in rows], empty=_("No article has been flagged or commented on."),
        most=MOST,
    )  # fmt: skip


def _counted(name: str, title: str, rows: Sequence[Row]) -> Table:
    return Table(
        name, title, (title, _("Flags"), _("Open")), [(row.name, row.count, row.open) for row in rows], bars=True,
        urls=[row.url for row in rows], empty=_("No flags in this time."), most=MOST,
    )  # fmt: skip


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _hours(value: float | None) -> float | None:
    return None if value is None else value / 60


def _file(table: Table, weeks: int) -> HttpResponse:
    """The table for a spreadsheet. What looks like a formula there is made plain text (OWASP: CSV injection)."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table.name}-{weeks}-weeks.csv"'
    response.write("\ufeff")  # or spreadsheets take it for another encoding
    writer = csv.writer(response)
    writer.writerow([plain(cell) for cell in table.head])
    writer.writerows([[plain(cell) for cell in row] for row in table.rows])
    return response


def plain(cell: Cell) -> Cell:
    """A cell that no spreadsheet computes: text that begins like a formula gets an apostrophe before it."""
    if isinstance(cell, str) and (cell.lstrip()[:1] in tuple("=+-@|") or cell[:1] in ("\t", "\r", "\n")):
        return "'" + cell
    return "" if cell is None else cell
