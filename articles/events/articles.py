"""What happens to articles and to what their readers see."""

from __future__ import annotations

from dataclasses import dataclass

from .happening import OfArticle


@dataclass(frozen=True)
class ArticleCreated(OfArticle):
    """A new article: a draft that nobody but editors sees."""

    kind = "article.created"
    changes_listing = True
    title: str


@dataclass(frozen=True)
class ArticlePublished(OfArticle):
    """Readers see a new version. `restored_from` is the number of the old version that it repeats."""

    kind = "article.published"
    changes_listing = True
    version: int
    title: str
    note: str
    significance: str
    restored_from: int | None = None


@dataclass(frozen=True)
class ArticleUpdated(OfArticle):
    """Title, tags, language, owner or review date changed; `fields` names which."""

    kind = "article.updated"
    changes_listing = True
    title: str
    fields: list[str]


@dataclass(frozen=True)
class ArticleMoved(OfArticle):
    """It stands in another category, and with it perhaps under other grants."""

    kind = "article.moved"
    changes_access = True
    changes_listing = True
    category: str
    was_root: int | None = None


@dataclass(frozen=True)
class ArticleAudienceChanged(OfArticle):
    """It got grants of its own, other ones, or none any more."""

    kind = "article.audience_changed"
    changes_access = True
    changes_listing = True
    was_root: int | None = None


@dataclass(frozen=True)
class ArticleArchived(OfArticle):
    """It no longer holds: gone from lists and search; its page says so."""

    kind = "article.archived"
    changes_listing = True


@dataclass(frozen=True)
class ArticleRestored(OfArticle):
    """It was brought back from the archive."""

    kind = "article.restored"
    changes_listing = True


@dataclass(frozen=True)
class AnswerPinned(OfArticle):
    """It was pinned as the best answer to a query, or (`pinned` false) is so no more."""

    kind = "answer.pinned"
    changes_listing = True
    query: str
    pinned: bool
