"""What people with the right to do so do with an article besides writing: move, restrict, archive, bring back.

What is to be chosen is a small form on a page of its own, which the article page shows in a dialog. What needs no
choice is done at once, and undone from the message that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles import access, navigation
from articles.actions import article as actions
from articles.actions.audience import set_article_roles
from articles.actions.planning import plan_archiving
from articles.actions.problems import Conflict, Invalid
from articles.forms import TimeForm
from articles.models import AccessRoot, Article, Category, Status
from articles.templatetags.kb import said_in_full

from . import undoing
from .handled import SignedInRequest, page

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@page
def archive(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/archive/`: POST at once, which can be undone, or (`do=plan`) at a day and an hour."""
    form = TimeForm(request.POST or None)
    if request.method == "POST" and request.POST.get("do") != "plan":
        was = access.fetch_article(request.user, "archive", article_id)
        archived = actions.archive_article(request.user, article_id)
        if was.status != Status.ARCHIVED:
            undoing.article_is_archived(request, archived)
        return _back(article_id)
    if request.method == "POST" and _plan(request, article_id, form):
        return _back(article_id)
    article = access.fetch_article(request.user, "archive", article_id)
    return _form(request, "articles/archive.html", article, status=422 if form.errors else 200, form=form)


def _plan(request: SignedInRequest, article_id: int, form: TimeForm) -> bool:
    """Archive it later; False, with what is wrong in the form, when that cannot be."""
    at = form.moment() if form.is_valid() else None
    if at is None:
        return False
    try:
        plan = plan_archiving(request.user, article_id, at)
    except Invalid as problem:
        form.take(problem)
        return False
    except Conflict as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, _("It will be archived %(when)s.") % {"when": said_in_full(plan.at)})
    return True


@require_POST
@page
def bring_back(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/bring-back/`: POST from the page of an archived article."""
    undoing.article_is_back(request, actions.bring_back_article(request.user, article_id))
    return _back(article_id)


@form_page
@page
def move(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/move/`: into another topic in which the person may publish too."""
    if request.method == "POST":
        chosen = request.POST.get("category", "")
        category = access.fetch_category(request.user, "move", pk=int(chosen) if chosen.isdecimal() else 0)
        actions.move_article(request.user, article_id, category)
        messages.success(request, _("The article stands in “%(name)s” now.") % {"name": category.name})
        return _back(article_id)
    article = access.fetch_article(request.user, "move", article_id)
    return _form(request, "articles/move.html", article, topics=list(_open_to(request)))


@form_page
@page
def readers(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/readers/`: everybody who reads the topic, or some roles only."""
    wrong = ""
    if request.method == "POST":
        wrong = _change_readers(request, article_id)
        if not wrong:
            messages.success(request, _("Who may read the article was changed; it holds at once."))
            return _back(article_id)
    article = access.fetch_article(request.user, "restrict", article_id)
    own = AccessRoot.objects.filter(article=article).exists()
    chosen = request.POST.getlist("roles") or (navigation.reading_roles(article.access_root_id) if own else ())
    status = 422 if wrong else 200
    return _form(
        request, "articles/readers.html", article, status=status, wrong=wrong, own=own or bool(wrong), chosen=chosen,
        roles=list(Group.objects.order_by("name").values_list("name", flat=True)),
        inherited=navigation.reading_roles(article.category.access_root_id),
    )  # fmt: skip


def _change_readers(request: SignedInRequest, article_id: int) -> str:
    """Do what the form says; what is wrong with it, or nothing."""
    roles = request.POST.getlist("roles") if request.POST.get("who") == "some" else None
    if roles == []:
        return _("Choose at least one role, or leave it to the topic.")
    try:
        set_article_roles(request.user, article_id, roles)
    except Invalid as problem:
        return " ".join(problem.fields.values())
    return ""


def _open_to(request: SignedInRequest) -> Iterator[tuple[str, int, bool]]:
    """The tree as lines to choose from: the indented name, the id, and whether the person may put articles there."""
    categories = {category.pk: category for category in access.categories_for(request.user)}
    view = access.view_of(request.user)
    for depth, topic in navigation.tree(request.user).walk():
        category: Category | None = categories.get(topic.id)
        if category is not None:
            yield "\u2003" * depth + topic.name, topic.id, access.view_can(view, "move", category)


def _form(
    request: SignedInRequest, template: str, article: Article, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"article": article, "category": article.category, **more}
    return render(request, template, context, status=status)


def _back(article_id: int) -> HttpResponse:
    """To the article, whose page finds its own title."""
    return HttpResponseRedirect(f"/articles/{article_id}/")
