"""The demo centre, running, and some of its people at their browsers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live.clients import Visitor, visitor
from tests.services.site import Site

_numbers = itertools.count(1)


@dataclass
class Centre:
    """A running site. Clara and Carl read "parking", not "social-care"; Erik edits, the admin does the rest."""

    site: Site
    admin: Visitor
    clara: Visitor
    carl: Visitor
    erik: Visitor

    @classmethod
    def of(cls, site: Site) -> Centre:
        """Everybody signed in."""
        people = {name: visitor(site, name) for name in ("admin", "clara", "carl", "erik")}
        return cls(site, **people)

    def new_article(self, text: str = "The first text.", *, publish: bool = True, **fields: Any) -> int:
        """An article of the admin's, in "parking" unless told otherwise; gives its id."""
        data = {"title": f"Live {next(_numbers)}", "category": "parking", "markdown": text, **fields}
        article: int = self.admin.api("POST", "articles", data)["id"]
        if publish:
            self.publish(article)
        return article

    def publish(self, article: int, text: str | None = None, note: str = "") -> dict[str, Any]:
        """The next version, with another text when one is given."""
        if text is not None:
            self.admin.api("PUT", f"articles/{article}/draft", {"markdown": text})
        version: dict[str, Any] = self.admin.api("POST", f"articles/{article}/publish", {"note": note})
        return version

    def set_roles(self, username: str, roles: list[str]) -> None:
        """Make the roles of a person exactly these."""
        person = next(one for one in self.admin.api("GET", "users?limit=200")["items"] if one["username"] == username)
        self.admin.api("PUT", f"users/{person['id']}/roles", {"roles": roles})


@pytest.fixture
def centre(site: Site) -> Iterator[Centre]:
    """The running demo centre; what its processes wrote is shown when a test fails."""
    yield Centre.of(site)
    print(site.logs())
