"""Which events a person may know of, and as which frame: one rule for sockets, streams, catching up and the API.

Rights are those of the moment of delivery, never a copy from when it happened; and what an event says of titles and
places is what holds now, so that the past of an article tells nobody what they could not have seen then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from articles import access, rendering
from articles.access import View
from articles.events import KINDS, PRIVATE
from articles.models import Article, Event, Version
from articles.prepared import Prepared, Slot

from .frames import Frame


@dataclass(frozen=True)
class Told:
    """An event with what is needed to decide who may know of it, and to tell it."""

    event: Event
    # Access roots of published articles with grants of their own in the event's category: whoever sees one of
    # those sees the category as well.
    own_roots: frozenset[int] = frozenset()
    # Of what is for certain people only: who they are, and the ids of their notifications.
    recipients: Mapping[int, Sequence[int]] | None = None
    plain: Frame = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", Frame(_content(self.event), self.event.seq))

    @property
    def seq(self) -> int:
        return self.event.seq

    @property
    def carries_text(self) -> bool:
        """Whether those who have the article open get its text."""
        return self.event.kind == "article.published" and self.event.article is not None


def may_know(view: View, told: Told) -> bool:
    """Whether a person with these rights may know of the event."""
    if told.recipients is not None:
        return view.active and view.user_id in told.recipients
    kind = KINDS.get(told.event.kind)
    # Of a kind that only a newer version knows, nobody can say whose business it is.
    return kind is not None and view.active and kind.known_to(view, told.event, told.own_roots)


def took_away(view: View, told: Told) -> bool:
    """Whether this event took its article or category out of a person's sight: pages may show it still.

    The log keeps which access root governed it before; whoever holds that saw it.
    """
    event, was = told.event, told.event.data.get("was_root")
    if was is None or (event.article is None and event.category is None) or may_know(view, told):
        return False
    draft = event.article is not None and event.article.version_id is None
    return view.holds("edit" if draft else "view", was)


def _content(event: Event) -> dict[str, Any]:
    """The frame of INTERFACE: {"type", "seq", "kind", "article", "actor", "at", "data"}."""
    actor = event.actor
    return {
        "type": "event",
        "seq": event.seq,
        "kind": event.kind,
        "article": event.article_id,
        "actor": {"id": actor.pk, "name": actor.get_full_name()} if actor else None,
        "at": event.at.isoformat(),
        "data": _data(event),
    }


def _data(event: Event) -> dict[str, Any]:
    data = {name: value for name, value in event.data.items() if name not in PRIVATE}
    if event.article is not None:
        if event.kind in ("article.created", "article.updated"):
            data["title"] = event.article.title
        elif event.kind == "article.moved":
            data["category"] = event.article.category.slug
    elif event.category is not None:
        data["category"] = event.category.slug
    return data


def personal(told: Told, user_id: int, unread: int | None) -> Frame:
    """What one of its recipients gets of an event: `ids` and `unread` are theirs alone."""
    data: dict[str, Any] = {"ids": list((told.recipients or {}).get(user_id, ()))}
    if unread is not None:
        data["unread"] = unread
    return Frame({**told.plain.content, "data": data}, told.seq)


# --- The text of a published article ------------------------------------------------------------------


_VERSION = Prepared(
    lambda: Version.objects.filter(
        article=Slot("article", Article._meta.pk), number=Slot("number", Version._meta.get_field("number"))
    ).select_related("rendering")
)


@dataclass
class Texts:
    """The versions that a batch of events published, and their HTML for each audience class, rendered once."""

    versions: dict[tuple[int, int], Version] = field(default_factory=dict)
    made: dict[tuple[int, frozenset[str]], Frame] = field(default_factory=dict)
    unread: Mapping[int, int] = field(default_factory=dict)  # user → how many are in their inbox

    @classmethod
    def of(cls, tolds: Iterable[Told], article_ids: Iterable[int]) -> Texts:
        """Read the versions behind the events of these articles: one query."""
        wanted = frozenset(article_ids)
        pairs = {
            (told.event.article_id, told.event.data["version"])
            for told in tolds
            if told.carries_text and told.event.article_id in wanted
        }
        if not pairs:
            return cls()
        if len(pairs) == 1:  # somebody has published something, and everybody who has it open waits for it
            ((article_id, number),) = pairs
            rows = _VERSION.all(article=article_id, number=number)
        else:
            rows = list(
                Version.objects.filter(
                    article_id__in={article_id for article_id, _ in pairs}, number__in={number for _, number in pairs}
                ).select_related("rendering")
            )
        return cls({(row.article_id, row.number): row for row in rows if (row.article_id, row.number) in pairs})

    def audience(self, view: View, told: Told) -> frozenset[str] | None:
        """The audience class of a reader for the text of an event; None where there is no text."""
        version, article = self._version(told), told.event.article
        if version is None or article is None:
            return None
        return rendering.audience_class(view, article, version.passage_roles)

    def make(self, view: View, told: Told) -> None:
        """Render the text of an event for the audience class of this reader, unless that is done. May query."""
        version, article = self._version(told), told.event.article
        roles = self.audience(view, told)
        if version is None or article is None or roles is None or (told.seq, roles) in self.made:
            return
        html = rendering.rendered_for(view, article, version).html
        content = told.plain.content
        self.made[told.seq, roles] = Frame({**content, "data": {**content["data"], "html": html}}, told.seq)

    def frame(self, view: View, told: Told) -> Frame:
        """The frame with text where it was made for this reader's audience, else the plain one."""
        if told.recipients is not None:
            return personal(told, view.user_id, self.unread.get(view.user_id))
        roles = self.audience(view, told)
        return told.plain if roles is None else self.made.get((told.seq, roles), told.plain)

    def _version(self, told: Told) -> Version | None:
        if not told.carries_text or told.event.article_id is None:
            return None
        return self.versions.get((told.event.article_id, told.event.data["version"]))


# --- What an open page may show ----------------------------------------------------------------------


def articles_by_id(article_ids: Iterable[int]) -> dict[int, Article]:
    """What `hidden_among` needs to know of these articles; absent ones are left out. One query for each 500."""
    ids, found = sorted(article_ids), dict[int, Article]()
    for start in range(0, len(ids), 500):
        found |= Article.objects.only("pk", "access_root_id", "version_id").in_bulk(ids[start : start + 500])
    return found


def hidden_among(view: View, article_ids: Iterable[int], articles: dict[int, Article]) -> set[int]:
    """Those of the ids that are absent or not for this person, alike; `articles` as `articles_by_id` gives them."""
    return {pk for pk in article_ids if pk not in articles or not access.sees(view, articles[pk])}
