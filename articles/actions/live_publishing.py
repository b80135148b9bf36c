"""In live categories what was written publishes itself, after a pause: many small edits as one version.

Only for what is published already: the first publication of an article is somebody's decision. The worker calls this
every few seconds; several workers may, because everything is asked again under the locks of the rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .. import access, documents, events
from ..drafts import moments
from ..models import (
    Article,
    Draft,
    LiveWriting,
    PlanState,
    PublishingMode,
    Significance,
    Status,
    Suggestion,
    SuggestionState,
    User,
    Version,
)
from ..waiting import plans_in_time
from .freezing import check_contents, read_contents, settle_proposal
from .problems import Invalid
from .publishing import add_version, note_published, note_said_already, publish_article, published
from .reviewing import note_published_review

NAMES_AT_MOST = 500  # characters of a note
DECIDING = timedelta(minutes=10)  # time to say what changed, and whom a must-read asks


def note_live_writing() -> None:
    """Keep a row for every draft that is to publish itself, with the time at which it was first seen."""
    unpublished = _unpublished()
    stale = list(LiveWriting.objects.exclude(draft__in=unpublished).values_list("pk", flat=True))
    if stale:  # a delete that finds nothing would still take the lock of the writers on SQLite
        LiveWriting.objects.filter(pk__in=stale).delete()
    new = unpublished.filter(live_writing__isnull=True).values_list("pk", "changed_at")
    LiveWriting.objects.bulk_create(
        (LiveWriting(draft_id=pk, since=changed_at) for pk, changed_at in new), ignore_conflicts=True
    )


def due_drafts(now: datetime, at_most: int = 50) -> list[int]:
    """The ids of the articles whose drafts rest, or were written in for so long that readers should see it."""
    return list(_due(now).order_by("changed_at").values_list("pk", flat=True)[:at_most])


def publish_written(article_id: int, now: datetime) -> Version | None:
    """Publish what was written in a live category, if it still is to be; the version, or None.

    The version is by whoever wrote last and may still publish there; its note names all who wrote, and whose
    suggestions they took over. Where the text has errors, or nobody of them may any more, nothing happens until
    somebody writes again.
    """
    with transaction.atomic():
        article = (
            Article.objects.select_related("category").select_for_update(of=("self",), no_key=True).get(pk=article_id)
        )
        draft = Draft.objects.select_for_update(of=("self",), no_key=True).get(pk=article_id)
        if not _due(now).filter(pk=article_id).exists():
            return None
        contents = read_contents(article)
        if contents.says_the_same_as(article.version):
            note_said_already(article, contents)
            return None
        writers = _writers(draft)
        author = next((user for user in writers if access.can(user, "publish", article)), None)
        try:
            check_contents(contents)
        except (Invalid, documents.DocumentError):
            author = None
        if author is None:
            LiveWriting.objects.filter(draft=draft).update(refused_seq=draft.seq)
            return None
        article.title = contents.title
        note = _note(writers, _suggesters(draft), article.language)
        version = add_version(author, article, contents.title, contents.document, note, Significance.NORMAL)
        note_published_review(author, article, version)
        note_published(article, version, contents.seq, contents.state)
        settle_proposal(author, article, version)
        events.record(author, *published(article, version))
    return version


def publish_now(user: User, article_id: int) -> Version:
    """Publish what was written without waiting for a pause, just as it is at this moment.

    Raises access.NotFound/Forbidden, Invalid, Conflict, documents.DocumentError.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id, lock=True)
        draft = Draft.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
        note = _note(_writers(draft), _suggesters(draft), article.language) if article.version_id else ""
        return publish_article(user, article.pk, note=note, seq=draft.seq)


def hold_live_publishing(user: User, article_id: int) -> datetime | None:
    """Somebody looks at a draft in order to publish it: for ten minutes it does not publish itself as it is now.

    What somebody writes meanwhile does, after its pause. Gives until when it waits, None where nothing would publish
    itself. Raises access.NotFound/Forbidden.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "publish", article_id)
        draft = Draft.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
        if not (article.publishes_itself and draft.has_unpublished_changes):
            return None
        until = timezone.now() + DECIDING
        held = {"held_seq": draft.seq, "held_until": until}
        LiveWriting.objects.update_or_create(
            draft=draft, defaults=held, create_defaults={**held, "since": draft.changed_at}
        )
    return until


def _due(now: datetime) -> QuerySet[Draft]:
    rested = Q(changed_at__lte=now - settings.LIVE_PAUSE)
    long = Q(live_writing__since__lte=now - settings.LIVE_LONGEST)
    drafts = _unpublished().filter(rested | long, live_writing__isnull=False)
    tried = Q(live_writing__refused_seq=F("seq"))
    held = Q(live_writing__held_seq=F("seq"), live_writing__held_until__gt=now)
    return drafts.exclude(tried).exclude(held).exclude(_is_planned(now))


def _is_planned(now: datetime) -> Exists:
    """Whether the draft waits for the hour of a plan, which a version of today would overtake.

    It waits a pause longer: whoever cancelled the plan may take that back.
    """
    waits = Q(state=PlanState.WAITING) | Q(answered_at__gt=now - settings.LIVE_PAUSE)
    return Exists(plans_in_time().filter(waits, article=OuterRef("article")))


def _unpublished() -> QuerySet[Draft]:
    """The drafts of live categories that hold what readers do not see."""
    return Draft.objects.filter(
        seq__gt=F("published_seq"), article__status=Status.PUBLISHED, article__version__isnull=False,
        article__category__publishing=PublishingMode.LIVE,
    )  # fmt: skip


def _writers(draft: Draft) -> list[User]:
    """Who wrote since the last version: the last writer first, then who wrote most."""
    _state, counted = moments.writing_since(draft.pk, draft.published_seq)
    amounts = {int(pk): sum(amount) for pk, amount in counted.items() if pk}
    if draft.changed_by_id:
        amounts.setdefault(draft.changed_by_id, 0)
    people = User.objects.in_bulk(list(amounts))
    return sorted(people.values(), key=lambda user: (user.pk != draft.changed_by_id, -amounts[user.pk], user.pk))


def _suggesters(draft: Draft) -> list[User]:
    """Who suggested what was taken over since the last version, in that order."""
    taken = Suggestion.objects.filter(
        article=draft.pk, state=SuggestionState.MERGED, draft_seq__gt=draft.published_seq, author__isnull=False
    )
    return list(dict.fromkeys(one.author for one in taken.select_related("author").order_by("draft_seq") if one.author))


def _note(writers: list[User], suggesters: list[User], language: str) -> str:
    """Who wrote, and who suggested it, in the language of the article."""
    names = ", ".join(user.get_full_name() for user in writers)
    others = ", ".join(user.get_full_name() for user in suggesters if user not in writers)
    with translation.override(language):
        if others:
            said = _("Written by %(names)s, as suggested by %(others)s") % {"names": names, "others": others}
        else:
            said = _("Written by %(names)s") % {"names": names}
    return said[:NAMES_AT_MOST]
