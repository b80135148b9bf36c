"""What a person sees first is theirs to choose, and nobody else's business: no right hangs on it, no event tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, scope
from ..models import Show, Tag, User
from .problems import Invalid

MOST = 200  # topics or tags of one choice
KEEP: Any = object()  # leave this part of the choice as it is


def choose_scope(
    user: User,
    *,
    categories: Iterable[str] | None = KEEP,
    tags: Iterable[str] | None = KEEP,
    language: Iterable[str] | None = KEEP,
    show: str = KEEP,
) -> scope.Scope:
    """Choose topics (slugs), tags (names) and languages to see first, and whether lists show only that ("mine").

    What is not named stays as it was; `categories` None follows the person's teams again. Raises Invalid, alike for
    what does not exist and for what this person does not see.
    """
    named: dict[str, Any] = {}
    if categories is not KEEP:
        named["categories"] = None if categories is None else _categories(user, categories)
    if tags is not KEEP:
        named["tags"] = _tags(user, tags or ())
    if language is not KEEP:
        named["language"] = _languages(language or ())
    if show is not KEEP:
        if show not in Show.values:
            raise Invalid(show=_("Show must be mine or all."))
        named["show"] = show
    with transaction.atomic():
        # Two tabs that change different parts at one moment both have their way.
        saved = User.objects.select_for_update(no_key=True).values_list("scope", flat=True).get(pk=user.pk)
        user.scope = {**(saved or {}), **named}
        user.save(update_fields=["scope"])
    return scope.of(user)


def _categories(user: User, slugs: Iterable[str]) -> list[int]:
    wanted = _few("categories", slugs)
    found = dict(access.categories_for(user).filter(slug__in=wanted).values_list("slug", "pk"))
    if missing := [slug for slug in wanted if slug not in found]:
        raise Invalid(categories=_("There is no category %(slug)s.") % {"slug": missing[0]})
    return [found[slug] for slug in wanted]


def _tags(user: User, names: Iterable[str]) -> list[int]:
    wanted = _few("tags", (name.strip() for name in names))
    used = Tag.objects.filter(articles__in=access.visible_to(user).order_by()).distinct()
    found = {name.casefold(): pk for name, pk in used.values_list("name", "pk")} if wanted else {}
    if missing := [name for name in wanted if name.casefold() not in found]:
        raise Invalid(tags=_("There is no tag %(name)s.") % {"name": missing[0]})
    return [found[name.casefold()] for name in wanted]


def _languages(codes: Iterable[str]) -> list[str]:
    wanted = _few("language", codes)
    if any(code not in scope.LANGUAGES for code in wanted):
        raise Invalid(language=_("The language must be en or sv."))
    return wanted


def _few(name: str, values: Iterable[str]) -> list[str]:
    """Each once, in the order given. Raises Invalid for too many."""
    found = list(dict.fromkeys(values))
    if len(found) > MOST:
        raise Invalid(**{name: _("Choose at most %(most)d.") % {"most": MOST}})
    return found
