"""What an article said before: its versions, the difference between any two, and the way back to one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, documents, rendering
from articles.actions.publishing import restore_version
from articles.models import Article, Version

from .handled import SignedInRequest, page
from .listing import number_in, page_of

PER_PAGE = 25
SHORTEST_FOLD = 3  # so many unchanged blocks in a row are folded away


@require_safe
@page
def history(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/history/`: all versions, the newest first; choose two to compare, or one to go back to."""
    article = _published(request, article_id)
    versions = Version.objects.filter(article=article).select_related("author", "approved_by", "restored_from").defer(
        "document", "restored_from__document"
    )  # fmt: skip
    context = {
        "article": article,
        "category": article.category,
        "page": page_of(versions.order_by("-number"), number_in(request), total=_count(article), size=PER_PAGE),
        "may": dict.fromkeys(access.abilities(request.user, article), True),
        "current": _number_now(article),
    }
    return render(request, "articles/history.html", context)


@require_safe
@page
def compare(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/compare/?from=&to=&view=inline|sides`: two versions as this reader may have them.

    Without numbers: what the newest version changed.
    """
    article = _published(request, article_id)
    newest = _number_now(article)
    to = _number(request, "to", newest)
    old, new = (_version(article, number) for number in (_number(request, "from", max(1, to - 1)), to))
    inline = request.GET.get("view") == "inline"
    context = {
        "article": article,
        "category": article.category,
        "old": old,
        "new": new,
        "newest": newest,
        "inline": inline,
        "may": dict.fromkeys(access.abilities(request.user, article), True),
        **_difference(request, article, old, new, inline=inline),
    }
    return render(request, "articles/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def restore(request: SignedInRequest, article_id: int, number: int) -> HttpResponse:
    """`/articles/<id>/restore/<number>/`: shows what going back would change, and does it when it is sent."""
    if request.method == "POST":
        made = restore_version(request.user, article_id, number, note=request.POST.get("note", ""))
        messages.success(request, _("Version %(old)d is current again, as version %(new)d.") % {
            "old": number, "new": made.number,
        })  # fmt: skip
        return HttpResponseRedirect(f"/articles/{article_id}/")
    article = _published(request, article_id)
    access.require(request.user, "restore", article)
    now, then = _version(article, _number_now(article)), _version(article, number)
    context = {
        "article": article,
        "category": article.category,
        "now": now,
        "then": then,
        **_difference(request, article, now, then, inline=True),
    }
    return render(request, "articles/restore.html", context)


@dataclass(frozen=True)
class Run:
    """Rows of a comparison that follow each other; `folded` when they are many and the same."""

    rows: list[documents.DiffRow]
    folded: bool


def runs(rows: list[documents.DiffRow]) -> list[Run]:
    """The rows of a comparison, long stretches without a change folded away."""
    made = []
    for same, group in groupby(rows, key=lambda row: row.kind == "same"):
        found = list(group)
        made.append(Run(found, folded=same and len(found) >= SHORTEST_FOLD))
    return made


def _difference(
    request: SignedInRequest, article: Article, old: Version, new: Version, *, inline: bool
) -> dict[str, object]:
    """The comparison for this reader: passages that are not for them are in neither side."""
    view = access.view_of(request.user)
    before, after = (rendering.rendered_for(view, article, one).html for one in (old, new))
    if before == after:
        return {"is_same": old.title == new.title, "same_text": True}
    if inline:
        return {"difference": _safe(_unfolded(documents.diff_inline(before, after)))}
    return {"runs": beside(before, after)}


def beside(before: str, after: str) -> list[Run]:
    """Two rendered texts as rows to stand beside each other."""
    return runs([
        replace(row, left=row.left and _unfolded(row.left), right=row.right and _unfolded(row.right))
        for row in documents.diff_rows(before, after)
    ])  # fmt: skip


def _unfolded(html: str) -> str:
    """What readers fold away would hide its changes."""
    return html.replace("<details>", "<details open>")


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- documents.diff_* give safe HTML for safe HTML


def _published(request: SignedInRequest, article_id: int) -> Article:
    """The article, if the person may read it and there is a history to read."""
    article = access.fetch_article(request.user, "view", article_id)
    if article.version is None:
        raise access.NotFound
    return article


def _number_now(article: Article) -> int:
    assert article.version is not None  # `_published` gave it
    return article.version.number


def _count(article: Article) -> int:
    """Versions are numbered without gaps."""
    return _number_now(article)


def _number(request: SignedInRequest, name: str, otherwise: int) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else otherwise


def _version(article: Article, number: int) -> Version:
    found = Version.objects.filter(article=article, number=number).select_related("author", "rendering").first()
    if found is None:
        raise access.NotFound
    return found
