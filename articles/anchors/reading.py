"""Where anchored passages stand in what one reader sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pycrdt import Doc

from .. import documents, rendering
from ..access import View
from ..drafts import store
from ..kept import Kept
from ..models import Anchor, Article
from .draft_ids import DraftStream
from .finding import find, is_still
from .stream import Seen, Stream, squeezed, utf16

_streams: Kept[Stream] = Kept(300)


@dataclass(frozen=True)
class Shown:
    """A passage on a reader's page: from here to there in the page's text without white space, in UTF-16 units."""

    start: int
    end: int


def places(view: View, article: Article, anchors: Iterable[Anchor]) -> dict[int, Shown]:
    """Where the passages of these anchors stand for this reader, by the id of the anchor; those that are gone are
    left out. Which of them the reader may know of at all is `known_to`'s question.

    Reads the version with its document, once in a while; for what was never published its draft.
    """
    wanted = list(anchors)
    if not wanted:
        return {}
    if article.version_id is None:
        return _in_draft(article, wanted)
    wanted = [anchor for anchor in wanted if anchor.start is not None and anchor.end is not None]
    if not wanted:
        return {}
    seen = _seen(view, article)
    found = {}
    for anchor in wanted:
        assert anchor.start is not None
        assert anchor.end is not None
        if own := seen.own(anchor.start, anchor.end):
            found[anchor.pk] = _shown(seen.text, own)
    return found


def is_there(view: View, article: Article, anchor: Anchor) -> bool:
    """Whether the passage of an anchor is still in what this reader sees."""
    return anchor.pk in places(view, article, [anchor])


def _seen(view: View, article: Article) -> Seen:
    version = article.version
    assert version is not None
    stream = _streams.get(version.pk, None, lambda: Stream.of(version.document, article.language))
    return stream.seen_by(rendering.audience_class(view, article, version.passage_roles))


def _in_draft(article: Article, anchors: list[Anchor]) -> dict[int, Shown]:
    """Where passages stand in a draft that was never published, which only those who may edit it see."""
    draft = DraftStream.of(store.load(article.pk)[0], article.language)
    found = {}
    for anchor, left in zip(anchors, draft.survivors([anchor.ids for anchor in anchors]), strict=True):
        there = _there(draft, anchor, left)
        if there is not None:
            found[anchor.pk] = _shown(draft.text, there)
    return found


def block_in_draft(article: Article, doc: Doc, anchor: Anchor) -> int | None:
    """The number of the outermost block of a draft in which the passage ends; None where the draft does not have it."""
    draft = DraftStream.of(doc, article.language)
    there = _there(draft, anchor, draft.survivors([anchor.ids])[0])
    if there is None:
        return None
    at = 0
    for number, block in enumerate(documents.read_draft(doc)["content"]):
        at += len(Stream.of(documents.as_document(block), article.language).text)
        if at >= there[1]:
            return number
    return None


def _there(draft: DraftStream, anchor: Anchor, left: tuple[int, int] | None) -> tuple[int, int] | None:
    """Where a passage stands in a draft, of which `left` is left."""
    quote = squeezed(anchor.quote)
    if left is not None and is_still(quote, draft.text[left[0] : left[1]]):
        return left
    return find(draft.text, quote, anchor.before, anchor.after)


def _shown(text: str, place: tuple[int, int]) -> Shown:
    return Shown(utf16(text[: place[0]]), utf16(text[: place[1]]))
