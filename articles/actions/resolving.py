"""Publish a version, and answer the flags that it settles: both or neither."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, events
from ..flag_rights import may_work_on
from ..models import Flag, User, Version
from ..models.flag import OPEN
from .answering import close_as_resolved
from .flagging import loaded
from .publishing import publish_article


def settleable(user: User, article_id: int) -> list[Flag]:
    """The open flags of an article that this person may answer, the most pressing first; at most fifty."""
    view = access.view_of(user)
    rows = loaded().filter(article=article_id, status__in=OPEN).order_by("due", "pk")[:50]
    return [flag for flag in rows if may_work_on(view, flag)]


def publish_resolving(
    user: User, article_id: int, flag_ids: Iterable[int], *, answer: str = "", **said: Any
) -> Version:
    """`publish_article`, and resolve these flags of the article with the new version.

    Without an `answer` whoever raised them is told the note of the version. A flag that somebody has closed meanwhile
    is left as it is. Raises what `publish_article` raises, and access.NotFound/Forbidden for a flag.
    """
    wanted = sorted(set(flag_ids))
    if not wanted:
        return publish_article(user, article_id, **said)
    with transaction.atomic():
        access.fetch_article(user, "publish", article_id, lock=True)
        # Locked before the version is told of: whoever holds the counter of events must wait for nobody.
        flags = list(
            loaded()
            .select_for_update(of=("self",), no_key=True)
            .filter(pk__in=wanted, article=article_id)
            .order_by("pk")
        )
        if [flag.pk for flag in flags] != wanted:
            raise access.NotFound
        view = access.view_of(user)
        if not all(may_work_on(view, flag) for flag in flags):
            raise access.Forbidden("answer_flag")
        version = publish_article(user, article_id, **said)
        still = [flag for flag in flags if flag.is_open]
        words = answer.strip() or _answer(version)
        for flag in still:
            close_as_resolved(flag, user, words, version)
        events.record(user, *(events.FlagResolved(flag) for flag in still))
    return version


def _answer(version: Version) -> str:
    if version.note:
        return _("Corrected in version %(number)d: %(note)s") % {"number": version.number, "note": version.note}
    return _("Corrected in version %(number)d.") % {"number": version.number}
