"""Import in the web page: a form, and for each import its progress and what became of every file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, navigation
from articles.actions.importing import start_import
from articles.actions.problems import Conflict
from articles.forms.importing import ImportForm
from articles.models import Article, ImportJob
from articles.transfer import uploads
from articles.transfer.problems import SourceError
from articles.transfer.report import LABELS, OUTCOMES

from .handled import SignedInRequest, page

LOST = "losses"  # what `?show=` says besides an outcome
ROWS = 200  # of a report, on one page
RECENT = 20


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponseBase:
    """`/import/?category=`: the form, and the imports so far.

    Too large an upload is refused by what its header says, before anything (the check against forged forms, too) reads
    it to the end; that is why that check comes after.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > settings.IMPORT_MAX_BYTES + 1024 * 1024:
        return _refused(request)
    return _imports(request)


@page
def _refused(request: SignedInRequest) -> HttpResponse:
    form = _form(request)
    return _show(request, form, status=413, problem=uploads.too_large())


@csrf_protect
@page
def _imports(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, _form(request))
    form = _form(request, bound=True)
    if not form.is_valid():
        return _show(request, form, status=422)
    category = access.fetch_category(request.user, "import", slug=form.cleaned_data["category"])
    publish = form.cleaned_data.get("publish", False)
    if publish and not access.can(request.user, "publish", category):
        form.add_error("publish", _("You may not publish in this category. Import drafts, or choose another."))
        return _show(request, form, status=422)
    archive = ""
    try:
        archive, name = uploads.store(form.cleaned_data["upload"])
        job = start_import(request.user, category, name, archive, publish=publish)
    except (SourceError, Conflict) as problem:
        if archive:
            uploads.delete_archive(archive)
        form.add_error("upload", str(problem))
        return _show(request, form, status=422)
    return redirect("import-job", job.pk)


def _form(request: SignedInRequest, *, bound: bool = False) -> ImportForm:
    """The form with the categories into which this person may import. Raises Forbidden when there are none."""
    places = {category.slug: category for category in access.categories_for(request.user, "edit")}
    if not places:
        raise access.Forbidden("import")
    named = [
        (topic.slug, topic.path_name) for _depth, topic in navigation.tree(request.user).walk() if topic.slug in places
    ]
    may_publish = any(access.can(request.user, "publish", category) for category in places.values())
    if bound:
        return ImportForm(request.POST, request.FILES, categories=named, may_publish=may_publish)
    asked = request.GET.get("category", "")
    initial = {"category": asked if asked in places else named[0][0] if len(named) == 1 else ""}
    return ImportForm(initial=initial, categories=named, may_publish=may_publish)


def _show(request: SignedInRequest, form: ImportForm, *, status: int = 200, problem: str = "") -> HttpResponse:
    jobs = list(_jobs(request).select_related("user", "category").defer("report")[:RECENT])
    context = {"form": form, "problem": problem, "jobs": jobs, "at_import": True}
    return render(request, "articles/import.html", context, status=status)


def _jobs(request: SignedInRequest) -> QuerySet[ImportJob]:
    """One's own imports; administrators see everybody's."""
    if access.view_of(request.user).administrator:
        return ImportJob.objects.all()
    return ImportJob.objects.filter(user=request.user)


@dataclass(frozen=True)
class Line:
    """One file of a report; `url` leads to its article, where the person still sees that."""

    path: str
    outcome: str
    label: str
    title: str
    url: str
    told: list[str]


@require_safe
@page
def import_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """`/import/<id>/?show=failed` (an outcome, or "losses"): progress, then what became of each file."""
    job = _jobs(request).select_related("user", "category").filter(pk=job_id).first()
    if job is None:
        raise access.NotFound
    shown = request.GET.get("show", "")
    rows = [row for row in job.report if not shown or row["outcome"] == shown or (shown == LOST and row["losses"])]
    part = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    counts = [(outcome, str(LABELS[outcome]), n) for outcome in OUTCOMES if (n := _count(job, outcome))]
    if lost := sum(bool(row["losses"]) for row in job.report):
        counts.append((LOST, _("with losses"), lost))
    context = {
        "job": job,
        "going_on": job.state in (ImportJob.State.QUEUED, ImportJob.State.RUNNING),
        "counts": counts,
        "shown": shown,
        "part": part,
        "lines": _lines(request, part.object_list),
        "may_import_again": access.can(request.user, "import", job.category),
    }
    template = "articles/_import_job.html" if getattr(request, "htmx", False) else "articles/import_job.html"
    return render(request, template, context)


def _count(job: ImportJob, outcome: str) -> int:
    return sum(row["outcome"] == outcome for row in job.report)


def _lines(request: SignedInRequest, rows: Any) -> list[Line]:
    ids = [row["article"] for row in rows if row["article"]]
    found = access.visible_to(request.user).filter(pk__in=ids).only("title")
    articles: dict[int, Article] = {article.pk: article for article in found}
    return [
        Line(
            path=row["path"],
            outcome=row["outcome"],
            label=str(LABELS.get(row["outcome"], row["outcome"])),
            title=articles[row["article"]].title if row["article"] in articles else row["title"],
            url=articles[row["article"]].get_absolute_url() if row["article"] in articles else "",
            told=[*([row["error"]] if row["error"] else []), *row["losses"]],
        )
        for row in rows
    ]
