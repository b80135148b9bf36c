"""What a draft said before, for those who write in it: its moments by day, and the way back to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from articles import access, documents, rendering
from articles.actions.going_back import go_back
from articles.drafts import moments, store
from articles.models import Article, Draft, DraftMoment, Reason, User

from .handled import SignedInRequest, page
from .history import beside


@dataclass(frozen=True)
class Share:
    """What one person did between two moments, in about so many characters."""

    person: User
    written: int
    deleted: int


@dataclass(frozen=True)
class Entry:
    """A moment in the list. `is_now`: the draft has not changed since."""

    moment: DraftMoment
    shares: list[Share]
    is_now: bool


@require_safe
@page
def draft_history(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/draft-history/`: the moments of the draft by day, the newest first; who wrote, and how much."""
    article = access.fetch_article(request.user, "edit", article_id)
    seq = Draft.objects.values_list("seq", flat=True).get(pk=article.pk)
    entries = _entries(list(moments.of(article.pk)), seq)
    context = {
        "article": article, "category": article.category, "days": _days(entries), "total": len(entries),
        "undo": _undo(request, entries),
    }  # fmt: skip
    return render(request, "articles/draft_history.html", context)


@require_safe
@page
def draft_moment(request: SignedInRequest, article_id: int, number: int) -> HttpResponse:
    """`/articles/<id>/draft-history/<n>/?with=draft|published`: what the draft said, beside what is now.

    On the left stands the draft as it is, or the published version; on the right the moment.
    """
    article = access.fetch_article(request.user, "edit", article_id)
    moment = moments.fetch(article.pk, number)
    with_published = article.version is not None and request.GET.get("with") == "published"
    before, old_title, seq = _published(request, article) if with_published else _draft(article)
    after = _html(article, moment.document)
    new_title = moment.title or article.title
    context = {
        "article": article, "category": article.category, "with_published": with_published,
        "entry": _entries([moment], seq or 0)[0],
        "old_title": old_title, "new_title": new_title,
        "is_same": before == after and old_title == new_title,
        "runs": beside(before, after) if before != after else [],
    }  # fmt: skip
    return render(request, "articles/draft_moment.html", context)


@require_POST
@page
def go_back_to(request: SignedInRequest, article_id: int, number: int) -> HttpResponse:
    """`/articles/<id>/draft-history/<n>/go-back/`: makes the draft say it again; the list then offers to undo that.

    `base` is sent by that undo: the number of the draft update that it takes back.
    """
    sent = request.POST.get("base", "")
    base = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else None
    made = go_back(request.user, article_id, number, base_seq=base)
    told = {"returned": made.seq, "undo": made.before.seq} if made.changed and made.before else {"same": 1}
    return HttpResponseRedirect(f"/articles/{article_id}/draft-history/?{urlencode(told)}")


def _draft(article: Article) -> tuple[str, str, int]:
    doc, seq = store.load(article.pk)
    return _html(article, documents.read_draft(doc)), documents.read_title(doc) or article.title, seq


def _published(request: SignedInRequest, article: Article) -> tuple[str, str, None]:
    assert article.version is not None  # `draft_moment` asked
    made = rendering.rendered_for(access.view_of(request.user), article, article.version)
    return made.html, article.version.title, None


def _html(article: Article, document: dict[str, Any]) -> str:
    """A text as its editors see it: with the passages for all roles."""
    return rendering.make(document, documents.passage_roles(document), article.language).html


def _entries(rows: list[DraftMoment], seq: int) -> list[Entry]:
    people = User.objects.in_bulk({int(key) for row in rows for key in row.writers if key})
    return [Entry(row, _shares(row, people), is_now=row.seq == seq) for row in rows]


def _shares(moment: DraftMoment, people: dict[int, User]) -> list[Share]:
    """Who wrote most comes first."""
    found = [
        Share(people[int(key)], written, deleted)
        for key, (written, deleted) in moment.writers.items()
        if key and int(key) in people
    ]
    return sorted(found, key=lambda share: (-share.written - share.deleted, share.person.pk))


def _days(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    return [
        (day, list(group))
        for day, group in groupby(entries, key=lambda entry: timezone.localtime(entry.moment.at).date())
    ]


def _undo(request: SignedInRequest, entries: list[Entry]) -> dict[str, Any] | None:
    """What the address tells of a return that was just made, if it was: the moment, and how to take it back."""
    if "same" in request.GET:
        return {"moment": None}
    rows = {str(entry.moment.seq): entry.moment for entry in entries}
    returned, before = (rows.get(request.GET.get(name, "")) for name in ("returned", "undo"))
    if returned is None or before is None or returned.reason != Reason.RETURNED or before.seq >= returned.seq:
        return None
    return {"moment": returned, "number": before.seq, "base": returned.seq}
