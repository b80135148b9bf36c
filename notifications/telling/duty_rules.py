"""Who is told of what has to be read and checked: asked of the same functions as the pages ask."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from articles import access, reviews

from .. import record
from ..models import Reason
from .rules import FOLLOWERS, Happened, Rule


def _asked(happened: Happened) -> dict[int, Reason]:
    """Whoever is asked to confirm it, is here and has not. Where the event is about a deadline, only those who have it;
    where somebody is back, only they, unless they know."""
    if happened.article is None:
        return {}
    said = happened.event.data.get("due")
    due = date.fromisoformat(said) if said else None
    people = {person.pk for person in record.missing(happened.article, due=due)}
    back = happened.event.person_id
    if back is not None:
        known = (happened.article.pk, happened.event.data.get("version")) in record.told_of(back)
        people &= set() if known else {back}
    return dict.fromkeys(people, Reason.ASSIGNED)


def _not_asked(happened: Happened) -> dict[int, Reason]:
    """Followers; of a must-read only those who are not asked to confirm it, because that is told them already."""
    found = FOLLOWERS.find(happened)
    if happened.event.data.get("significance") != "must-read" or not found:
        return found
    asked = {person.pk for person in record.missing(happened.article, away=True)} if happened.article else set()
    return {person: reason for person, reason in found.items() if person not in asked}


def _overseers(happened: Happened) -> dict[int, Reason]:
    """The managers who see the article."""
    if happened.article is None:
        return {}
    people = access.who_can("oversee", happened.article).values_list("pk", flat=True)
    return dict.fromkeys(people, Reason.ASSIGNED)


def _responsible(happened: Happened) -> dict[int, Reason]:
    """Whoever answers for the article and is still here; else for its topic; else its managers."""
    if happened.article is None:
        return {}
    return {person.pk: Reason.OWNER for person in reviews.responsible_for(happened.article)}


ASKED = Rule(_("whoever is asked and has not confirmed it"), _asked)
NOT_ASKED = Rule(_("followers, owners, whose first topics it stands in; not who is to confirm it"), _not_asked)
OVERSEERS = Rule(_("managers who see the article"), _overseers)
RESPONSIBLE = Rule(_("the owner; without one the owner of the topic, then managers"), _responsible)
