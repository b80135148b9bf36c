"""Make a draft, or an old version, what readers see. Versions are added, never rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, documents, events, rendering
from ..drafts import moments, store
from ..models import Article, Draft, Image, ImageUse, Rendering, Significance, Status, User, Version
from .draft import replace_draft
from .problems import Conflict, Invalid


def publish_article(
    user: User, article_id: int, *, note: str = "", significance: str = Significance.NORMAL, seq: int | None = None
) -> Version:
    """Publish the draft as the next version.

    `note` says in a sentence what changed; `seq`, when given, is the number of the draft update that the
    publisher looked at: a draft that has moved on since is refused, so that nobody publishes what they did not read.
    Raises access.NotFound/Forbidden, Invalid, Conflict.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id, lock=True)
        if article.status == Status.ARCHIVED:
            raise Conflict(_("The article is archived. Bring it back before publishing it."))
        draft = Draft.objects.select_for_update().get(pk=article.pk)
        if seq is not None and seq != draft.seq:
            raise Conflict(_("The draft has changed since you looked at it. Look at it again, then publish."))
        doc, last = store.load(draft.pk)
        version = add_version(user, article, article.title, documents.read_draft(doc), note, significance)
        moments.mark_published(draft.pk, doc, last, version)
        events.record(user, _published(article, version))
    return version


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
        replace_draft(user, article.pk, old.document)
        note = note or _("Version %(number)d restored") % {"number": number}
        article.title = old.title
        version = add_version(user, article, old.title, old.document, note, Significance.NORMAL, restored_from=old)
        moments.mark_published(article.pk, *store.load(article.pk), version)
        events.record(user, _published(article, version))
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
) -> Version:
    """The row, its rendering for readers, the images that it shows, and the article that points at it.

    For actions that publish, inside their transaction; records no event. `published_at` is now unless it is given.
    """
    note = " ".join(note.split())
    if len(note) > 500:
        raise Invalid(note=_("The note has %(count)d characters; 500 are the most.") % {"count": len(note)})
    if significance not in Significance.values:
        raise Invalid(significance=_("The significance must be minor, normal or must-read."))
    documents.check_document(document)
    number = (Version.objects.filter(article=article).aggregate(last=Max("number"))["last"] or 0) + 1
    version = Version(
        article=article, number=number, title=title, document=document, schema=documents.SCHEMA_VERSION,
        passage_roles=sorted(documents.passage_roles(document)), author=user, note=note,
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


def _published(article: Article, version: Version) -> events.ArticlePublished:
    return events.ArticlePublished(
        article, version=version.number, title=version.title, note=version.note, significance=version.significance,
        restored_from=version.restored_from.number if version.restored_from else None,
    )  # fmt: skip
