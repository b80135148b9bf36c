"""Follow something, mute it, or let go of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from articles import access, events
from articles.actions.problems import Invalid, TooMany
from articles.models import Tag, User

from ..events import FollowChanged
from ..models import Follow, Target

MOST_FOLLOWS = 2_000
MOST_SEARCHES = 50
LONGEST_SEARCH = 300


def follow(user: User, target: str, what: int | str | None = None, *, muted: bool = False) -> tuple[Follow, bool]:
    """Follow, or with `muted` mute, something: an article (id), a category (id or slug), a tag (name), a search (its
    words) or everything. Gives the row, and whether it is new; who follows it already changes whether it is muted.

    Raises access.NotFound for what this person may not see, Invalid, TooMany.
    """
    subject = _subject(user, target, what)
    with transaction.atomic():
        # The person's row: two requests of one person at one moment must not both come under the limit.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        found = Follow.objects.filter(user=user, target=target, **subject).first()
        if found is not None:
            if found.muted != muted:
                found.muted = muted
                found.save(update_fields=["muted"])
                events.record(user, FollowChanged(user))
            return found, False
        _refuse_too_many(user, target)
        made = Follow.objects.create(user=user, target=target, muted=muted, **subject)
        events.record(user, FollowChanged(user))
    return made, True


def unfollow(user: User, follow_id: int) -> None:
    """Neither follow nor mute it any more. Raises access.NotFound for what is not one's own."""
    with transaction.atomic():
        if not Follow.objects.filter(pk=follow_id, user=user).delete()[0]:
            raise access.NotFound
        events.record(user, FollowChanged(user))


def let_go(user: User, target: str, what: int | str | None = None) -> None:
    """`unfollow` by what is followed: nothing happens where nothing is. Raises Invalid, access.NotFound."""
    rows = Follow.objects.filter(user=user, target=target, **_subject(user, target, what))
    found = rows.first()
    if found is not None:
        unfollow(user, found.pk)


def mute(user: User, article_id: int) -> Follow:
    """Hear nothing of an article any more but what is about oneself. Raises access.NotFound, TooMany."""
    return follow(user, Target.ARTICLE, article_id, muted=True)[0]


def _subject(user: User, target: str, what: int | str | None) -> dict[str, Any]:
    """The columns that say what is followed."""
    if target == Target.ALL:
        return {}
    if target == Target.SEARCH:
        query = " ".join(str(what or "").split())
        if not query:
            raise Invalid(id=_("Say what is searched for."))
        if len(query) > LONGEST_SEARCH:
            raise Invalid(id=_("A search has at most %(count)d characters.") % {"count": LONGEST_SEARCH})
        return {"query": query}
    if target == Target.TAG:
        return {"tag": _tag(user, str(what or ""))}
    if target == Target.ARTICLE:
        return {"article": access.fetch_article(user, "view", _number(what))}
    if target == Target.CATEGORY:
        if isinstance(what, str) and not what.isdecimal():
            return {"category": access.fetch_category(user, "view", slug=what)}
        return {"category": access.fetch_category(user, "view", pk=_number(what))}
    raise Invalid(target=_("Follow an article, category, tag or search, or all."))


def _number(what: int | str | None) -> int:
    text = str(what if what is not None else "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise Invalid(id=_("Give the number of what you want to follow."))
    return int(text)


def _tag(user: User, name: str) -> Tag:
    """A tag that stands on an article which this person may see: others do not exist for them."""
    found = Tag.objects.filter(name__iexact=name.strip()).first() or _folded(name)
    if found is None or not access.visible_to(user).filter(tags=found).exists():
        raise access.NotFound
    return found


def _folded(name: str) -> Tag | None:
    """SQLite compares å, ä and ö with their case."""
    wanted = name.strip().casefold()
    return next((tag for tag in Tag.objects.all() if tag.name.casefold() == wanted), None) if wanted else None


def _refuse_too_many(user: User, target: str) -> None:
    own = Follow.objects.filter(user=user)
    if target == Target.SEARCH and own.filter(target=Target.SEARCH).count() >= MOST_SEARCHES:
        raise TooMany(_("You follow %(count)d searches. Let go of one first.") % {"count": MOST_SEARCHES}, 60)
    if own.count() >= MOST_FOLLOWS:
        raise TooMany(_("You follow %(count)d things. Let go of some first.") % {"count": MOST_FOLLOWS}, 60)
