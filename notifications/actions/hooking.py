"""Set up webhooks: for administrators, who know who reads a channel."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from articles import access
from articles.actions.problems import Invalid
from articles.models import EventCounter, User

from ..channels import outgoing
from ..models import Webhook
from ..models.webhook import new_secret
from ..telling.kinds import TABLE


def save_webhook(user: User, hook: Webhook) -> Webhook:
    """Keep a new or changed webhook. A new one gets a key, and hears of what happens from now on.

    Raises access.Forbidden, Invalid for an address that we do not send to, and for kinds that nobody is told of.
    """
    access.require(user, "manage_webhooks")
    try:
        outgoing.check(hook.url)
    except outgoing.NotAllowed as problem:
        raise Invalid(url=str(problem)) from None
    if unknown := sorted(set(hook.kinds) - set(TABLE)):
        raise Invalid(kinds=_("There is no kind of event named %(name)s.") % {"name": unknown[0]})
    with transaction.atomic():
        if hook._state.adding:
            hook.secret, hook.created_by = new_secret(), user
            hook.from_seq = EventCounter.objects.values_list("seq", flat=True).get(pk=1)
        hook.save()
    return hook


def delete_webhook(user: User, hook_id: int) -> None:
    """Send nothing there any more. Raises access.Forbidden, access.NotFound."""
    access.require(user, "manage_webhooks")
    with transaction.atomic():
        if not Webhook.objects.filter(pk=hook_id).delete()[0]:
            raise access.NotFound
