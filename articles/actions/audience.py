"""Who may see, edit, publish and manage: grants on categories (inherited) and on single articles (which override)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, events
from ..models import AccessRoot, Article, Category, User
from . import places
from .problems import Invalid


def set_article_roles(user: User, article_id: int, roles: Iterable[str] | None) -> Article:
    """Restrict an article to the readers of these roles (slugs), or give it back to its category (None).

    Whoever may edit, publish or manage it by its category keeps that: restricting readers must not leave an
    article without anybody to care for it. Raises access.NotFound/Forbidden, Invalid for an unknown role.
    """
    with transaction.atomic():
        places.lock_category_of(article_id)
        article = access.fetch_article(user, "restrict", article_id, lock=True)
        was_root = article.access_root_id
        write_article_roles(article, roles)
        events.record(user, events.ArticleAudienceChanged(article, was_root))
    return article


def set_article_grants(user: User, article_id: int, grants: Mapping[str, Iterable[str]] | None) -> Article:
    """Give an article grants of its own (role slug → rights), or none (None: the category's hold again).

    Raises access.NotFound/Forbidden, Invalid.
    """
    with transaction.atomic():
        places.lock_category_of(article_id)
        article = access.fetch_article(user, "manage", article_id, lock=True)
        was_root = article.access_root_id
        _write_article_grants(article, grants)
        events.record(user, events.ArticleAudienceChanged(article, was_root))
    return article


def set_category_grants(user: User, category_id: int, grants: Mapping[str, Iterable[str]] | None) -> Category:
    """Give a category grants of its own (role slug → rights) that hold for all below it, or none (inherits again).

    Raises access.NotFound/Forbidden, Invalid; at the top of the tree there is nothing to inherit from, so None
    there means that only administrators see what is in it.
    """
    with transaction.atomic():
        places.lock_branches(category_id)
        category = access.fetch_category(user, "manage", pk=category_id)
        was_root = category.access_root_id
        write_category_grants(category, grants)
        events.record(user, events.CategoryChanged(category, ["grants"], was_root=was_root))
    return category


# --- Parts that other actions use inside their own transactions ------------------------------------


def grants_with_viewers(root_id: int | None, roles: Iterable[str] | None) -> dict[str, set[str]] | None:
    """The grants at a root with other viewers (role slugs); who may edit, publish or manage keeps that.

    None for None: inherit.
    """
    if roles is None:
        return None
    kept = {role: {right for right in rights if right != "view"} for role, rights in access.grants_at(root_id).items()}
    for role in roles:
        kept.setdefault(role, set()).add("view")
    return {role: rights for role, rights in kept.items() if rights}


def grants_for_roles(user: User, parent: Category | None, roles: Iterable[str] | None) -> dict[str, set[str]] | None:
    """The grants of a new category whose viewers are these roles.

    A manager who is no administrator must not lose sight of a new top category, so managers manage it.
    """
    if parent is not None:
        return grants_with_viewers(parent.access_root_id, roles)
    grants: dict[str, set[str]] = {role: {"view"} for role in roles or ()}
    if not user.is_superuser:
        grants.setdefault(access.MANAGER, set()).add("manage")
    return grants or None


def write_article_roles(article: Article, roles: Iterable[str] | None) -> None:
    """The grants behind `set_article_roles`; records no event."""
    _write_article_grants(article, grants_with_viewers(article.access_root_id, roles))


def write_category_grants(category: Category, grants: Mapping[str, Iterable[str]] | None) -> None:
    """The grants behind `set_category_grants`, and the pointers of everything below; records no event."""
    root = AccessRoot.objects.filter(category=category).first()
    if grants is None:
        if root:
            root.delete()
    else:
        root = root or AccessRoot.objects.create(category=category)
        _write(root, grants)
    point_subtree(category)


def point_subtree(category: Category) -> None:
    """Write the access root of a category and of all that it governs, after its grants or its place changed."""
    parents = Category.objects.filter(children=category)
    above = parents.values_list("access_root_id", flat=True).first()
    below = list(Category.objects.filter(path__startswith=category.path or "/").order_by("path"))
    below.sort(key=lambda c: c.depth)
    own = dict(AccessRoot.objects.filter(category__in=below).values_list("category_id", "pk"))
    pointer: dict[int | None, int | None] = {category.parent_id: above}
    for one in below:
        pointer[one.pk] = own.get(one.pk, pointer.get(one.parent_id))
    for root_id in {pointer[one.pk] for one in below}:
        ids = [one.pk for one in below if pointer[one.pk] == root_id]
        Category.objects.filter(pk__in=ids).update(access_root_id=root_id)
        Article.objects.filter(category_id__in=ids, own_root__isnull=True).update(access_root_id=root_id)
    category.access_root_id = pointer[category.pk]


def _write_article_grants(article: Article, grants: Mapping[str, Iterable[str]] | None) -> None:
    root = AccessRoot.objects.filter(article=article).first()
    if grants is None:
        article.access_root_id = places.lock_category(article.category).access_root_id
    else:
        root = root or AccessRoot.objects.create(article=article)
        _write(root, grants)
        article.access_root_id = root.pk
    article.updated_at = timezone.now()
    article.save(update_fields=["access_root", "updated_at"])
    if grants is None and root:
        root.delete()


def _write(root: AccessRoot, grants: Mapping[str, Iterable[str]]) -> None:
    try:
        _write_grants(root, {role: list(rights) for role, rights in grants.items()})
    except Group.DoesNotExist as missing:
        raise Invalid(roles=_("There is no role named %(name)s.") % {"name": missing}) from None
    except ValueError as unknown:
        raise Invalid(roles=_("There is no right named %(name)s.") % {"name": unknown}) from None


def _write_grants(root: AccessRoot, grants: dict[str, Iterable[str]]) -> None:
    """Make the grants of a root exactly these (role slug → rights).

    Raises Group.DoesNotExist or ValueError for a role or right that does not exist.
    """
    groups = {group.name: group for group in Group.objects.filter(name__in=grants)}
    if missing := sorted(set(grants) - set(groups)):
        raise Group.DoesNotExist(", ".join(missing))
    if unknown := sorted({right for rights in grants.values() for right in rights} - set(access.LADDER)):
        raise ValueError(", ".join(unknown))
    permissions = {
        permission.codename.partition("_")[0]: permission
        for permission in Permission.objects.filter(
            content_type__app_label="articles", codename__in=[f"{right}_accessroot" for right in access.LADDER]
        )
    }
    wanted = {(groups[role].pk, permissions[right].pk) for role, rights in grants.items() for right in set(rights)}
    rows = {(row.group_id, row.permission_id): row.pk for row in access.RootGrant.objects.filter(content_object=root)}
    access.RootGrant.objects.filter(pk__in=[pk for key, pk in rows.items() if key not in wanted]).delete()
    access.RootGrant.objects.bulk_create(
        access.RootGrant(content_object=root, group_id=group_id, permission_id=permission_id)
        for group_id, permission_id in sorted(wanted - set(rows))
    )
