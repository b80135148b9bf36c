"""Where everything goes in an export: a folder for each category, a file for each article."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles import access
from articles.models import AccessRoot, Category, User

from .digests import owner_of
from .manifest import Manifest, Topic

ELSEWHERE = "other-articles"
EXTENSIONS = {"markdown": ".md", "html": ".html", "json": ".json"}


@dataclass
class Plan:
    """`folders`: category id → folder; `files`: article id → path; both only what the person may see."""

    manifest: Manifest
    folders: dict[int, str] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    images: set[str] = field(default_factory=set)  # those that are written already


def make_plan(user: User, form: str) -> Plan:
    """The plan of an export for a person: a query for each category with grants of its own, and five."""
    plan = Plan(Manifest(form))
    articles = access.visible_to(user).order_by("pk")
    places = list(articles.values_list("pk", "title", "category_id"))
    visible = {category.pk: category for category in access.categories_for(user)}
    _place_categories(user, plan, visible)
    taken: set[str] = set()
    for pk, title, category_id in places:
        slug = slugify(title)[:80] or "article"
        # "index" would give its category a name, so an article of that title gets its number.
        path = f"{_folder(plan, category_id)}/{slug}"
        if path in taken or slug == "index":
            path = f"{path}-{pk}"
        taken.add(path)
        plan.files[pk] = path + EXTENSIONS[form]
    return plan


def _folder(plan: Plan, category_id: int) -> str:
    """The folder of a category; one folder for drafts that a person writes in categories that they do not see."""
    if category_id not in plan.folders:
        plan.folders[category_id] = ELSEWHERE
        if plan.manifest.topic(ELSEWHERE) is None:
            plan.manifest.topics.append(Topic(ELSEWHERE, _("Other articles"), ELSEWHERE))
    return plan.folders[category_id]


def _place_categories(user: User, plan: Plan, visible: dict[int, Category]) -> None:
    """Folders and descriptions. A category above that the person may not see leaves no trace."""
    view = access.view_of(user)
    own_roots = dict(AccessRoot.objects.filter(category__in=visible).values_list("category_id", "pk"))
    for category in sorted(visible.values(), key=lambda one: one.depth):
        above = next((pk for pk in reversed(category.ancestor_ids[:-1]) if pk in plan.folders), None)
        folder = f"{plan.folders[above]}/{category.slug}" if above is not None else category.slug
        plan.folders[category.pk] = folder
        topic = Topic(folder, category.name, category.slug, category.position, category.publishing)
        topic.owner, topic.review_months = owner_of(category), category.review_months
        if category.pk in own_roots and access.view_can(view, "manage", category):
            topic.grants = access.grants_at(own_roots[category.pk])
        plan.manifest.topics.append(topic)
