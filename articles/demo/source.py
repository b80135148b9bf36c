"""Read the files of the demo centre and check them, without touching the database.

An article begins with YAML between two lines `---`:

    title, language (en, sv), tags      as in the knowledge base
    owner                               slug of the role that answers for it
    review_in_days                      its review date, counted from the day of loading
    evergreen                           true: it needs no review, and has no such date
    publish                             false: it stays a draft that was never published
    roles                               only for an article that is restricted on its own: who may read it
    by, note, significance              who published the text as it stands, why, and how important that was
    asks                                whom a must-read asks to confirm it: roles, days; {} is everybody who reads it
    confirmed                           who has confirmed it
    history                             earlier published states, oldest first: by, note, replace
    draft                               changes that are not published yet: by, replace
    proposal                            changes that wait for approval: by, note, replace
    plan                                changes that are to be published later: by, note, in_days, replace
    suggestion                          changes that a reader suggests: by, note (why), replace
    archived                            true: taken out of use after its publication

`replace` maps words of the text as it stands to what stood there instead, so a state is never a second copy of the
whole text. Each of the words must occur exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PEOPLE = HERE / "people.yaml"
CONTENT = HERE / "content"
EMAIL_DOMAIN = "example.org"

_PERSON = {"username", "first_name", "last_name", "language", "roles", "superuser"}
_CATEGORY = {"slug", "name", "parent", "owner", "publishing", "grants"}
_ARTICLE = {
    "title", "language", "tags", "owner", "review_in_days", "evergreen", "publish", "roles", "asks", "confirmed",
    "by", "note", "significance", "history", "draft", "archived", "proposal", "plan", "suggestion",
}  # fmt: skip


class SourceError(ValueError):
    """A file of the demo centre is wrong; the message names the file and says what to do."""


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `roles` are slugs; a superuser needs none."""

    username: str
    first_name: str
    last_name: str
    language: str
    roles: tuple[str, ...] = ()
    superuser: bool = False

    @property
    def email(self) -> str:
        """The address that everybody of the demo centre has: it can never reach anyone."""
        return f"{self.username}@{EMAIL_DOMAIN}"


@dataclass(frozen=True)
class CategorySource:
    """A node of the tree. `grants` is role slug → highest right; None inherits those of the parent."""

    slug: str
    name: str
    parent: str | None = None
    owner: str | None = None
    publishing: str | None = None
    grants: Mapping[str, str] | None = None


@dataclass(frozen=True)
class State:
    """What an article said at one time, in Markdown, and whose doing it was."""

    by: str
    markdown: str
    note: str = ""
    significance: str = "normal"
    in_days: int = 0


@dataclass(frozen=True)
class ArticleSource:
    """One file. `published` holds its versions, oldest first; `draft` what was written after the last of them."""

    path: Path
    category: str
    title: str
    language: str
    tags: tuple[str, ...]
    owner: str
    review_in_days: int | None
    roles: tuple[str, ...] | None
    published: tuple[State, ...]
    draft: State | None
    archived: bool
    proposal: State | None = None
    plan: State | None = None
    suggestion: State | None = None
    asks: Mapping[str, Any] | None = None
    confirmed: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """All that the article ever said, oldest first."""
        return (*self.published, *([self.draft] if self.draft else []))

    @property
    def author(self) -> str:
        """The username of whoever began it."""
        return self.states[0].by


def read_people() -> list[Person]:
    """Everybody of the demo centre. Raises SourceError."""
    return [
        Person(**{**entry, "roles": tuple(entry["roles"])}) for entry in _entries(PEOPLE, known=_PERSON, key="username")
    ]


def read_categories() -> list[CategorySource]:
    """The tree, parents before their children. Raises SourceError."""
    path = CONTENT / "categories.yaml"
    categories: dict[str, CategorySource] = {}
    for entry in _entries(path, known=_CATEGORY, key="slug"):
        category = CategorySource(**entry)
        if category.parent is not None and category.parent not in categories:
            raise SourceError(f"{path.name}: {category.slug} must stand below its parent {category.parent}.")
        categories[category.slug] = category
    return list(categories.values())


def read_articles() -> list[ArticleSource]:
    """Every article, in the order of the tree and then of the file names. Raises SourceError."""
    return [
        read_article(path) for category in read_categories() for path in sorted((CONTENT / category.slug).glob("*.md"))
    ]


def read_article(path: Path) -> ArticleSource:
    """The article in a file; its folder names the category. Raises SourceError."""
    head, text = _split(path)
    markdown = text.strip() + "\n"
    now = State(head["by"], markdown, head.get("note", ""), head.get("significance", "normal"))
    history = tuple(_state(path, markdown, entry) for entry in head.get("history", ()))
    publish = head["publish"]
    if not publish and (history or head.get("draft") or head.get("archived")):
        raise SourceError(f"{path.name}: an article that was never published has no history, changes or archive.")
    return ArticleSource(
        path=path,
        category=path.parent.name,
        title=head["title"],
        language=head["language"],
        tags=tuple(head["tags"]),
        owner=head["owner"],
        review_in_days=None if head.get("evergreen") else head["review_in_days"],
        roles=tuple(head["roles"]) if "roles" in head else None,
        published=(*history, now) if publish else (),
        draft=(_state(path, markdown, head["draft"]) if "draft" in head else None) if publish else now,
        archived=head.get("archived", False),
        asks=head.get("asks"),
        confirmed=tuple(head.get("confirmed", ())),
        **{name: _state(path, markdown, head[name]) for name in ("proposal", "plan", "suggestion") if name in head},
    )


def _state(path: Path, markdown: str, entry: Mapping[str, Any]) -> State:
    """Another state of the text: an entry of `history`, `draft`, or what waits."""
    for words, instead in entry["replace"].items():
        if markdown.count(words) != 1:
            raise SourceError(f"{path.name}: “{words}” must stand in the text exactly once.")
        markdown = markdown.replace(words, instead)
    return State(by=entry["by"], markdown=markdown, note=entry.get("note", ""), in_days=entry.get("in_days", 0))


def _split(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the text of a file."""
    start, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    head = yaml.safe_load(front)
    if start or not isinstance(head, dict):
        raise SourceError(f"{path.name}: the file must begin with YAML between two lines “---”.")
    _known(path, head, _ARTICLE)
    return head, text


def _entries(path: Path, *, known: Iterable[str], key: str) -> list[dict[str, Any]]:
    """The mappings of a YAML list, each with fields that are known and a key that is used once."""
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in entries:
        _known(path, entry, known)
    keys = [entry[key] for entry in entries]
    if len(set(keys)) != len(keys):
        raise SourceError(f"{path.name}: every {key} may stand there once.")
    return entries


def _known(path: Path, entry: Mapping[str, Any], known: Iterable[str]) -> None:
    if unknown := sorted(set(entry) - set(known)):
        raise SourceError(f"{path.name}: there is no field named {', '.join(unknown)}.")
