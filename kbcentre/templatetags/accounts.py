"""What the sign-in page shows.

{% load accounts %}
{% demo_sign_ins as people %}    the people of the demo centre, where it is loaded and only this machine answers
"""

from __future__ import annotations

from dataclasses import dataclass

from django import template

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
            ("administrator",) if person.superuser else tuple(person.roles),
            load.PASSWORD,
        )
        for person in people
        if (person.username, person.email) in here
    ]
