"""The page on which many write in one draft. What the browser makes of it is in static/src/editor and …/drafting.

It is whole before any script has run: the draft as readers would see it, and what is known about the article. Browsers
without scripts are led to the Markdown form, which stays one click away for everybody.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import render

from articles import access, documents
from articles.drafts import store
from articles.forms.article import owner_choices, owner_word
from articles.models import Article, Draft, Tag, User
from articles.templatetags.kb import HUES

from .handled import SignedInRequest, is_refresh

MOST_TAGS = 500  # that are offered to choose from


def writing_page(request: SignedInRequest, article: Article) -> HttpResponse:
    """The editor of a draft, for whoever may edit the article."""
    doc, _seq = store.load(article.pk)
    # A page that is open asks again for what is known about the article: its text comes to it another way.
    document = documents.empty_document() if is_refresh(request) else documents.read_draft(doc)
    draft = Draft.objects.select_related("changed_by").get(pk=article.pk)
    context = {
        "article": article,
        "category": article.category,
        "draft": draft,
        "html": documents.render(document, language=article.language).html,
        "title": documents.read_title(doc) or article.title,
        "may_publish": access.can(request.user, "publish", article),
        "tags": list(article.tags.all()),
        "all_tags": _tags_for(request.user),
        "owners": owner_choices(article, article.owner_user),
        "owner": owner_word(article),
        "roles": list(Group.objects.exclude(name=access.EVERYONE).order_by("name").values_list("name", flat=True)),
        "setup": editor_setup(request.user, article),
    }
    return render(request, "articles/edit.html", context)


def _tags_for(user: User) -> list[str]:
    """Names of tags to choose from: those of articles that this person sees, and no others."""
    seen = Tag.objects.filter(articles__in=access.visible_to(user).order_by()).distinct().order_by("name")
    return list(seen.values_list("name", flat=True)[:MOST_TAGS])


def editor_setup(user: User, article: Article) -> dict[str, Any]:
    """What the script must know to open the draft."""
    return {
        "article": article.pk,
        "schema": documents.SCHEMA_VERSION,
        "mayWrite": access.can(user, "edit", article),
        "title": article.title,
        "language": article.language,
        "user": {"id": user.pk, "name": user.get_full_name(), "colour": user.pk % HUES},
    }
