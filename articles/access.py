"""Rights: the one place that knows who may do what, and the only importer of guardian.

A right is granted to a role (a Django group) on an access root (a category or an article with grants of its own);
everything below a root is governed by it. Rights are a ladder: whoever may manage may publish, whoever may
publish may edit, whoever may edit may view. Three questions are answered for every action:
*may this person* (`can`, `require`, `fetch`), *which articles* (`articles_for`), *which people* (`who_can`).
What somebody may not see does not exist for them: `NotFound` is raised for absent and for hidden alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from guardian.models import GroupObjectPermissionBase

from . import epoch
from .models.article import Article
from .models.category import AccessRoot, Category, PublishingMode
from .models.person import User

EVERYONE = "everyone"
MANAGER = "manager"
BUILT_IN_ROLES = (EVERYONE, "csr", "editor", MANAGER)
LADDER = ("view", "edit", "publish", "manage")

# What each action on an article or category asks for. "release" is publish, or edit where publishing is live; "care"
# is edit, or view for whoever owns the article or its category and for managers; "manager" is view, for managers.
NEEDED = {
    "view": "view",
    "comment": "view",
    "flag": "view",
    "suggest": "view",
    "edit": "edit",
    "propose": "edit",
    "answer_suggestion": "edit",
    "answer_flag": "edit",
    "import": "edit",
    "create": "edit",
    "create_category": "edit",
    "publish": "release",
    "approve": "release",
    "plan": "release",
    "restore": "release",
    "archive": "release",
    "move": "release",
    "restrict": "release",
    "review": "care",
    "oversee": "manager",
    "manage": "manage",
    "change_category": "manage",
}
# Actions on the installation as a whole.
FOR_MANAGERS = frozenset({
    "manage_people", "see_people", "see_status", "create_top_category", "manage_synonyms", "set_centre_hours",
    "see_insights",
})  # fmt: skip


class RootGrant(GroupObjectPermissionBase):
    """guardian's row for one grant: role, right, access root; a real foreign key, so it joins and cascades."""

    content_object = models.ForeignKey(AccessRoot, models.CASCADE, related_name="grants")

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "articles"
        indexes = [models.Index(fields=["group", "permission", "content_object"])]


class NotFound(Exception):
    """It is not there, or this person may not know that it is."""


class Forbidden(PermissionDenied):
    """This person sees the thing, but may not do that to it. The message says who can."""


@dataclass(frozen=True)
class View:
    """What one person may do, at one moment: immutable, cheap to ask, shared by all requests until rights change."""

    user_id: int
    active: bool = False
    administrator: bool = False
    manager: bool = False
    roles: frozenset[str] = frozenset()
    group_ids: frozenset[int] = frozenset()
    roots: dict[str, frozenset[int]] = field(default_factory=dict, hash=False)

    def holds(self, right: str, root_id: int | None) -> bool:
        """Whether this person holds a right ("view", "edit", "publish", "manage") at an access root."""
        if self.administrator:
            return True
        return root_id is not None and root_id in self.roots.get(right, frozenset())

    @property
    def visible_roots(self) -> frozenset[int] | None:
        """Access roots whose published articles this person may read; None for administrators: all of them."""
        return None if self.administrator else self.roots.get("view", frozenset())

    @property
    def audience(self) -> tuple[Any, ...]:
        """Equal for people who see the same things: the key for what may be cached for several people."""
        return (self.administrator, self.roots.get("view"), self.roots.get("edit"))


NOBODY = View(user_id=0)
_views: dict[int, tuple[int, View]] = {}


def view_of(user: User | AnonymousUser) -> View:
    """The rights of a person now. One query (the epoch) when they are remembered, four when rights have changed."""
    if not user.is_authenticated or user.pk is None:
        return NOBODY
    access_seq = epoch.current().access_seq
    remembered = _views.get(user.pk)
    if remembered and remembered[0] == access_seq:
        return remembered[1]
    view = read_view(user.pk)
    if len(_views) > 20_000:  # more people than any centre has: a process does not grow for ever
        _views.clear()
    _views[user.pk] = (access_seq, view)
    return view


def read_view(user_id: int) -> View:
    """The rights of a person as they stand in the database, past all caches."""
    return read_views([user_id])[user_id]


def read_views(user_ids: Iterable[int]) -> dict[int, View]:
    """`read_view` of many at once, by id: for sockets that live for hours. Four queries for each 500 people."""
    ids = list(user_ids)
    names = dict(Group.objects.values_list("pk", "name"))
    everyone = {pk for pk, name in names.items() if name == EVERYONE}
    found = {user_id: View(user_id=user_id) for user_id in ids}
    made: dict[frozenset[int], dict[str, frozenset[int]]] = {}
    for chunk in (ids[start : start + 500] for start in range(0, len(ids), 500)):
        members: dict[int, set[int]] = {}
        for user_id, group_id in User.groups.through.objects.filter(user__in=chunk).values_list("user_id", "group_id"):
            members.setdefault(user_id, set()).add(group_id)
        rows = User.objects.filter(pk__in=chunk, is_active=True).values_list("pk", "is_superuser")
        held_by = {pk: frozenset(members.get(pk, set()) | everyone) for pk, _ in rows}
        _add_roots(made, set(held_by.values()))
        for pk, superuser in rows:
            roles = frozenset(names[group_id] for group_id in held_by[pk] if group_id in names)
            found[pk] = View(
                user_id=pk, active=True, administrator=superuser, manager=superuser or MANAGER in roles,
                roles=roles, group_ids=held_by[pk], roots=made[held_by[pk]],
            )  # fmt: skip
    return found


def view_of_roles(group_ids: Iterable[int]) -> View:
    """The rights of somebody, nobody in particular, who holds just these roles and `everyone`. Two queries."""
    names = dict(Group.objects.values_list("pk", "name"))
    held = frozenset({pk for pk, name in names.items() if name == EVERYONE or pk in set(group_ids)})
    made: dict[frozenset[int], dict[str, frozenset[int]]] = {}
    _add_roots(made, {held})
    roles = frozenset(names[pk] for pk in held)
    return View(0, active=True, manager=MANAGER in roles, roles=roles, group_ids=held, roots=made[held])


def _add_roots(made: dict[frozenset[int], dict[str, frozenset[int]]], sets: set[frozenset[int]]) -> None:
    """Right → roots for each set of groups that is not made yet: people share sets of groups, and then the result."""
    missing = sets - made.keys()
    held: dict[int, list[tuple[str, int]]] = {}
    grants = RootGrant.objects.filter(group_id__in=frozenset().union(*missing))
    for group_id, codename, root_id in grants.values_list("group_id", "permission__codename", "content_object_id"):
        held.setdefault(group_id, []).append((codename.partition("_")[0], root_id))
    for groups in missing:
        roots: dict[str, set[int]] = {right: set() for right in LADDER}
        for group_id in groups:
            for granted, root_id in held.get(group_id, ()):
                for right in LADDER[: LADDER.index(granted) + 1]:
                    roots[right].add(root_id)
        made[groups] = {right: frozenset(ids) for right, ids in roots.items()}


# --- May this person? ---------------------------------------------------------------------------


def can(user: User | AnonymousUser, action: str, thing: Article | Category | None = None) -> bool:
    """Whether a person may do an action (a key of NEEDED, or one of FOR_MANAGERS without a thing).

    Raises KeyError for an action that does not exist: a misspelt rule must not pass or fail silently.
    """
    return view_can(view_of(user), action, thing)


def view_can(view: View, action: str, thing: Article | Category | None = None) -> bool:
    """`can` for rights at hand; `thing.category` is read for releases of articles."""
    if action in FOR_MANAGERS:
        return view.manager
    needed = NEEDED[action]
    if thing is None or not view.active:
        return False
    if needed == "release":
        category = thing if isinstance(thing, Category) else thing.category
        needed = "edit" if category.publishing == PublishingMode.LIVE else "publish"
    if needed in ("care", "manager"):
        if needed == "care" and view.holds("edit", thing.access_root_id):
            return True
        return view_can(view, "view", thing) and (view.manager or (needed == "care" and owns(view, thing)))
    if needed == "view" and isinstance(thing, Article) and thing.version_id is None:
        needed = "edit"  # what was never published is only for those who write it
    return view.holds(needed, thing.access_root_id)


def owns(view: View, thing: Article | Category) -> bool:
    """Whether a person, or a role of theirs, answers for an article (also by its category) or a category."""
    owned = (thing, thing.category) if isinstance(thing, Article) else (thing,)
    return any(one.owner_user_id == view.user_id or one.owner_role_id in view.group_ids for one in owned)


def sees(view: View, thing: Article | Category) -> bool:
    """Whether the thing exists for this person at all."""
    return view_can(view, "view", thing)


def require(user: User | AnonymousUser, action: str, thing: Article | Category | None = None) -> None:
    """Pass, or raise NotFound (the person may not even see the thing) or Forbidden (sees it, may not do that)."""
    view = view_of(user)
    if view_can(view, action, thing):
        return
    if thing is not None and not sees(view, thing):
        raise NotFound
    raise Forbidden(action)


def fetch_article(user: User | AnonymousUser, action: str, article_id: int, *, lock: bool = False) -> Article:
    """The article, with category and version, if the person may do the action; else NotFound or Forbidden.

    With `lock` (inside a transaction) the row stays locked until the end: whoever else wants to change it waits.
    """
    articles = Article.objects.select_related("category")
    articles = articles.select_for_update(of=("self",), no_key=True) if lock else articles.select_related("version")
    article = articles.filter(pk=article_id).first()
    if article is None:
        raise NotFound
    require(user, action, article)
    return article


def fetch_category(
    user: User | AnonymousUser, action: str, *, slug: str | None = None, pk: int | None = None
) -> Category:
    """The category by slug or id, if the person may do the action in it; else NotFound or Forbidden."""
    found = Category.objects.filter(**({"slug": slug} if pk is None else {"pk": pk})).first()
    if found is None:
        raise NotFound
    view = view_of(user)
    if not sees(view, found) and not categories_for(user).filter(pk=found.pk).exists():
        raise NotFound
    if action != "view" and not view_can(view, action, found):
        raise Forbidden(action)
    return found


def abilities(user: User | AnonymousUser, article: Article) -> list[str]:
    """What a person may do with an article, in the words of NEEDED: for buttons and for `abilities[]`."""
    view = view_of(user)
    named = (
        "view", "comment", "flag", "suggest", "edit", "propose", "publish", "plan", "restore", "archive", "move",
        "restrict", "manage",
    )  # fmt: skip
    return [action for action in named if view_can(view, action, article)]


def site_abilities(user: User | AnonymousUser) -> list[str]:
    """What a person may do in the installation: create, import, manage, administer."""
    view = view_of(user)
    edits = view.administrator or bool(view.roots.get("edit"))
    offered = {"create": edits, "import": edits, "manage": view.manager, "administer": view.administrator}
    return [name for name, may in offered.items() if may]


# --- Which objects? -----------------------------------------------------------------------------


def _roots_with(view: View, right: str) -> QuerySet[RootGrant, Any]:
    codenames = [f"{name}_accessroot" for name in LADDER[LADDER.index(right) :]]
    return RootGrant.objects.filter(
        group_id__in=view.group_ids,
        permission__codename__in=codenames,
        permission__content_type__app_label="articles",
    ).values("content_object_id")


def articles_for(user: User | AnonymousUser, right: str = "view") -> QuerySet[Article]:
    """All articles at which a person holds a right, whatever their status; for "view" see `visible_to`."""
    return articles_for_view(view_of(user), right)


def articles_for_view(view: View, right: str = "view") -> QuerySet[Article]:
    """`articles_for` for rights at hand."""
    if view.administrator:
        return Article.objects.all()
    if not view.active:
        return Article.objects.none()
    return Article.objects.filter(access_root_id__in=_roots_with(view, right))


def articles_to_release(user: User | AnonymousUser) -> QuerySet[Article]:
    """All articles that a person may publish, whatever their status: the question of "release" for many."""
    view = view_of(user)
    if view.administrator:
        return Article.objects.all()
    if not view.active:
        return Article.objects.none()
    live = Q(access_root_id__in=_roots_with(view, "edit"), category__publishing=PublishingMode.LIVE)
    return Article.objects.filter(Q(access_root_id__in=_roots_with(view, "publish")) | live)


def visible_to(user: User | AnonymousUser) -> QuerySet[Article]:
    """The articles that exist for a person: published or archived ones where they may view, drafts where they edit."""
    return visible_to_view(view_of(user))


def visible_to_view(view: View) -> QuerySet[Article]:
    """`visible_to` for rights at hand (a socket's, which were read when they last changed)."""
    if view.administrator:
        return Article.objects.all()
    if not view.active:
        return Article.objects.none()
    readable = Q(access_root_id__in=_roots_with(view, "view"), version__isnull=False)
    return Article.objects.filter(readable | Q(access_root_id__in=_roots_with(view, "edit")))


def categories_for(user: User | AnonymousUser, right: str = "view") -> QuerySet[Category]:
    """The categories at which a person holds a right; for "view" also those that hold an article they may see."""
    view = view_of(user)
    if view.administrator:
        return Category.objects.all()
    if not view.active:
        return Category.objects.none()
    held = Q(access_root_id__in=_roots_with(view, right))
    if right == "view":
        own = Article.objects.filter(
            own_root__isnull=False, access_root_id__in=_roots_with(view, "view"), version__isnull=False
        )
        held |= Q(pk__in=own.values("category_id"))
    return Category.objects.filter(held)


# --- Which people? ------------------------------------------------------------------------------


def who_can(action: str, thing: Article | Category) -> QuerySet[User]:
    """The active people who may do an action to a thing, administrators among them."""
    needed = NEEDED[action]
    if needed == "release":
        category = thing if isinstance(thing, Category) else thing.category
        needed = "edit" if category.publishing == PublishingMode.LIVE else "publish"
    if needed in ("care", "manager"):
        return _who_oversees(thing, owners=needed == "care")
    if needed == "view" and isinstance(thing, Article) and thing.version_id is None:
        needed = "edit"
    roles = set(roles_with(needed, thing.access_root_id, ladder=True))
    people = User.objects.filter(is_active=True)
    if EVERYONE in roles:
        return people
    return people.filter(Q(is_superuser=True) | Q(groups__name__in=roles)).distinct()


def _who_oversees(thing: Article | Category, *, owners: bool) -> QuerySet[User]:
    chosen = Q(is_superuser=True) | Q(groups__name=MANAGER)
    if owners:
        owned = (thing, thing.category) if isinstance(thing, Article) else (thing,)
        chosen |= Q(pk__in=[one.owner_user_id for one in owned if one.owner_user_id])
        chosen |= Q(groups__in=[one.owner_role_id for one in owned if one.owner_role_id])
        chosen |= Q(pk__in=who_can("edit", thing).values("pk"))
    return User.objects.filter(chosen, pk__in=who_can("view", thing).values("pk")).distinct()


def roles_with(right: str, root_id: int | None, *, ladder: bool = False) -> list[str]:
    """Slugs of the roles granted a right at a root, sorted; with `ladder` also those granted a higher one."""
    rights = LADDER[LADDER.index(right) :] if ladder else (right,)
    names = RootGrant.objects.filter(
        content_object_id=root_id, permission__codename__in=[f"{r}_accessroot" for r in rights]
    ).values_list("group__name", flat=True)
    return sorted(set(names))


def grants_at(root_id: int | None) -> dict[str, list[str]]:
    """All grants at a root: role slug → rights, as they were granted (not climbed down the ladder)."""
    found: dict[str, list[str]] = {}
    rows = RootGrant.objects.filter(content_object_id=root_id).values_list("group__name", "permission__codename")
    for role, codename in rows:
        found.setdefault(role, []).append(codename.partition("_")[0])
    return {role: sorted(rights, key=LADDER.index) for role, rights in sorted(found.items())}


def viewers_by_root() -> dict[int | None, list[str]]:
    """Access root id → slugs of the roles granted "view" there, for lists of many categories: one query."""
    found: dict[int | None, list[str]] = {}
    rows = RootGrant.objects.filter(permission__codename="view_accessroot").order_by("group__name")
    for root_id, role in rows.values_list("content_object_id", "group__name"):
        found.setdefault(root_id, []).append(role)
    return found


def reading_groups() -> dict[int, frozenset[int]]:
    """Access root id → ids of the roles that may read what it governs (every right includes that one): one query."""
    found: dict[int, set[int]] = {}
    for root_id, group_id in RootGrant.objects.values_list("content_object_id", "group_id").distinct():
        found.setdefault(root_id, set()).add(group_id)
    return {root_id: frozenset(groups) for root_id, groups in found.items()}


def role_ids() -> dict[str, int]:
    """Slug → id of every role."""
    return dict(Group.objects.values_list("name", "pk"))


class RequestScope:
    """Middleware: within one request the epoch is read from the database once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with epoch.remembered():
            return self.get_response(request)
