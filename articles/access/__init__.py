"""Rights: the one place that knows who may do what, and the only importer of guardian.

A right is granted to a role (a Django group) on an access root (a category or an article with grants of its own);
everything below a root is governed by it. Rights are a ladder: whoever may manage may publish, whoever may
publish may edit, whoever may edit may view. Three questions are answered for every action:
*may this person* (`can`, `require`, `fetch`), *which articles* (`articles_for`), *which people* (`who_can`).
What somebody may not see does not exist for them: `NotFound` is raised for absent and for hidden alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from .. import epoch
from ..kept import Kept
from ..models.article import Article
from ..models.category import Category, PublishingMode
from ..models.person import User
from ..role_names import BUILT_IN
from .crowd import Crowd, crowd
from .grants import (
    LADDER,
    RootGrant,
    grants_at,
    readers_by_root,
    reading_groups,
    role_ids,
    roles_with,
)
from .rights import (
    EVERYONE,
    MANAGER,
    NOBODY,
    View,
    read_view,
    read_views,
    view_of,
    view_of_roles,
)

__all__ = [
    "BUILT_IN_ROLES",
    "EVERYONE",
    "FOR_ADMINISTRATORS",
    "FOR_MANAGERS",
    "LADDER",
    "MANAGER",
    "NEEDED",
    "NOBODY",
    "Crowd",
    "Forbidden",
    "NotFound",
    "RequestScope",
    "RootGrant",
    "View",
    "abilities",
    "articles_for",
    "articles_for_view",
    "articles_to_release",
    "can",
    "categories_for",
    "crowd",
    "fetch_article",
    "fetch_category",
    "grants_at",
    "owns",
    "read_view",
    "read_views",
    "readers_by_root",
    "reading_groups",
    "require",
    "role_ids",
    "roles_with",
    "sees",
    "site_abilities",
    "view_can",
    "view_of",
    "view_of_roles",
    "visible_to",
    "visible_to_view",
    "who_can",
]

_topic_owners: Kept[dict[int, frozenset[tuple[str, int]]]] = Kept(1)
BUILT_IN_ROLES = tuple(BUILT_IN)

# What each action on an article or category asks for. "release" is publish, or edit where publishing is live; "care"
# is edit, or view for whoever owns the article or its category and for managers; "manager" is view, for managers.
NEEDED = {
    "view": "view",
    "comment": "view",
    "note": "view",
    "moderate": "manage",
    "announce": "publish",
    "flag": "view",
    "suggest": "view",
    "edit": "edit",
    "propose": "edit",
    "pin": "edit",
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
FOR_ADMINISTRATORS = frozenset({"manage_webhooks"})
FOR_MANAGERS = frozenset({
    "manage_people", "see_people", "see_status", "create_top_category", "manage_synonyms", "set_centre_hours",
    "see_insights", "announce_to_all",
})  # fmt: skip


class NotFound(Exception):
    """It is not there, or this person may not know that it is."""


class Forbidden(PermissionDenied):
    """This person sees the thing, but may not do that to it. The message says who can."""


# --- May this person? ---------------------------------------------------------------------------


def can(user: User | AnonymousUser, action: str, thing: Article | Category | None = None) -> bool:
    """Whether a person may do an action (a key of NEEDED, or one of FOR_MANAGERS without a thing).

    Raises KeyError for an action that does not exist: a misspelt rule must not pass or fail silently.
    """
    return view_can(view_of(user), action, thing)


def view_can(view: View, action: str, thing: Article | Category | None = None) -> bool:
    """`can` for rights at hand; `thing.category` is read for releases of articles."""
    if action in FOR_ADMINISTRATORS:
        return view.administrator
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
    return is_among(view, owners_of(thing))


def owners_of(thing: Article | Category) -> frozenset[tuple[str, int]]:
    """Who answers for a thing: ("user", id) and ("role", id). Needs the category of an article loaded.

    Who is gone or may not read it answers for nothing, nor does a role that nobody holds who may. Where neither an
    article nor its category names anybody else: whoever answers for the nearest topic above. That is one query until
    lists change, and four, for everybody there is, until rights do.
    """
    found = _standing(_named((thing, thing.category) if isinstance(thing, Article) else (thing,)), thing)
    if found or not isinstance(thing, Article) or not thing.category.parent_id:
        return found
    above = _topic_owners.get("all", epoch.current().listing_seq, _read_topic_owners)
    for pk in reversed(thing.category.ancestor_ids):
        if found := _standing(above.get(pk, frozenset()), thing):
            return found
    return frozenset()


def _read_topic_owners() -> dict[int, frozenset[tuple[str, int]]]:
    """Of the categories that name somebody."""
    return {one.pk: found for one in Category.objects.only("owner_user", "owner_role") if (found := _named((one,)))}


def _named(things: Iterable[Article | Category]) -> frozenset[tuple[str, int]]:
    pairs = [pair for one in things for pair in (("user", one.owner_user_id), ("role", one.owner_role_id))]
    return frozenset((kind, pk) for kind, pk in pairs if pk is not None)


def _standing(owners: frozenset[tuple[str, int]], thing: Article | Category) -> frozenset[tuple[str, int]]:
    """Those behind whom there is somebody who may read the thing."""
    if not owners:
        return owners
    everybody = crowd()
    readers = everybody.who_reads(thing.access_root_id)
    people = {(kind, pk): everybody.named(*((pk, None) if kind == "user" else (None, pk))) for kind, pk in owners}
    return frozenset(owner for owner in owners if not readers.isdisjoint(people[owner]))


def is_among(view: View, owners: frozenset[tuple[str, int]]) -> bool:
    """`owns`, where the owners were read before."""
    return ("user", view.user_id) in owners or any(("role", pk) in owners for pk in view.group_ids)


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
        "view", "comment", "note", "flag", "suggest", "edit", "propose", "publish", "plan", "restore", "archive",
        "move", "restrict", "manage",
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
        named = owners_of(thing)
        chosen |= Q(pk__in=[pk for kind, pk in named if kind == "user"])
        chosen |= Q(groups__in=[pk for kind, pk in named if kind == "role"])
        chosen |= Q(pk__in=who_can("edit", thing).values("pk"))
    return User.objects.filter(chosen, pk__in=who_can("view", thing).values("pk")).distinct()


class RequestScope:
    """Middleware: within one request the epoch is read from the database once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with epoch.remembered():
            return self.get_response(request)
