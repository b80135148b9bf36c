"""Which webhooks want an event. What they may know of is what somebody with their role may know of."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from articles import access

from ..delivery import Told, may_know
from ..models import Webhook, WebhookDelivery
from .kinds import TABLE


def wanting(told: Told) -> list[int]:
    """The ids of the active webhooks that want this event and may know of it; none of what tells no people either, as
    what an import brings along. One query where there are none."""
    telling = TABLE.get(told.event.kind)
    if telling is None or not telling.tells_of(told.event.data):
        return []
    return [hook.pk for hook in Webhook.objects.filter(active=True) if wants(hook, told)]


def wants(hook: Webhook, told: Told) -> bool:
    """Whether a webhook wants an event and, with the rights of now, may know of it."""
    if told.seq <= hook.from_seq or (hook.kinds and told.event.kind not in hook.kinds):
        return False
    # Nothing that is for one person: nobody in particular reads a channel.
    return told.event.person_id is None and may_know(access.view_of_roles([hook.role_id]), told)


def enqueue(told: Told, hook_ids: Iterable[int]) -> None:
    """Note that the event goes to these webhooks. For the dispatcher, inside its transaction."""
    now = timezone.now()
    WebhookDelivery.objects.bulk_create(
        (WebhookDelivery(webhook_id=pk, event=told.seq, due_at=now) for pk in hook_ids), ignore_conflicts=True
    )
