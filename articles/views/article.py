"""The article: the answer, how far it can be trusted, and what one may do with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from articles import access, fragments, places, reviews, tabs
from articles.drawn import Drawn
from articles.models import Draft, Status, User

from .drawing import drawn
from .handled import SignedInRequest, is_ahead, is_refresh, page
from .reading import fetch_to_read, shown


@require_safe
@page
def article(request: SignedInRequest, article_id: int, slug: str = "") -> HttpResponse:
    """`/articles/<id>/<slug>/`. Only the id counts: any other slug leads to the current one.

    A fragment survives, because browsers carry it over to where they are sent.
    """
    made = _drawn_for(request.user, article_id)
    if slug != made.slug:
        query = urlencode(list(request.GET.lists()), doseq=True)
        return HttpResponseRedirect(made.url + (f"?{query}" if query else ""))
    # An open page that is brought up to date opens no tab, and brings back none that was closed in the meantime. One
    # that is asked for ahead shows its tab, and `opened` keeps it.
    opens = not is_refresh(request)
    if opens and made.is_published:
        tabs.open_article(request, article_id)
    ahead = is_ahead(request)
    context = {"drawn": made, "article_id": article_id, "category": made.category, "ahead": ahead}
    response = render(request, "articles/article.html", context)
    if opens and not ahead:
        tabs.keep(response, request.user, tabs.open_in(request))
    return response


def _drawn_for(user: User, article_id: int) -> Drawn:
    """The page as drawn for somebody with the same rights in the same state of the installation, or drawn now.

    No query when it was drawn before; one for whoever may edit the article, because the page tells them what is
    written in its draft, and a draft changes without anything else changing. Raises NotFound.
    """
    made = drawn(user, ("article", article_id), lambda: _draw(user, article_id))
    if made.draft_seq is None:
        return made
    seq = Draft.objects.values_list("seq", flat=True).get(pk=article_id)
    if seq == made.draft_seq:
        return made
    return drawn(user, ("written article", article_id), lambda: _draw(user, article_id), also=seq)


def _draw(user: User, article_id: int) -> Drawn:
    found = fetch_to_read(user, article_id)
    marks = {"star": places.STAR, "fold": places.FOLD, "whole": places.FACTS, "csrf_token": fragments.TOKEN}
    context = {**shown(user, found), **marks}
    quick = context["quick"]
    return Drawn(
        slug=found.slug,
        url=found.get_absolute_url(),
        title=found.title,
        category=found.category,
        number=found.version.number if found.version else 0,
        is_published=found.status == Status.PUBLISHED,
        draft_seq=found.draft.seq if "edit" in context["may"] else None,
        facts=quick.place if quick.whole else None,
        owners=access.owners_of(found),
        review_due=found.status == Status.PUBLISHED and reviews.is_near(found.review_date),
        main=render_to_string("articles/_main.html", context),
        onward=render_to_string("articles/_onward.html", context),
        right=render_to_string("articles/_right.html", context),
    )
