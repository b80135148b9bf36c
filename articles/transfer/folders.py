"""Folders of a source become categories, below the one that is imported into or, of an export, as they were."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.utils.text import slugify

from articles import access
from articles.actions.category import create_category, update_category
from articles.models import Category, User

from .addresses import site_path
from .manifest import Manifest, Topic
from .pages import humanised

MAX_NAME = 120


class Folders:
    """The categories of the folders of one source.

    `names` gives a folder ("permits/fees") its name for people; the manifest of an export says more than that. Without
    a `base` the first folders are categories at the top.
    """

    def __init__(
        self, user: User, base: Category | None, names: Mapping[str, str], manifest: Manifest | None = None
    ) -> None:
        self._user = user
        self._names = names
        self._manifest = manifest
        self._base = base
        self._known: dict[str, Category] = {"": base} if base else {}

    def category_of(self, path: str) -> Category:
        """The category for the file at `path`; made, with those above it, when it is not there.

        Raises access.NotFound/Forbidden, problems.Invalid.
        """
        category = self._category(self._folder_of(path))
        assert category is not None
        return category

    def base_of(self, path: str) -> Category | None:
        """The category below which the file at `path` counts as imported; None when it is not there yet."""
        if self._base:
            return self._base if self._base.pk else None
        top = self._folder_of(path).split("/")[0]
        if top not in self._known and (found := self._existing(top, None)):
            self._known[top] = found
        return self._known.get(top)

    def _folder_of(self, path: str) -> str:
        if self._manifest is None:
            return posixpath.dirname(site_path(path))
        # Only a file that somebody added to an export lies outside of its folders.
        return posixpath.dirname(path) or ("" if self._base else self._manifest.topics[0].folder.split("/")[0])

    def _category(self, folder: str) -> Category | None:
        if folder not in self._known and folder:
            parent = self._category(posixpath.dirname(folder))
            self._known[folder] = self._existing(folder, parent) or self._create(folder, parent)
        return self._known.get(folder)

    def _existing(self, folder: str, parent: Category | None) -> Category | None:
        """The category that an earlier import made for this folder, or that people made under the same name."""
        slug, name = self._slug(folder), self._name(folder).casefold()
        ours = (slug, f"{parent.slug}-{slug}"[:130] if parent else slug)
        numbered = re.compile(rf"(?:{'|'.join(map(re.escape, ours))})-\d+\Z")
        taken = {category.pk for category in self._known.values()}
        children = access.categories_for(self._user).filter(parent=parent).exclude(pk__in=taken).order_by("pk")
        for matches in (
            lambda child: child.slug in ours,
            lambda child: numbered.match(child.slug) and child.name.casefold() == name,
            lambda child: child.name.casefold() == name,
        ):
            if found := next(filter(matches, children), None):
                return found
        return None

    def _create(self, folder: str, parent: Category | None) -> Category:
        topic = self._manifest.topic(folder) if self._manifest else None
        if topic is None or (parent is not None and not access.can(self._user, "manage", parent)):
            return create_category(self._user, self._name(folder), parent, slug=self._slug(folder))
        category = create_category(
            self._user, topic.name, parent, slug=topic.slug, publishing=topic.publishing or None,
            grants=topic.grants, **_owner(topic),
        )  # fmt: skip
        if (topic.position or topic.review_months) and access.can(self._user, "manage", category):
            update_category(self._user, category.pk, position=topic.position or None, review_months=topic.review_months)
        return category

    def _name(self, folder: str) -> str:
        if self._manifest and (topic := self._manifest.topic(folder)):
            return topic.name
        return name_of(folder, self._names)

    def _slug(self, folder: str) -> str:
        if self._manifest and (topic := self._manifest.topic(folder)):
            return topic.slug
        return slugify(posixpath.basename(folder))[:120] or slugify(self._name(folder))[:120] or "category"


def name_of(folder: str, names: Mapping[str, str]) -> str:
    """The name for people of a folder."""
    return (names.get(folder) or humanised(posixpath.basename(folder)))[:MAX_NAME].strip()


def _owner(topic: Topic) -> dict[str, Any]:
    if topic.owner.startswith("@"):
        return {"owner_user": User.objects.filter(username=topic.owner[1:], is_active=True).first()}
    return {"owner_role": Group.objects.filter(name=topic.owner).first()} if topic.owner else {}
