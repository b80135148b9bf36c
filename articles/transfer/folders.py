"""Folders of a source become categories below the one that is imported into."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from django.utils.text import slugify

from articles import access
from articles.actions.category import create_category
from articles.models import Category, User

from .addresses import site_path
from .pages import humanised

MAX_NAME = 120


class Folders:
    """The categories of the folders of one source. `names` gives a folder ("permits/fees") its name for people."""

    def __init__(self, user: User, base: Category, names: Mapping[str, str]) -> None:
        self._user = user
        self._names = names
        self._known: dict[str, Category] = {"": base}

    def category_of(self, path: str) -> Category:
        """The category for the file at `path`; made, with those above it, when it is not there.

        Raises access.NotFound/Forbidden, problems.Invalid.
        """
        return self._category(posixpath.dirname(site_path(path)))

    def _category(self, folder: str) -> Category:
        if folder not in self._known:
            parent = self._category(posixpath.dirname(folder))
            name = name_of(folder, self._names)
            self._known[folder] = self._existing(folder, name, parent) or create_category(
                self._user, name, parent, slug=slugify(posixpath.basename(folder))
            )
        return self._known[folder]

    def _existing(self, folder: str, name: str, parent: Category) -> Category | None:
        """The category that an earlier import made for this folder, or that people made under the same name."""
        slug = slugify(posixpath.basename(folder)) or slugify(name)
        ours = re.compile(rf"(?:{re.escape(parent.slug[:130])}-)?{re.escape(slug)}(?:-\d+)?\Z") if slug else None
        children = list(access.categories_for(self._user).filter(parent=parent).order_by("pk"))
        for child in children:
            if child.name.casefold() == name.casefold():
                return child
        return next((child for child in children if ours and ours.match(child.slug)), None)


def name_of(folder: str, names: Mapping[str, str]) -> str:
    """The name for people of a folder."""
    return (names.get(folder) or humanised(posixpath.basename(folder)))[:MAX_NAME].strip()
