"""The lines of the table about notices: for whoever is not looking when one is put up."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, notices
from articles.models import Event, Notice

from ..models import Notification, Reason
from .kinds import NOW, Telling, tell, when
from .rules import Happened, Rule


def _meant(happened: Happened) -> dict[int, Reason]:
    """Whoever has one of its roles and reads one of its topics; not who wrote it, also where its hour came later."""
    roles, roots = happened.event.data.get("for_roles"), happened.event.data.get("for_roots")
    crowd = access.crowd()
    people = crowd.active if roles is None else crowd.with_roles(roles)
    if roots is not None:
        people &= frozenset().union(*(crowd.readers_of(root) for root in roots))
    author = Notice.objects.filter(pk=happened.event.data.get("notice")).values_list("author", flat=True).first()
    return dict.fromkeys(people - {author}, Reason.NOTICE)


MEANT = Rule(gettext_lazy("whoever it is for, by role and topic"), _meant)


def _says(one: Notification) -> str:
    """The notice as its reader may read it now: what it said before, and to whom, is not kept."""
    if not one.recipient_id:  # for a chat system: nobody in particular
        return _("A notice was put up.")
    shown = {notice.id: notice.text for notice in notices.shown_to(one.recipient)}
    text = shown.get(one.data.get("notice", 0))
    return _("Notice: %(text)s") % {"text": text} if text else _("A notice that is not shown any more.")


def put_away(event: Event) -> None:
    """A notice is over: what was told of it is nobody's to read any more. Doing it twice changes nothing."""
    told = Notification.objects.filter(
        article__isnull=True, kind__in=("notice.added", "notice.started"), data__notice=event.data.get("notice")
    )
    now = timezone.now()
    told.filter(read_at__isnull=True).update(read_at=now)
    told.filter(done_at__isnull=True).update(done_at=now)


tell(
    Telling(
        "notice.added", "talk", gettext_lazy("A notice for me is put up"), (MEANT,), _says, NOW,
        place=lambda _one: "/", if_data=lambda data: bool(data.get("shown")),
    ),
    Telling(
        "notice.started", "talk", gettext_lazy("The hour of a planned notice for me has come"), (MEANT,), _says, NOW,
        place=lambda _one: "/",
    ),
)  # fmt: skip
when("notice.ended", put_away)
