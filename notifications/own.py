"""What every page shows of its reader's notifications, remembered until something happens: pages ask it for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from articles import epoch
from articles.kept import Kept
from articles.models import User

from . import inbox
from .models import Follow, Target

_counts: Kept[int] = Kept(20_000)
_follows: Kept[dict[tuple[str, int | str | None], bool]] = Kept(5_000)


@dataclass(frozen=True)
class Following:
    """What a person has said about one thing: nothing, that they follow it, or that they have muted it."""

    follows: bool = False
    mutes: bool = False


def unread(user: User) -> int:
    """How many are unread in a person's inbox; a query after each event, else none."""
    return _counts.get(user.pk, epoch.current().seq, lambda: inbox.unread_count(user))


def following(user: User, target: str, of: int | str | None) -> Following:
    """What a person has said about an article or category (id), a tag (name) or a search (its words)."""
    said = _follows.get(user.pk, epoch.current().seq, lambda: _read(user))
    key = (target, of.casefold() if isinstance(of, str) else of)
    if key not in said:
        return Following()
    return Following(follows=not said[key], mutes=said[key])


def _read(user: User) -> dict[tuple[str, int | str | None], bool]:
    """(target, of) → whether it is muted."""
    rows = Follow.objects.filter(user=user).order_by()
    found: dict[tuple[str, int | str | None], bool] = {}
    for target, article, category, tag, query, muted in rows.values_list(
        "target", "article_id", "category_id", "tag__name", "query", "muted"
    ):
        of = tag if target == Target.TAG else query if target == Target.SEARCH else article or category
        found[target, of.casefold() if isinstance(of, str) else of] = muted
    return found
