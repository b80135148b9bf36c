"""Make a draft, or an old version, what readers see. Versions are added, never rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, anchors, documents, events, rendering
from ..drafts import moments
from ..models import Article, Draft, Image, ImageUse, LiveWriting, Rendering, Significance, Status, User, Version
from ..models.frozen import Frozen
from .asking import Asks, note_must_read
from .freezing import (
    Contents,
    check_contents,
    clean_note,
    clean_significance,
    read_contents,
    refuse_archived,
    refuse_overtaken,
    settle_proposal,
)
from .going_back import make_say
from .problems import Conflict, Invalid
from .reviewing import note_published_review


def publish_article(
    user: User,
    article_id: int,
    *,
    note: str = "",
    significance: str = Significance.NORMAL,
    seq: int | None = None,
    seen: int | None = None,
    asks: Asks | None = None,
    again: bool = False,
) -> Version:
    """Publish the draft as the next version, under the title that the draft has.

    `note` says in a sentence what changed; `asks` whom a must-read asks (nothing said: its audience). What the
    publisher looked at: `seq`, the number of the draft update, and `seen`, the number of the version that readers saw
    (0: none). Where either has moved on, or somebody else has just published the same, it is refused, so that nobody
    publishes what they did not read, or the same thing twice. `again`: where it has published itself, it may be
    published once more with something to say about it.
    Raises access.NotFound/Forbidden, Invalid, Conflict, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id, lock=True)
        refuse_archived(article)
        refuse_overtaken(article, seen)
        contents = read_contents(article, seq=seq)
        check_contents(contents)
        is_same = contents.says_the_same_as(article.version)
        repeats = is_same and again and article.publishes_itself
        if repeats:
            _refuse_wordless(note, significance)
        elif is_same and seq is not None:
            raise Conflict(_("Nothing to publish: readers see what the draft says."))
        article.title = contents.title
        version = add_version(user, article, contents.title, contents.document, note, significance)
        _care_for(user, article, version, asks or Asks())
        if repeats:
            note_said_already(article, contents)
        else:
            note_published(article, version, contents.seq, contents.state)
        settle_proposal(user, article, version)
        events.record(user, *published(article, version))
    return version


def publish_frozen(frozen: Frozen, article: Article, *, approved_by: User | None = None) -> Version:
    """Publish just what was frozen, in the name of its author; for actions, inside their transaction, without an event.

    Raises documents.DocumentError or Invalid when the schema has moved on and what was valid then is not any more.
    """
    article.title = frozen.title
    version = add_version(
        frozen.author, article, frozen.title, frozen.document, frozen.note, frozen.significance, approved_by=approved_by
    )
    _care_for(approved_by or frozen.author, article, version, Asks.of(frozen.asks))
    note_published(article, version, frozen.draft_seq, bytes(frozen.draft_state))
    return version


def _care_for(user: User | None, article: Article, version: Version, asks: Asks) -> None:
    """What follows from a version that was published now, and not somewhere else long ago."""
    note_must_read(article, version, asks)
    note_published_review(user, article, version)


def note_published(article: Article, version: Version, seq: int, state: bytes) -> None:
    """The version says what the draft says after update number `seq`, where its Yjs state vector is `state`."""
    moments.mark_published_at(article.pk, state, seq, version, version.title)
    LiveWriting.objects.filter(draft=article.pk).delete()


def note_said_already(article: Article, contents: Contents) -> None:
    """Readers have seen for a while what the draft says at this update: nothing of it waits any more."""
    Draft.objects.filter(pk=article.pk).update(published_seq=contents.seq, published_state=contents.state)


def _refuse_wordless(note: str, significance: str) -> None:
    if significance != Significance.MUST_READ and not clean_note(note):
        raise Invalid(note=_("Say what changed, or make it a must-read."))


def restore_version(user: User, article_id: int, number: int, *, note: str = "") -> Version:
    """Publish an old version again, as a new one, and make the draft say the same; typing in it merges.

    Raises access.NotFound (also for a version that does not exist), access.Forbidden, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "restore", article_id, lock=True)
        old = Version.objects.filter(article=article, number=number).first()
        if old is None:
            raise access.NotFound
        if article.status == Status.ARCHIVED:
            raise Conflict(_("The article is archived. Bring it back before restoring a version."))
        if old.pk == article.version_id:
            raise Conflict(_("Version %(number)d is the one that readers see now.") % {"number": number})
        said = make_say(user, Draft.objects.select_for_update(no_key=True).get(pk=article.pk), old.document, old.title)
        note = note or _("Version %(number)d restored") % {"number": number}
        article.title = old.title
        version = add_version(user, article, old.title, old.document, note, Significance.NORMAL, restored_from=old)
        _care_for(user, article, version, Asks())
        note_published(article, version, said.seq, said.state)
        if not said.alone:  # what others were typing is not published
            Draft.objects.filter(pk=article.pk).update(published_seq=said.seq - 1)
        events.record(user, *published(article, version))
    return version


def add_version(
    user: User | None,
    article: Article,
    title: str,
    document: dict[str, Any],
    note: str,
    significance: str,
    restored_from: Version | None = None,
    published_at: datetime | None = None,
    approved_by: User | None = None,
) -> Version:
    """The row, its rendering for readers, the images that it shows, the passages that people spoke of, and the article.

    For actions that publish, inside their transaction; records no event. `published_at` is now unless it is given.
    """
    note, significance = clean_note(note), clean_significance(significance)
    documents.check_document(document)
    number = (Version.objects.filter(article=article).aggregate(last=Max("number"))["last"] or 0) + 1
    version = Version(
        article=article, number=number, title=title, document=document, schema=documents.SCHEMA_VERSION,
        passage_roles=sorted(documents.passage_roles(document)), author=user, note=note, approved_by=approved_by,
        significance=significance, restored_from=restored_from, published_at=published_at or timezone.now(),
    )  # fmt: skip
    version.save()
    made = rendering.make(document, frozenset(), article.language)
    Rendering.objects.create(
        version=version, renderer=rendering.RENDERER, html=made.html, text=made.text,
        headings=[[h.level, h.id, h.text] for h in made.headings],
    )  # fmt: skip
    _note_image_uses(version, document)
    article.version = version
    article.status = Status.PUBLISHED
    article.updated_at = version.published_at
    article.save(update_fields=["title", "version", "status", "updated_at"])
    anchors.place_anchors(article, version)
    return version


def _note_image_uses(version: Version, document: dict[str, Any]) -> None:
    """Which of the article's images this version shows, and to whom: an image is no more public than its passage."""
    uses = rendering.image_audiences(document)
    own = set(Image.objects.filter(article_id=version.article_id, pk__in=uses).values_list("pk", flat=True))
    ImageUse.objects.bulk_create(
        ImageUse(version=version, image_id=image_id, roles=roles)
        for image_id, audiences in uses.items()
        for roles in audiences
        if image_id in own
    )


def published(article: Article, version: Version) -> list[events.Happening]:
    """The events of a version that was just added."""
    happened: list[events.Happening] = [
        events.ArticlePublished(
            article, version=version.number, title=version.title, note=version.note, significance=version.significance,
            restored_from=version.restored_from.number if version.restored_from else None,
        )
    ]  # fmt: skip
    if version.significance == Significance.MUST_READ:
        happened.append(events.MustReadAsked(article, version.number, "published"))
    return happened
