"""Which drafts hold something of a person that readers do not see yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..models.article import Article
from ..models.draft import Draft, DraftClient
from ..models.moment import DraftMoment
from ..models.person import User

WINDOWS = 300  # in which a person wrote last: the editor of one draft in one browser, a form that was sent


def by(user: User) -> Q:
    """The condition on drafts: not all of it is published, and this person has written in what is not.

    Also all that they began and nobody has published, whoever wrote in it since. Each part begins with an index on the
    person, so the question costs what they wrote, not what everybody did.
    """
    last = Draft.objects.filter(changed_by=user).values("pk")
    begun = Article.objects.filter(created_by=user, version=None).order_by().values("pk")
    return Q(seq__gt=F("published_seq"), pk__in=last.union(begun, _wrote_in(user)))


def _wrote_in(user: User) -> QuerySet[DraftClient, Any]:
    """Drafts in which a window of this person is new since the last publication, or was counted to have written."""
    latest = DraftClient.objects.filter(user=user).order_by("-pk").values("pk")[:WINDOWS]
    counted = DraftMoment.objects.filter(
        draft=OuterRef("draft"), seq__gt=OuterRef("draft__published_seq"), writers__has_key=str(user.pk)
    )
    wrote = Q(first_seq__gt=F("draft__published_seq")) | Exists(counted)
    rows = DraftClient.objects.filter(wrote, pk__in=latest, draft__seq__gt=F("draft__published_seq"))
    return rows.order_by().values("draft")
