"""The tree of topics: create, rename, move, hand over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .. import access, events
from ..models import Category, PublishingMode, User
from . import audience, places, reviewing
from .article import UNCHANGED, clean_review_months
from .problems import Conflict, Invalid


def create_category(
    user: User,
    name: str,
    parent: Category | None = None,
    *,
    slug: str = "",
    publishing: str | None = None,
    owner_user: User | None = None,
    owner_role: Group | None = None,
    grants: Mapping[str, Iterable[str]] | None = None,
) -> Category:
    """A new category. Below a parent it inherits grants and publishing mode unless they are given.

    Whoever may edit in the parent may add a category that inherits everything; grants, owner or mode of its own
    need the right to manage. Raises access.NotFound/Forbidden, Invalid.
    """
    with transaction.atomic():
        if parent is None:
            access.require(user, "create_top_category")
        else:
            places.lock_branches(parent.pk)
            parent = places.lock_category(parent)
            own = grants is not None or owner_user or owner_role or publishing not in (None, parent.publishing)
            access.require(user, "manage" if own else "create_category", parent)
        name = _clean_name(name)
        category = Category.objects.create(
            name=name, slug=_free_slug(slug or name, parent), parent=parent,
            publishing=_clean_publishing(publishing or (parent.publishing if parent else PublishingMode.REVIEWED)),
            owner_user=owner_user, owner_role=owner_role,
        )  # fmt: skip
        category.path = f"{parent.path if parent else '/'}{category.pk}/"
        if len(category.path) > 255:
            raise Invalid(parent=_("The tree is too deep there."))
        category.save(update_fields=["path"])
        audience.write_category_grants(category, grants)
        events.record(user, events.CategoryChanged(category, ["created"]))
    return category


def update_category(
    user: User,
    category_id: int,
    *,
    name: str | None = None,
    slug: str | None = None,
    parent: Category | None = UNCHANGED,
    position: int | None = None,
    publishing: str | None = None,
    owner_user: User | None = UNCHANGED,
    owner_role: Group | None = UNCHANGED,
    review_months: int | None = UNCHANGED,
    grants: Mapping[str, Iterable[str]] | None = UNCHANGED,
) -> Category:
    """Change what is named; the rest stays. Moving takes everything below along.

    Raises access.NotFound/Forbidden, Invalid (for example a category moved into itself).
    """
    with transaction.atomic():
        places.lock_branches(category_id, None if parent is None or parent is UNCHANGED else parent.pk)
        category = access.fetch_category(user, "manage", pk=category_id)
        was_root = category.access_root_id
        named: dict[str, Any] = {"owner_user": owner_user, "owner_role": owner_role}
        changes = {key: value for key, value in named.items() if value is not UNCHANGED}
        if review_months is not UNCHANGED:
            changes["review_months"] = clean_review_months(review_months)
        if name is not None:
            changes["name"] = _clean_name(name)
        if slug is not None and slug != category.slug:
            changes["slug"] = _free_slug(slug, category.parent)
        if position is not None:
            changes["position"] = position
        if publishing is not None:
            changes["publishing"] = _clean_publishing(publishing)
        changed = [key for key, value in changes.items() if getattr(category, key) != value]
        for key in changed:
            setattr(category, key, changes[key])
        if changed:
            category.save(update_fields=changed)
        if {"owner_user", "owner_role"} & set(changed):
            reviewing.tell_again_below(Category.objects.filter(pk=category.pk))
        if parent is not UNCHANGED and (parent.pk if parent else None) != category.parent_id:
            _move(user, category, parent)
            changed.append("parent")
        if grants is not UNCHANGED:
            audience.write_category_grants(category, grants)
            changed.append("grants")
        if changed:
            events.record(user, events.CategoryChanged(category, changed, was_root=was_root))
    return category


def _move(user: User, category: Category, parent: Category | None) -> None:
    """Put a category, and all below it, elsewhere. Both places were locked: neither moves meanwhile."""
    if parent is None:
        access.require(user, "create_top_category")
    else:
        parent = places.lock_category(parent)  # as it stands now, not where it stood when it was chosen
        access.require(user, "manage", parent)
        if category.pk in parent.ancestor_ids:
            raise Invalid(parent=_("A category cannot be moved into itself."))
    old, new = category.path or "", f"{parent.path if parent else '/'}{category.pk}/"
    below = list(Category.objects.filter(path__startswith=old))
    if any(len(new + (one.path or "")[len(old) :]) > 255 for one in below):
        raise Invalid(parent=_("The tree is too deep there."))
    for one in below:
        one.path = new + (one.path or "")[len(old) :]
    # Away first: two rows must not hold one path even for a moment (PostgreSQL checks row by row).
    Category.objects.filter(pk__in=[one.pk for one in below]).update(path=None)
    Category.objects.bulk_update(below, ["path"])
    category.parent, category.path = parent, new
    category.save(update_fields=["parent", "path"])
    audience.point_subtree(category)
    if not category.owner_user_id and not category.owner_role_id:
        reviewing.tell_again_below(Category.objects.filter(pk=category.pk))  # somebody else answers for it there


def _clean_name(name: str) -> str:
    name = " ".join(str(name).split())
    if not name or len(name) > 120 or not name.isprintable():
        raise Invalid(name=_("Give the category a name of 1 to 120 visible characters."))
    return name


def _clean_publishing(mode: str) -> str:
    if mode not in PublishingMode.values:
        raise Invalid(publishing=_("Publishing must be reviewed or live."))
    return mode


def _free_slug(wish: str, parent: Category | None) -> str:
    """A slug that nobody has yet: the name, else with the parent's before it, else with a number."""
    base = slugify(wish)[:120] or "category"
    tries = [base, *([f"{parent.slug}-{base}"[:130]] if parent else [])]
    tries += [f"{base}-{number}" for number in range(2, 200)]
    taken = set(Category.objects.filter(slug__in=tries).values_list("slug", flat=True))
    for slug in tries:
        if slug not in taken:
            return slug
    raise Invalid(name=_("There are too many categories of that name. Choose another."))


def delete_category(user: User, category_id: int) -> None:
    """Remove an empty category. Raises access.NotFound/Forbidden, Conflict when anything is left in it."""
    with transaction.atomic():
        places.lock_branches(category_id)
        category = access.fetch_category(user, "manage", pk=category_id)
        if category.articles.exists() or category.children.exists():
            raise Conflict(_("Only an empty category can be removed. Move what is in it first."))
        slug, was_root = category.slug, category.access_root_id
        category.delete()
        events.record(user, events.CategoryChanged(None, ["deleted"], slug, was_root))
