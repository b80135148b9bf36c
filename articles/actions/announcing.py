"""Telling people something for a while, on top of the pages that it concerns.

Managers may announce to everybody and everywhere; whoever may publish in a topic, to the readers of that topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..models import Category, Notice, NoticeState, NoticeTone, User
from ..notices import managed_by
from .problems import Conflict, Invalid

K = TypeVar("K", bound=events.OfNotice)
LONGEST = 300
LATEST = timedelta(days=366)


def add_notice(
    user: User,
    text: str,
    ends: datetime,
    *,
    starts: datetime | None = None,
    roles: Iterable[str] = (),
    categories: Iterable[str] = (),
    tone: str = NoticeTone.INFO,
) -> Notice:
    """Announce something from `starts` (now) until `ends`, to people with one of the roles (slugs; none: everybody),
    on the pages of some topics (slugs; none: all pages) and in search results.

    Raises access.Forbidden for who may not announce there, access.NotFound for a topic that they do not see, Invalid.
    """
    now = timezone.now()
    with transaction.atomic():
        places, audience = _places(user, categories), _roles(roles)
        notice = Notice(
            text=clean_text(text), tone=clean_tone(tone), starts_at=starts or now, ends_at=ends, author=user,
            created_at=now, for_everybody=not audience, everywhere=not places,
        )  # fmt: skip
        _check_times(notice, now)
        notice.state = _state(notice, now)
        notice.save()
        notice.roles.set(audience)
        notice.categories.set(places)
        events.record(user, _told(events.NoticeAdded, notice, places, audience))
    return notice


def edit_notice(
    user: User,
    notice_id: int,
    *,
    text: str | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    roles: Iterable[str] | None = None,
    categories: Iterable[str] | None = None,
    tone: str | None = None,
) -> Notice:
    """Change a notice that is not over. None leaves a thing as it is.

    Raises access.NotFound/Forbidden, Conflict, Invalid.
    """
    now = timezone.now()
    with transaction.atomic():
        notice = fetch_notice(user, notice_id, lock=True)
        if notice.ends_at <= now:
            raise Conflict(_("This notice is over. Write a new one."))
        before = _told(events.NoticeEnded, notice, notice.categories.all(), notice.roles.all())
        if text is not None:
            notice.text = clean_text(text)
        if tone is not None:
            notice.tone = clean_tone(tone)
        if roles is not None:
            audience = _roles(roles)
            if not audience and not notice.for_everybody and not notice.roles.exists():
                raise Invalid(roles=_("The role that this was for is gone. Choose another, or write a new notice."))
            notice.for_everybody = not audience
            notice.roles.set(audience)
        if categories is not None:
            places = _places(user, categories)
            if not places and not notice.everywhere and not notice.categories.exists():
                message = _("The topic that this was for is gone. Choose another, or write a new notice.")
                raise Invalid(categories=message)
            notice.everywhere = not places
            notice.categories.set(places)
        notice.starts_at, notice.ends_at = starts or notice.starts_at, ends or notice.ends_at
        _check_times(notice, now)
        notice.state = _state(notice, now)
        notice.save()
        told: list[events.Happening] = [_told(events.NoticeEdited, notice, notice.categories.all(), notice.roles.all())]
        if before.shown and (roles is not None or categories is not None or notice.state != NoticeState.SHOWN):
            told.insert(0, before)  # whoever is not meant any more sees it go
        events.record(user, *told)
    return notice


def end_notice(user: User, notice_id: int) -> Notice:
    """Take a notice back: it is over now, and where nobody had seen it yet, gone. Raises access.NotFound/Forbidden."""
    now = timezone.now()
    with transaction.atomic():
        notice = fetch_notice(user, notice_id, lock=True)
        if notice.state == NoticeState.OVER or notice.ends_at <= now:
            return notice
        told = _told(events.NoticeEnded, notice, notice.categories.all(), notice.roles.all())
        if notice.starts_at >= now:
            notice.delete()
        else:
            notice.ends_at, notice.state = now, NoticeState.OVER
            notice.save(update_fields=["ends_at", "state"])
        events.record(user, told)
    return notice


def due_notices(now: datetime) -> QuerySet[Notice]:
    """The notices that are to be shown and are not yet, or are not to be shown any more; the earliest first."""
    comes = Q(state=NoticeState.PLANNED, starts_at__lte=now)
    goes = Q(state=NoticeState.SHOWN, ends_at__lte=now)
    return Notice.objects.filter(comes | goes).order_by("starts_at", "pk")


def turn_notices(now: datetime, at_most: int = 50) -> int:
    """Tell open pages of notices whose time has come or is over. Gives how many; for the worker."""
    with transaction.atomic():
        due = list(due_notices(now).select_for_update(no_key=True)[:at_most])
        told = []
        for notice in due:
            places, audience = list(notice.categories.all()), list(notice.roles.all())
            was, notice.state = notice.state, _state(notice, now)
            kind = events.NoticeStarted if notice.state == NoticeState.SHOWN else events.NoticeEnded
            if was == NoticeState.SHOWN or notice.state == NoticeState.SHOWN:
                told.append(_told(kind, notice, places, audience, shown=True))
            notice.save(update_fields=["state"])
        events.record(None, *told)
    return len(due)


def fetch_notice(user: User, notice_id: int, *, lock: bool = False) -> Notice:
    """A notice that this person may change. Raises access.NotFound."""
    notices = managed_by(user)
    if lock:
        notices = Notice.objects.select_for_update(no_key=True).filter(pk__in=notices.order_by().values("pk"))
    found = notices.filter(pk=notice_id).first()
    if found is None:
        raise access.NotFound
    return found


def clean_text(text: str) -> str:
    """The message on one line. Raises Invalid."""
    text = " ".join(text.split())
    if not text:
        raise Invalid(text=_("Write what people are to know."))
    if len(text) > LONGEST:
        said = _("It has %(count)d characters; %(most)d are the most.") % {"count": len(text), "most": LONGEST}
        raise Invalid(text=said)
    return text


def clean_tone(tone: str) -> str:
    """One of the values of NoticeTone. Raises Invalid."""
    if tone not in NoticeTone.values:
        raise Invalid(tone=_("The tone must be info, warn or danger."))
    return tone


def _places(user: User, slugs: Iterable[str]) -> list[Category]:
    wanted = list(dict.fromkeys(slugs))
    if not wanted:
        access.require(user, "announce_to_all")
        return []
    found = [access.fetch_category(user, "view", slug=slug) for slug in wanted]
    if not access.can(user, "announce_to_all"):
        for category in found:
            access.require(user, "announce", category)
    return found


def _roles(slugs: Iterable[str]) -> list[Group]:
    wanted = set(slugs) - {access.EVERYONE}
    found = list(Group.objects.filter(name__in=wanted))
    if missing := sorted(wanted - {role.name for role in found}):
        raise Invalid(roles=_("There is no role named %(name)s.") % {"name": ", ".join(missing)})
    return found


def _check_times(notice: Notice, now: datetime) -> None:
    if notice.ends_at <= max(now, notice.starts_at):
        raise Invalid(ends=_("Choose an end that is still to come, after the beginning."))
    if notice.ends_at > now + LATEST:
        raise Invalid(ends=_("Choose an end within a year: what always holds is an article."))


def _state(notice: Notice, now: datetime) -> NoticeState:
    if notice.ends_at <= now:
        return NoticeState.OVER
    return NoticeState.SHOWN if notice.starts_at <= now else NoticeState.PLANNED


def _told(
    kind: type[K], notice: Notice, places: Iterable[Category], roles: Iterable[Group], *, shown: bool | None = None
) -> K:
    return kind(
        notice.pk, notice.state == NoticeState.SHOWN if shown is None else shown,
        None if notice.for_everybody else sorted(role.name for role in roles),
        None if notice.everywhere else _roots(places),
    )  # fmt: skip


def _roots(places: Iterable[Category]) -> list[int | None]:
    roots: Sequence[int | None] = [place.access_root_id for place in places]
    return sorted(set(roots), key=lambda root: root or 0)
