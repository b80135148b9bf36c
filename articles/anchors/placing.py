"""Making an anchor of what somebody selected, and placing all anchors of an article in its next version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pycrdt import Doc

from .. import access, documents, rendering
from ..actions.problems import Invalid
from ..drafts import store
from ..models import Anchor, Article, User, Version
from .audience import audience_key
from .draft_ids import DraftStream, Ranges
from .finding import CONTEXT, carried_over, context, find, find_alike, is_still
from .stream import Requirement, Stream, requirement, squeezed, stored

LONGEST_QUOTE = 2_000
Place = tuple[int, int]


def make_anchor(
    user: User,
    article: Article,
    quote: str,
    *,
    before: str = "",
    after: str = "",
    version: int | None = None,
    or_gone: bool = False,
) -> Anchor:
    """Keep the passage `quote` of what this reader sees of an article; of the draft where it was never published.

    `before` and `after` are what stands around it on the reader's page (some characters are enough): needed only where
    the same words stand there more than once. `version` is the number of the version on that page: a passage that
    only that one had is kept as one that is gone. With `or_gone` so is one that is found nowhere, as long as no version
    of the article ever had passages for certain roles: what nobody can tell for whom it is, is refused.

    For actions, inside their transaction, after they have asked for the right to do it and with the row of the article
    locked, so that nobody publishes meanwhile. Raises Invalid(quote=…).
    """
    quote = " ".join(quote.split())
    doc, _seq = store.load(article.pk)
    try:
        found = _locate(user, article, doc, quote, before, after, version)
    except Invalid:
        if not or_gone or not _may_be_kept_as_gone(article, quote):
            raise
        return Anchor.objects.create(article=article, quote=quote)
    kept = context(found.stream.text, found.start, found.end)
    place = (found.start, found.end) if found.is_current else (None, None)
    return Anchor.objects.create(
        article=article, quote=quote, before=kept[0], after=kept[1], start=place[0], end=place[1],
        ids=_ids(doc, article, found.stream, (found.start, found.end)),
        born_for=stored(found.needed), audience=audience_key(found.needed),
    )  # fmt: skip


def audience_of_quote(user: User, article: Article, quote: str) -> str:
    """For whom a passage is that this reader has selected (`Anchor.audience`). Raises Invalid(quote=…)."""
    doc, _seq = store.load(article.pk)
    return audience_key(_locate(user, article, doc, quote, "", "", None).needed)


@dataclass(frozen=True)
class _Found:
    """Where a passage stands in the whole of a document, and what it takes to see it."""

    stream: Stream
    start: int
    end: int
    needed: Requirement
    is_current: bool


def _locate(user: User, article: Article, doc: Doc, quote: str, before: str, after: str, version: int | None) -> _Found:
    """The passage in what this reader sees, or saw in that version. Raises Invalid(quote=…)."""
    wanted = squeezed(quote)
    if not wanted:
        raise Invalid(quote=_("Select a passage first."))
    if len(quote) > LONGEST_QUOTE:
        raise Invalid(quote=_("The passage is too long: select its most important sentence."))
    for document in _documents(article, doc, version):
        stream = Stream.of(document, article.language)
        roles = rendering.audience_class(
            access.view_of(user), article, sorted(documents.passage_roles(document))
        )  # fmt: skip
        seen = stream.seen_by(roles)
        place = find(seen.text, wanted, squeezed(before)[-CONTEXT:], squeezed(after)[:CONTEXT])
        if place is not None:
            start, end = seen.whole(*place)
            is_current = article.version is None or document is article.version.document
            return _Found(stream, start, end, stream.needed_for(start, end, wanted), is_current)
    raise Invalid(quote=_("This passage is not in the article as you see it now. Select it again."))


def place_anchors(article: Article, version: Version) -> None:
    """Find every anchor of an article again in the version that its readers see from now on.

    For the action that publishes, in its transaction. By the ids of its characters in the draft first, then by what it
    said. An anchor whose passage is gone keeps what it knows: should the passage come back, it is found again.
    """
    anchors = list(Anchor.objects.filter(article=article))
    if not anchors:
        return
    stream = Stream.of(version.document, article.language)
    draft = DraftStream.of(store.load(article.pk)[0], article.language)
    left = draft.survivors([anchor.ids for anchor in anchors])
    changed = []
    for anchor, there in zip(anchors, left, strict=True):
        place = _place(anchor, stream, draft, there)
        if _move(anchor, stream, place) | _heal(anchor, draft, stream, place, there):
            changed.append(anchor)
    Anchor.objects.bulk_update(changed, ["start", "end", "audience", "before", "after", "ids"], batch_size=200)


def _may_be_kept_as_gone(article: Article, quote: str) -> bool:
    """Whether words that are in no text of an article that anybody knows of can be no secret of it."""
    if article.version is None or not squeezed(quote) or len(quote) > LONGEST_QUOTE:
        return False
    return not Version.objects.filter(article=article).exclude(passage_roles=[]).exists()


def _documents(article: Article, doc: Doc, version: int | None) -> Iterator[dict[str, Any]]:
    """Where a reader may have selected something: first what they would see now."""
    if article.version is None:
        yield documents.read_draft(doc)
        return
    yield article.version.document
    if version is not None and version != article.version.number:
        old = Version.objects.filter(article=article, number=version).first()
        if old is not None:
            yield old.document


def _ids(doc: Doc, article: Article, stream: Stream, place: Place) -> Ranges:
    """The ids of the passage in the draft, where the draft still has it."""
    draft = DraftStream.of(doc, article.language)
    there = place if draft.text == stream.text else carried_over(stream.text, draft.text, place)
    return draft.ids(*there) if there else []


def _place(anchor: Anchor, stream: Stream, draft: DraftStream, there: Place | None) -> Place | None:
    quote = squeezed(anchor.quote)
    if there is not None and is_still(quote, draft.text[there[0] : there[1]]):
        place = there if draft.text == stream.text else carried_over(draft.text, stream.text, there)
        if place is not None:
            return place
    # As those see it who could select it: what is marked for others may stand in its middle, or say the same.
    seen = stream.seen_by(frozenset().union(*requirement(anchor.born_for)))
    for text, whole in ((seen.text, seen.whole), (stream.text, None)):
        found = find(text, quote, anchor.before, anchor.after, anchor.start)
        if found is None and anchor.is_placed:  # once lost it comes back by its very words alone
            found = find_alike(text, quote)
        if found is not None:
            return whole(*found) if whole else found
    return None


def _move(anchor: Anchor, stream: Stream, place: Place | None) -> bool:
    """Note where the passage is now, and for whom. Gives whether anything is different."""
    was = (anchor.start, anchor.end, anchor.audience)
    anchor.start, anchor.end = place or (None, None)
    if place is not None:
        born = requirement(anchor.born_for)
        now = stream.needed_for(*place, squeezed(anchor.quote))
        anchor.audience = audience_key(born | now)
        anchor.before, anchor.after = context(stream.text, *place)
    return was != (anchor.start, anchor.end, anchor.audience)


def _heal(anchor: Anchor, draft: DraftStream, stream: Stream, place: Place | None, there: Place | None) -> bool:
    """Where the passage was found by its words alone, note the ids that it has in the draft now."""
    if place is None or there is not None:
        return False
    where = place if draft.text == stream.text else carried_over(stream.text, draft.text, place)
    ids = draft.ids(*where) if where else []
    if not ids or ids == anchor.ids:
        return False
    anchor.ids = ids
    return True
