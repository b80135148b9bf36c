"""What a person sees first: the page where they choose it, and the switch between that and everything."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles import access, navigation
from articles import scope as scopes
from articles.actions.problems import Invalid
from articles.actions.scoping import choose_scope
from articles.models import Status, Tag, User

from .handled import SignedInRequest, page
from .personal import done

MOST_TAGS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@page
def scope(request: SignedInRequest) -> HttpResponse:
    """`/scope/`: topics, tags and languages; POST `do=teams` follows the person's teams again."""
    if request.method != "POST":
        return _show(request)
    sent = request.POST
    try:
        if sent.get("do") == "teams":
            choose_scope(request.user, categories=None, tags=(), language=(), show="mine")
            messages.success(request, _("You see first what your teams answer for."))
        else:
            choose_scope(
                request.user, categories=sent.getlist("categories"), tags=sent.getlist("tags"),
                language=sent.getlist("language"), show=sent.get("show", "mine"),
            )  # fmt: skip
            messages.success(request, _("Saved. It holds from now on, on every device."))
    except Invalid as problem:
        return _show(request, " ".join(problem.fields.values()))
    return HttpResponseRedirect("/scope/")


@require_POST
@page
def show(request: SignedInRequest) -> HttpResponse:
    """`/scope/show/`: POST `show=mine|all`, and back to the page that asked (`next`); 204 for a script."""
    choose_scope(request.user, show=request.POST.get("show", ""))
    return done(request, "/")


def _show(request: SignedInRequest, wrong: str = "") -> HttpResponse:
    user = request.user
    found = scopes.of(user)
    tree = navigation.tree(user)
    chosen = {name: request.POST.getlist(name) for name in ("categories", "tags", "language")} if wrong else {
        "categories": [tree.topics[pk].slug for pk in found.topics],
        "tags": found.tag_names,
        "language": list(found.languages),
    }  # fmt: skip
    context: dict[str, Any] = {
        "wrong": wrong,
        "languages": [("en", "English"), ("sv", "Svenska")],
        "found": found,
        "chosen": chosen,
        "topics": tree.tops,
        "tags": _tags(user, chosen["tags"]),
        "show": request.POST.get("show", found.show) if wrong else found.show,
        "teams": [tree.topics[pk].name for pk in scopes.start_of(user)],
    }
    return render(request, "articles/scope.html", context, status=422 if wrong else 200)


def _tags(user: User, chosen: Collection[str]) -> list[tuple[str, int]]:
    """The tags that this person meets most often, with how many articles have them; those chosen come first. One
    query, and one for chosen tags that are met more rarely."""
    published = access.visible_to(user).filter(status=Status.PUBLISHED).order_by()
    used = Tag.objects.filter(articles__in=published).annotate(uses=Count("articles")).order_by("-uses", "name")
    counts = dict(used.values_list("name", "uses")[:MOST_TAGS])
    if rare := set(chosen) - set(counts):
        counts |= dict.fromkeys(rare, 0) | dict(used.filter(name__in=rare).values_list("name", "uses"))
    return sorted(counts.items(), key=lambda tag: (tag[0] not in chosen, tag[0].casefold()))
