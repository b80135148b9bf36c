"""The record of must-reads, for managers: by article and by person; reminders, absences, export."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, asked
from articles.actions.asking import current_must_read, end_must_read
from articles.actions.people import set_absence
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.asked import Question
from articles.forms import AbsenceForm
from articles.models import User
from articles.signed_in import SignedInRequest
from articles.views.handled import page
from articles.views.listing import PER_PAGE, Page, number_in, page_of

from .. import record
from ..actions.acknowledging import remind, reminded_until
from ..models import Acknowledgement

STATES = ("missing", "late", "absent", "confirmed")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@page
def by_article(request: SignedInRequest) -> HttpResponse:
    """`/must-reads/record/`: everything that is asked of anybody, how far it is, the newest first."""
    access.require(request.user, "see_people")
    rows = record.visible_questions(request.user)
    found = _cut(rows, number_in(request))
    context = {
        "at_must_reads": True, "oversees": True, "show": "record", "today": timezone.localdate(),
        "page": Page(record.progress_of(found.rows), found.number, found.has_more, found.total),
    }  # fmt: skip
    return render(request, "notifications/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def of_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/must-reads/<article>/?state=&q=`: who has confirmed it and who has not. POST `do`: remind, end."""
    article = access.fetch_article(request.user, "oversee", article_id)
    if request.method == "POST":
        return _do(request, article_id)
    question = asked.question_of(article_id)
    context: dict[str, Any] = {"article": article, "category": article.category, "at_must_reads": True}
    if question is None:
        return render(request, "notifications/record_ended.html", context)
    entries = record.entries_of(question)
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    shown = [one for one in entries if _fits(one, state, query)]
    current = current_must_read(article)
    context |= {
        "reminded_until": reminded_until(current) if current else None,
        "question": question, "state": state if state in STATES else "", "asked_for": query,
        "progress": record.progress_of([question])[0], "page": _cut(shown, number_in(request)),
        "roles": sorted(question.roles), "topics": _topics(request, question), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "notifications/record_of_article.html", context)


def _topics(request: SignedInRequest, question: Question) -> list[str]:
    """The categories whose readers are asked, as far as this manager sees them."""
    seen = access.categories_for(request.user).filter(pk__in=question.category_ids)
    return list(seen.values_list("name", flat=True)) if question.category_ids else []


def _fits(one: record.Entry, state: str, query: str) -> bool:
    if query and query.lower() not in f"{one.user.get_full_name()} {one.user.username}".lower():
        return False
    if state == "missing":
        return one.is_asked and one.state in ("late", "waiting")
    return state not in STATES or one.state == state


def _do(request: SignedInRequest, article_id: int) -> HttpResponse:
    try:
        if request.POST.get("do") == "end":
            said = request.POST.get("version", "")
            end_must_read(request.user, article_id, version=int(said) if said.isdecimal() and len(said) < 10 else 0)
            messages.success(request, _("Nobody is asked any more. Who has confirmed stays in the record."))
        else:
            count = remind(request.user, article_id)
            said = ngettext("%(count)d person is reminded.", "%(count)d people are reminded.", count)
            messages.success(request, said % {"count": count})
    except (Conflict, TooMany) as problem:
        messages.warning(request, str(problem))
    return redirect(f"/must-reads/{article_id}/")


# --- By person ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """One person in the list: how much they were asked, and how much of it is done."""

    user: User
    asked: int
    confirmed: int
    late: int
    is_absent: bool

    @property
    def missing(self) -> int:
        return self.asked - self.confirmed


@require_safe
@page
def by_person(request: SignedInRequest) -> HttpResponse:
    """`/must-reads/people/?q=`: everybody, by name, with what they have confirmed of what they are asked."""
    access.require(request.user, "see_people")
    query = request.GET.get("q", "").strip()[:100]
    rows = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
    for word in query.split():
        rows = rows.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        )  # fmt: skip
    found = page_of(rows, number_in(request), total=rows.count())
    context = {
        "at_must_reads": True, "oversees": True, "show": "people", "asked_for": query,
        "page": Page(_people(request, found.rows), found.number, found.has_more, found.total),
    }  # fmt: skip
    return render(request, "notifications/record_people.html", context)


def _people(request: SignedInRequest, users: Iterable[User]) -> list[Person]:
    """Two queries for a page of people and all that is asked, and those of `record.progress_of`."""
    today = timezone.localdate()
    questions = record.visible_questions(request.user)
    confirmed = record.confirmed_by(questions)
    sets = [(one, asked.people_asked(one)) for one in questions]
    made = []
    for user in users:
        theirs = [one for one, people in sets if user.pk in people]
        have = [one for one in theirs if user.pk in confirmed[one.article_id]]
        waiting = [one for one in theirs if user.pk not in confirmed[one.article_id]]
        late = sum((due := one.due_for(user)) is not None and due < today for one in waiting)
        made.append(Person(user, len(theirs), len(have), late, user.is_absent(today)))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@page
def of_person(request: SignedInRequest, user_id: int) -> HttpResponse:
    """`/must-reads/people/<id>/`: what one person is asked, and when they confirmed it. POST `until`: they are away."""
    access.require(request.user, "see_people")
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise access.NotFound
    form = AbsenceForm(request.POST or None, initial={"until": _absent_until(person)})
    if request.method == "POST" and _absent(request, person, form):
        return redirect(f"/must-reads/people/{person.pk}/")
    view = access.view_of(person)
    questions = [one for one in record.visible_questions(request.user) if one.asks(view)]
    confirmed = record.confirmed_by(questions)
    rows = [
        (one, record.entry(one, person, confirmed[one.article_id].get(person.pk), is_asked=True)) for one in questions
    ]
    visible = access.visible_to(request.user).order_by()
    given = Acknowledgement.objects.filter(person=person, article__in=visible).select_related("article")
    context = {
        "at_must_reads": True, "person": person, "form": form, "entries": rows, "today": timezone.localdate(),
        "is_absent": person.is_absent(timezone.localdate()),
        "page": page_of(given.order_by("-at", "-pk"), number_in(request)),
    }  # fmt: skip
    return render(request, "notifications/record_of_person.html", context, status=422 if form.errors else 200)


def _absent(request: SignedInRequest, person: User, form: AbsenceForm) -> bool:
    if not form.is_valid():
        return False
    until = None if request.POST.get("do") == "back" else form.cleaned_data["until"]
    try:
        set_absence(request.user, person.pk, until)
    except Invalid as problem:
        form.add_error("until", " ".join(problem.fields.values()))
        return False
    messages.success(request, _("Saved."))
    return True


@require_http_methods(["POST"])
@page
def own_absence(request: SignedInRequest) -> HttpResponse:
    """`/absence/`: the form among one's own preferences."""
    form = AbsenceForm(request.POST)
    if not _absent(request, request.user, form):
        messages.error(request, " ".join(str(message) for found in form.errors.values() for message in found))
    return redirect("/preferences/")


def _absent_until(person: User) -> Any:
    return person.absent_until if person.is_absent(timezone.localdate()) else None


# --- Export ------------------------------------------------------------------------------------------


@require_safe
@page
def export(request: SignedInRequest, article_id: int | None = None) -> StreamingHttpResponse:
    """`/must-reads/<article>/record.csv`, `/must-reads/record.csv`: who was asked and who has confirmed what, when.

    One line for each person and must-read, of what this manager sees; then what was confirmed of earlier versions.
    """
    if article_id is None:
        access.require(request.user, "see_people")
        questions = record.visible_questions(request.user)
    else:
        access.fetch_article(request.user, "oversee", article_id)
        questions = [one for one in [asked.question_of(article_id)] if one is not None]
    writer = csv.writer(_Echo())
    head = [
        _("Article"), _("Title"), _("Version asked"), _("Asked"), _("Deadline"), _("Person"), _("Sign-in name"),
        _("State"), _("Version confirmed"), _("Confirmed"), _("Absent until"),
    ]  # fmt: skip
    lines = chain[list[object]]([list(head)], _lines(request, questions, article_id))
    rows = (writer.writerow([safe_cell(cell) for cell in line]) for line in lines)
    # A byte order mark, without which spreadsheets read å as two letters.
    response = StreamingHttpResponse(chain(["\ufeff"], rows), content_type="text/csv; charset=utf-8")
    name = f"must-read-{article_id}" if article_id else "must-reads"
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def safe_cell(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection): what begins like one gets a quote."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(request: SignedInRequest, questions: list[Question], article_id: int | None) -> Iterator[list[object]]:
    names = {
        "confirmed": _("confirmed"), "waiting": _("not confirmed"), "late": _("late"), "absent": _("absent"),
    }  # fmt: skip
    answered: set[tuple[int, int, int]] = set()
    for question in questions:
        for one in record.entries_of(question):
            if one.number is not None:
                answered.add((question.article_id, one.user.pk, one.number))
            yield [
                question.article_id, question.title, question.number, _moment(question.asked_at), one.due,
                one.user.get_full_name(), one.user.username, names[one.state] if one.is_asked else _("not asked now"),
                one.number, _moment(one.at), one.user.absent_until if one.is_absent else None,
            ]  # fmt: skip
    visible = access.visible_to(request.user).order_by()
    given = Acknowledgement.objects.filter(article__in=visible).select_related("article", "person")
    if article_id is not None:
        given = given.filter(article=article_id)
    for row in given.order_by("article_id", "at", "pk").iterator(2_000):
        if (row.article_id, row.person_id, row.number) not in answered:
            yield [
                row.article_id, row.article.title, None, None, None, row.person.get_full_name(), row.person.username,
                names["confirmed"], row.number, _moment(row.at), None,
            ]  # fmt: skip


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="minutes") if at else ""


def _cut(rows: list[Any], number: int) -> Page[Any]:
    """One page of a list that is in memory."""
    start = (number - 1) * PER_PAGE
    return Page(rows[start : start + PER_PAGE], number, len(rows) > start + PER_PAGE, len(rows))
