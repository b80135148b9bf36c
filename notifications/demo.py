"""What the demo centre has of this app: who has confirmed which must-read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from articles.demo.source import ArticleSource
from articles.models import Article, User

from .actions.acknowledging import acknowledge


def confirm(people: Mapping[str, User], articles: Sequence[tuple[ArticleSource, Article]]) -> None:
    """Let those whom the files name confirm what they have read."""
    for source, article in articles:
        for name in source.confirmed:
            acknowledge(people[name], article.pk, len(source.published))
