"""Lists of articles as people read them: three lines an entry, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest

from articles import navigation
from articles.models import Article, User
from articles.sentences import ENDS

M = TypeVar("M", bound=Model)
R = TypeVar("R")
PER_PAGE = 20
SNIPPET = 220  # characters; two lines of the list

# What an entry shows, and nothing of the documents behind it.
_SHOWN = (
    "title", "language", "status", "category_id", "updated_at", "review_date",
    "version__number", "version__note", "version__significance", "version__published_at",
    "version__author__username", "version__author__first_name", "version__author__last_name",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One entry: the article, where it stands, and how it begins."""

    article: Article
    path: str
    snippet: str


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list. `total` is None where counting would cost more than it tells."""

    rows: Sequence[R]
    number: int
    has_more: bool
    total: int | None = None
    size: int = PER_PAGE
    # What else the list was asked for, ready for links ("sort=title&"); None: whatever the address says now.
    query: str | None = None

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def number_in(request: HttpRequest) -> int:
    """The page that `?page=` asks for. A number that is none means the first."""
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def page_of(
    rows: QuerySet[M], number: int, *, total: int | None = None, size: int = PER_PAGE, query: str | None = None
) -> Page[M]:
    """A page of an ordered queryset, by its number from 1; one query."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size, total, size, query)


def with_beginnings(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Published articles with all that an entry shows, in one query.

    The stored rendering is what readers without any passage role get: no marked passage can get into a list.
    """
    beginning = Left(F("version__rendering__text"), SNIPPET * 2)
    return articles.select_related("version__author").only(*_SHOWN).annotate(beginning=beginning)


def lines(user: User, articles: Iterable[Any], *, here: int | None = None) -> list[Line]:
    """Entries for articles of `with_beginnings`; the paths come from the tree that this process remembers.

    `here` is the id of the category whose page this is: its own path is not repeated in every entry.
    """
    topics = navigation.tree(user).topics
    return [
        Line(
            article=article,
            path=_path(topics.get(article.category_id), here),
            snippet=snippet(getattr(article, "beginning", "") or ""),
        )
        for article in articles
    ]


def _path(topic: navigation.Topic | None, here: int | None) -> str:
    if topic is None:
        return ""
    path = [one.name for one in topic.path]
    above = next((place for place, one in enumerate(topic.path, start=1) if one.id == here), 0)
    return " › ".join(path[above:])


def snippet(text: str) -> str:
    """The beginning of a text on one line, cut between words."""
    blocks = (" · ".join(line.strip() for line in block.split("\n") if line.strip()) for block in text.split("\n\n"))
    line = ""
    for block in filter(None, blocks):  # a heading has no full stop, and would run on into what it stands over
        line += (" " if line.endswith(ENDS) else " · " if line else "") + block
    if len(line) <= SNIPPET:
        return line
    return line[:SNIPPET].rsplit(" ", 1)[0].rstrip(" ,.;:·–") + " …"
