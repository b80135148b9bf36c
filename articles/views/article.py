"""The article: the answer, how far it can be trusted, and what one may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from articles import access, documents, navigation, rendering
from articles.drafts import store
from articles.models import Article, Status

from .handled import SignedInRequest, page

LONG_TEXT = 2_000  # characters, about a screen and a half: from there on contents help
MANY_HEADINGS = 3


@dataclass(frozen=True)
class Readers:
    """Who may read an article, and why this person may."""

    roles: tuple[str, ...]
    mine: tuple[str, ...]
    by_article: bool  # it has grants of its own
    administrator: bool

    @property
    def everyone(self) -> bool:
        return access.EVERYONE in self.roles

    @property
    def names(self) -> str:
        return ", ".join(self.roles)


def fetch_to_read(request: SignedInRequest, article_id: int) -> Article:
    """The article with all that its page shows, in one query, or NotFound.

    The documents stay in the database: what is shown of them was rendered at publication.
    """
    found = (
        Article.objects.select_related(
            "category", "access_root", "version__rendering", "version__author", "owner_user", "owner_role", "draft"
        )
        .defer("version__document")
        .filter(pk=article_id)
        .first()
    )
    if found is None:
        raise access.NotFound
    access.require(request.user, "view", found)
    return found


@require_safe
@page
def article(request: SignedInRequest, article_id: int, slug: str = "") -> HttpResponse:
    """`/articles/<id>/<slug>/`. Only the id counts: any other slug leads to the current one.

    A fragment survives, because browsers carry it over to where they are sent.
    """
    found = fetch_to_read(request, article_id)
    if slug != found.slug:
        query = urlencode(request.GET, doseq=True)
        return HttpResponseRedirect(found.get_absolute_url() + (f"?{query}" if query else ""))
    user = request.user
    view = access.view_of(user)
    if found.version is None:
        rendered = _draft(found)
    else:
        rendered = rendering.rendered_for(view, found, found.version)
    before, after = navigation.neighbours(user, found.category_id, found.pk)
    context = {
        "article": found,
        "version": found.version,
        "category": found.category,
        "html": mark_safe(rendered.html),  # noqa: S308 -- made by documents.render from a checked document
        "contents": contents(rendered),
        "before": before,
        "after": after,
        "tags": list(found.tags.all()),
        "may": dict.fromkeys(access.abilities(user, found), True),
        "readers": readers_of(view, found),
        "is_archived": found.status == Status.ARCHIVED,
        "is_overdue": found.review_date is not None and found.review_date < timezone.localdate(),
        "has_changes": found.version is not None and found.draft.has_unpublished_changes,
    }
    return render(request, "articles/article.html", context)


def contents(rendered: documents.Rendered) -> list[documents.Heading]:
    """The table of contents of a long article; empty for a short one, which needs none."""
    headings = [heading for heading in rendered.headings if heading.level in (2, 3)]
    if len(headings) < MANY_HEADINGS or len(rendered.text) < LONG_TEXT:
        return []
    return headings


def readers_of(view: access.View, article: Article) -> Readers:
    """The roles that may read the article, and those of this person among them."""
    roles = navigation.reading_roles(article.access_root_id)
    return Readers(
        roles=roles,
        mine=tuple(role for role in roles if role in view.roles),
        by_article=article.access_root is not None and article.access_root.article_id == article.pk,
        administrator=view.administrator,
    )


def _draft(article: Article) -> documents.Rendered:
    """What was never published, as it stands now."""
    doc, _seq = store.load(article.pk)
    return documents.render(documents.read_draft(doc), language=article.language)
