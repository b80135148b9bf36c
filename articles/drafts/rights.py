"""What somebody may do with the live draft of an article: write in it, watch it, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pycrdt import Doc

from .. import access, documents
from ..access import View
from ..models import Article, EventCounter
from ..sockets.callers import Caller, Headers, identify, still_valid

Rights = Literal["edit", "watch"]


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door of a draft, with the rights of a moment: that of the event number `access_seq`."""

    caller: Caller
    view: View
    rights: Rights | None
    access_seq: int


@dataclass(frozen=True)
class Standing:
    """Who may still do what, read again: by credential whether it holds, by person the rights, by article its row."""

    access_seq: int
    valid: frozenset[str]
    views: dict[int, View]
    articles: dict[int, Article]


def rights_of(view: View, article: Article | None) -> Rights | None:
    """What these rights allow. Whoever may only watch has to be allowed to read all of it: see `hides_from`."""
    if article is None or not access.sees(view, article):
        return None
    if access.view_can(view, "edit", article):
        return "edit"
    return "watch" if article.version_id is not None else None


def look_up(headers: Headers, article_id: int) -> Visitor | None:
    """Who knocks, and what they may do; None for who is not signed in. Asks the database."""
    access_seq = newest_change_of_rights()  # before the rights, which are then never older than it says
    (caller,) = identify([headers])
    if caller is None:
        return None
    view = access.read_view(caller.user_id)
    article = _articles([article_id]).get(article_id)
    return Visitor(caller, view, rights_of(view, article), access_seq)


def look_again(callers: Iterable[Caller], article_ids: Iterable[int]) -> Standing:
    """The standing of all these people and articles now. Asks the database."""
    callers = list(callers)
    access_seq = newest_change_of_rights()
    valid = frozenset(still_valid(callers))
    views = access.read_views({caller.user_id for caller in callers})
    return Standing(access_seq, valid, views, _articles(article_ids))


def newest_change_of_rights() -> int:
    """The number of the newest event that changed what somebody may do."""
    return EventCounter.objects.values_list("access_seq", flat=True).first() or 0


def _articles(ids: Iterable[int]) -> dict[int, Article]:
    rows = Article.objects.select_related("category").filter(pk__in=list(ids), draft__isnull=False)
    return {article.pk: article for article in rows}


def hides_from(doc: Doc, view: View) -> bool:
    """Whether the draft holds a passage that a reader with this view may not see; a broken passage is for nobody."""
    return any(view.roles.isdisjoint(roles) for roles in documents.draft_passages(doc))
