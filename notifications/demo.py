"""What the demo centre has of this app: who has confirmed which must-read, and who follows what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from articles.demo.source import CONTENT, ArticleSource
from articles.models import Article, User

from .actions.acknowledging import acknowledge
from .actions.following import follow

FOLLOWS = Path(__file__).with_name("demo.yaml")


def confirm(people: Mapping[str, User], articles: Sequence[tuple[ArticleSource, Article]]) -> None:
    """Let those whom the files name confirm what they have read."""
    for source, article in articles:
        for name in source.confirmed:
            acknowledge(people[name], article.pk, len(source.published))


def follow_things(people: Mapping[str, User], articles: Sequence[tuple[ArticleSource, Article]]) -> None:
    """Let people follow and mute what demo.yaml says, each what they may see."""
    ids = {source.path.relative_to(CONTENT).as_posix(): article.pk for source, article in articles}
    slugs = {source.category: article.category.slug for source, article in articles}
    for name, wishes in read_follows().items():
        for wish in wishes:
            muted = bool(wish.get("muted"))
            [(target, what)] = [(target, what) for target, what in wish.items() if target != "muted"]
            # A category that was there before gives that of the demo centre another slug.
            found = {"article": ids.get(what), "category": slugs.get(what, what)}.get(target, what)
            follow(people[name], target, found, muted=muted)


def read_follows() -> dict[str, list[dict[str, Any]]]:
    """Sign-in name → what they follow, as demo.yaml has it."""
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(FOLLOWS.read_text(encoding="utf-8"))
    return found
