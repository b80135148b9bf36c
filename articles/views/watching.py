"""The draft for those who may read the article, but not write in it: they watch it being written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from articles import access, documents
from articles.drafts import store
from articles.drafts.rights import hides_from, rights_of
from articles.models import Article, Draft

from .handled import SignedInRequest
from .writing import editor_setup


def watching_page(request: SignedInRequest, article: Article) -> HttpResponse:
    """The live draft, read only. The socket of the page asks the same rule, and again whenever something changes.

    Raises Forbidden where the article was never published, or the draft holds passages that are not for this reader.
    """
    view = access.view_of(request.user)
    doc, _seq = store.load(article.pk)
    if rights_of(view, article) is None or hides_from(doc, view):
        raise access.Forbidden("edit")
    context = {
        "article": article,
        "category": article.category,
        "draft": Draft.objects.get(pk=article.pk),
        "html": documents.render(documents.read_draft(doc), language=article.language).html,
        "title": documents.read_title(doc) or article.title,
        "roles": [],
        "setup": editor_setup(request.user, article),
    }
    return render(request, "articles/watch.html", context)
