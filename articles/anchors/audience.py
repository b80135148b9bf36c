"""Who may know of what was said about a passage: those who get the passage, and the editors of its article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from .. import access, epoch
from ..access import View
from ..kept import Kept
from ..models import Anchor, Article
from .stream import Requirement, satisfied, stored

Row = TypeVar("Row", bound=Model)
_keys: Kept[frozenset[str]] = Kept(1)


def audience_key(needed: Requirement) -> str:
    """A requirement as text, equal for equal ones; empty for what all readers of the article may know."""
    return "|".join(",".join(group) for group in stored(needed))


def groups_of(audience: str) -> list[frozenset[str]]:
    """For each marked passage around it the roles of which a reader needs one; empty for all readers."""
    return [frozenset(group.split(",")) for group in audience.split("|") if group]


def may_know(view: View, article: Article, audience: str) -> bool:
    """Whether a reader of the article may know of what was said about a passage with this `Anchor.audience`."""
    return not audience or _is_for(view, audience) or access.view_can(view, "edit", article)


def known_to(
    view: View, rows: QuerySet[Row], *, anchor: str = "anchor", article: Article | str = "article"
) -> QuerySet[Row]:
    """Of some rows those without an anchor, or with one whose passage this reader gets. It is not asked here whether
    they may read the article: `article` is the one of all rows, or the way from a row to its article.

    `anchor` is the way from a row to its anchor, empty where the rows are anchors. One query besides those of the rows
    where something has happened since it was asked last for whom passages are marked.
    """
    if view.administrator:
        return rows
    if isinstance(article, Article) and access.view_can(view, "edit", article):
        return rows
    # What is not among the keys is not shown: a passage that is marked at this moment leaks to nobody.
    mine = ["", *_for(view, _keys.get("all", epoch.current().seq, _read_keys))]
    shown = Q(**{f"{anchor}__audience__in" if anchor else "audience__in": mine})
    if anchor:
        shown |= Q(**{f"{anchor}__isnull": True})
    if isinstance(article, str):
        shown |= Q(**{f"{article}__in": access.articles_for_view(view, "edit")})
    return rows.filter(shown)


def _read_keys() -> frozenset[str]:
    """For whom passages are marked, anywhere: a few combinations of roles."""
    marked = Anchor.objects.exclude(audience="").order_by()
    return frozenset(marked.values_list("audience", flat=True).distinct())


def _for(view: View, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if _is_for(view, key)]


def _is_for(view: View, audience: str) -> bool:
    return satisfied(frozenset(groups_of(audience)), view.roles)
