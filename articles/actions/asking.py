"""Whom a must-read asks: read from a form or a program, kept with what waits, written beside the version, ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..models import Article, Category, MustRead, Significance, Status, User, Version
from .problems import Conflict, Invalid

LONGEST = 365  # days to confirm


@dataclass(frozen=True)
class Asks:
    """Whom a must-read asks: people with these roles (slugs) and readers of these categories (ids); all readers of
    the article when both are empty. `days` from its publication on they have time; None: no deadline."""

    roles: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    days: int | None = None

    @property
    def everybody(self) -> bool:
        """Whether it asks all who may read the article."""
        return not self.roles and not self.categories

    def stored(self) -> dict[str, Any]:
        """As a `Frozen` keeps it."""
        return {"roles": list(self.roles), "categories": list(self.categories), "days": self.days}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Asks:
        """What `stored` gave; of what was kept before there was anything to choose: the audience."""
        return cls(tuple(stored.get("roles", ())), tuple(stored.get("categories", ())), stored.get("days"))


def chosen_asks(
    user: User, *, roles: Iterable[str] = (), categories: Iterable[str] = (), days: int | None = None
) -> Asks:
    """What a person has chosen: slugs of roles and of categories that they see. Raises Invalid."""
    slugs, wanted = dict.fromkeys(roles), dict.fromkeys(categories)
    known = set(Group.objects.filter(name__in=slugs).values_list("name", flat=True))
    if missing := [slug for slug in slugs if slug not in known]:
        raise Invalid(roles=_("There is no role named %(name)s.") % {"name": missing[0]})
    rows = access.categories_for(user).filter(slug__in=wanted) if wanted else Category.objects.none()
    ids = dict(rows.values_list("slug", "pk"))
    if missing := [slug for slug in wanted if slug not in ids]:
        raise Invalid(categories=_("There is no category %(slug)s.") % {"slug": missing[0]})
    if days is not None and not 1 <= days <= LONGEST:
        raise Invalid(days=_("Give them 1 to %(most)d days.") % {"most": LONGEST})
    return Asks(tuple(sorted(slugs)), tuple(ids[slug] for slug in wanted), days)


def ask_to_read(user: User, article_id: int, asks: Asks) -> MustRead:
    """Ask people to confirm the must-read version that readers see: where an import brought it, which asks nobody, or
    where somebody has stopped asking. Raises access.NotFound/Forbidden, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id, lock=True)
        version = article.version
        if version is None or version.significance != Significance.MUST_READ or article.status != Status.PUBLISHED:
            raise Conflict(_("Only a must-read asks people to confirm it."))
        MustRead.objects.filter(article=article, is_current=True).update(is_current=False)
        now = timezone.now()
        due = timezone.localdate(now) + timedelta(days=asks.days) if asks.days else None
        question, _made = MustRead.objects.update_or_create(
            version=version,
            defaults={
                "article": article, "roles": list(asks.roles), "categories": list(asks.categories), "due": due,
                "asked_at": now, "is_current": True, "ended_at": None, "ended_by": None, "reminded_at": None,
                "looked_on": None, "overdue_told_at": None,
            },
        )  # fmt: skip
        events.record(user, events.MustReadAsked(article, version.number, "published"))
    return question


def note_must_read(article: Article, version: Version, asks: Asks) -> None:
    """Ask for a must-read version that was just added; what was asked of an older one is asked of this one now.

    For actions that publish, inside their transaction, with the article locked; does nothing for other versions.
    """
    if version.significance != Significance.MUST_READ:
        return
    MustRead.objects.filter(article=article, is_current=True).update(is_current=False)
    MustRead.objects.create(
        version=version, article=article, roles=list(asks.roles), categories=list(asks.categories),
        due=timezone.localdate(version.published_at) + timedelta(days=asks.days) if asks.days else None,
        asked_at=version.published_at,
    )  # fmt: skip


def end_must_read(user: User, article_id: int, *, version: int) -> MustRead:
    """Stop asking: nobody has to confirm it any more. Who has confirmed stays in the record.

    `version` is the number of the must-read version that was meant. Raises access.NotFound/Forbidden, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "oversee", article_id, lock=True)
        question = current_must_read(article)
        if question is None or question.version.number != version:
            raise Conflict(_("That is not asked any more. Look at the record again."))
        question.is_current, question.ended_at, question.ended_by = False, timezone.now(), user
        question.save(update_fields=["is_current", "ended_at", "ended_by"])
        events.record(user, events.MustReadEnded(article, version))
    return question


def current_must_read(article: Article) -> MustRead | None:
    """What the article asks now, with its version; None when it asks nothing."""
    found = MustRead.objects.filter(article=article, is_current=True).select_related("version__author")
    return found.defer("version__document").first()
