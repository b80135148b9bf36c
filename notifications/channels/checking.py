"""Asked again when it is sent: whether it is still wanted, not seen yet, and still this person's business."""

from __future__ import annotations

from collections.abc import Sequence

from articles import access
from articles.models import User

from .. import inbox
from ..models import Delivery, Notification, Preference, Timing
from ..telling.kinds import TABLE


def sendable(user: User, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those of a person's deliveries (of one channel) that are to go out now. At most eight queries."""
    if not user.is_active or not deliveries:
        return []
    view = access.read_view(user.pk)
    unread = [one for one in deliveries if one.notification.read_at is None and one.notification.done_at is None]
    visible = Notification.objects.filter(inbox.visible(view), pk__in=[one.notification_id for one in unread])
    seen = set(visible.values_list("pk", flat=True))
    known = inbox.still_known(view, [one.notification for one in unread if one.notification_id in seen])
    kept = {one.pk for one in known}
    off = _switched_off(user, deliveries[0].channel)
    return [one for one in unread if one.notification_id in kept and one.notification.kind not in off]


def _switched_off(user: User, channel: str) -> set[str]:
    """The kinds that this person has switched off on a channel since."""
    rows = Preference.objects.filter(user=user, channel=channel).values_list("kind", "timing")
    chosen = dict(rows)
    return {kind for kind, one in TABLE.items() if chosen.get(kind, one.default(channel)) == Timing.OFF}
