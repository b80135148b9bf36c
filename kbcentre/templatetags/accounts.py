"""What the sign-in page shows.

{% load accounts %}
{% single_sign_on as other %}      the way in through the provider of the municipality's accounts: {name, url}
{% demo_sign_ins as people %}    the people of the demo centre, where it is loaded and only this machine answers
"""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from articles.demo import load, source
from articles.management.commands.load_demo import reachable_from_outside
from articles.models import User

register = template.Library()


@dataclass(frozen=True)
class DemoSignIn:
    """One person of the demo centre and the password that everybody knows."""

    username: str
    name: str
    roles: tuple[str, ...]
    password: str


@register.simple_tag(takes_context=True)
def single_sign_on(context: template.Context) -> dict[str, str] | None:
    """The name of the provider and the address that leads to it, and back to where the person was going."""
    if not settings.OIDC_SERVER_URL:
        return None
    request: HttpRequest = context["request"]
    asked = {"next": going} if (going := request.GET.get("next", "")) else {}
    url = reverse("openid_connect_login", kwargs={"provider_id": "sso"})
    return {"name": settings.OIDC_NAME, "url": f"{url}?{urlencode(asked)}" if asked else url}


@register.simple_tag
def demo_sign_ins() -> list[DemoSignIn]:
    """The demo people who are in the database; none where other machines can reach this centre. One query."""
    if reachable_from_outside():
        return []
    people = source.read_people()
    emails = [person.email for person in people]
    here = set(User.objects.filter(email__in=emails, is_active=True).values_list("username", "email"))
    return [
        DemoSignIn(
            person.username,
            f"{person.first_name} {person.last_name}",
            (_("administrator"),) if person.superuser else tuple(person.roles),
            load.PASSWORD,
        )
        for person in people
        if (person.username, person.email) in here
    ]
