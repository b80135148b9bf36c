"""`kbcentre.json`: what an export says besides its articles, so that folders become the categories that they were."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from articles.actions.article import LONGEST_INTERVAL
from articles.models import PublishingMode

from .problems import SourceError
from .sources import Source

NAME = "kbcentre.json"
VERSION = 1
MAX_BYTES = 16 * 1024 * 1024
FORMATS = ("markdown", "html", "json")


@dataclass
class Topic:
    """A category: its folder in the export, and what a folder cannot say. `grants` is None where they are inherited,
    or where whoever exported may not know them."""

    folder: str
    name: str
    slug: str
    position: int = 0
    publishing: str = ""
    owner: str = ""
    review_months: int | None = None
    grants: dict[str, list[str]] | None = None


@dataclass
class Manifest:
    """What an export says about itself."""

    format: str
    topics: list[Topic] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def topic(self, folder: str) -> Topic | None:
        """The category of a folder."""
        return next((topic for topic in self.topics if topic.folder == folder), None)

    def dump(self) -> bytes:
        """The content of the file."""
        data = {
            "kbcentre": VERSION,
            "format": self.format,
            "roles": self.roles,
            "categories": list(map(asdict, self.topics)),
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def read(source: Source) -> Manifest | None:
    """The manifest of a source, None when it is not an export of ours. Raises SourceError when it cannot be read."""
    if NAME not in source:
        return None
    too_large = source.size(NAME) > MAX_BYTES
    try:
        data = json.loads(b"" if too_large else source.read(NAME))
        version = int(data["kbcentre"])
        topics = [_topic(entry) for entry in data["categories"]]
        roles = [str(role) for role in data["roles"]]
        manifest = Manifest(FORMATS[FORMATS.index(data["format"])], topics, roles)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError(_("%(name)s cannot be read. Export again.") % {"name": NAME}) from None
    if version > VERSION:
        raise SourceError(_("The export was made by a newer version of the program. Update this one first."))
    return manifest


def _topic(entry: dict[str, Any]) -> Topic:
    grants, months = entry.get("grants"), int(entry.get("review_months") or 0)
    publishing = entry.get("publishing", "")
    return Topic(
        folder=str(entry["folder"]),
        name=str(entry["name"]),
        slug=str(entry["slug"]),
        position=max(0, min(int(entry.get("position", 0)), 1_000_000)),
        publishing=publishing if publishing in PublishingMode.values else "",
        owner=str(entry.get("owner", "")),
        review_months=max(0, min(months, LONGEST_INTERVAL)) or None,
        grants=None if grants is None else {str(role): [str(r) for r in rights] for role, rights in grants.items()},
    )
