"""Whoever may read an article may suggest a change of what they see; an editor takes it over, or declines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, documents, events, rendering
from ..drafts import store
from ..models import Article, Draft, Suggestion, SuggestionState, User, Version
from ..pictures import shown_images
from .article import clean_title
from .draft import replace_draft
from .limits import refuse_too_many
from .problems import CannotUndo, Conflict, Invalid, TooMany
from .proposing import clean_answer

WINDOW, IN_WINDOW = timedelta(hours=1), 20  # a person with many corrections does not reach it, a broken program does
OPEN_AT_MOST = 100
MANY_OPEN = gettext_lazy("Many of your suggestions wait for an answer. Withdraw some, or wait until they are answered.")


@dataclass(frozen=True)
class Merging:
    """What taking a suggestion over would make of the draft at its update `seq`."""

    seq: int
    draft: dict[str, Any]
    merge: documents.Merge
    title: str  # of the draft


def suggest_change(
    user: User,
    article_id: int,
    document: dict[str, Any],
    reason: str,
    *,
    version: int | None = None,
    title: str | None = None,
) -> Suggestion:
    """Suggest that the article say `document`: what the author saw of version number `version`, changed.

    `reason` says why, in a sentence; `title` is the one that it should have, None for the one that it has. Raises
    access.NotFound (also for a version that does not exist), Invalid, Conflict for what was never published or is
    archived, TooMany, documents.DocumentError.
    """
    documents.check_document(document)
    document = documents.canonical(document)
    reason = _clean_reason(reason)
    with transaction.atomic():
        # The person's row: two requests of one person at one moment must not both come under the limit.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        article = access.fetch_article(user, "suggest", article_id)
        if article.version is None or article.status != "published":
            raise Conflict(_("Only what is published can be improved by a suggestion."))
        _refuse_too_many(user)
        base = _version(article, version)
        seen = rendering.audience_class(access.view_of(user), article, base.passage_roles)
        before = documents.for_audience(base.document, seen)
        new = documents.image_ids(document) - documents.image_ids(before)
        if new - shown_images(user, article, new):
            # Publishing it would show everybody a picture whose address its author has only guessed.
            raise Invalid(document=_("There is a picture in it that is not there. Take it out, or send it again."))
        title = base.title if title is None else clean_title(title)
        title = "" if title == base.title else title
        if not title and before == document:
            raise Invalid(document=_("Nothing is changed yet. Write in the text what it should say."))
        suggestion = Suggestion.objects.create(
            article=article, base=base, seen_roles=sorted(seen), document=document, title=title, reason=reason,
            author=user, created_at=timezone.now(),
        )  # fmt: skip
        events.record(user, events.SuggestionMade(article, suggestion.pk, user))
    return suggestion


def base_of(suggestion: Suggestion) -> dict[str, Any]:
    """The document that its author saw and changed. Needs `base` loaded."""
    return documents.for_audience(suggestion.base.document, suggestion.seen)


def merging(suggestion: Suggestion, *, seq: int | None = None) -> Merging:
    """The suggestion brought together with the draft as it is, or as it was at its update `seq`.

    Raises Conflict when that older state is no longer kept.
    """
    newest, published = Draft.objects.values_list("seq", "article__title").get(pk=suggestion.article_id)
    if seq is None or seq >= newest:
        doc, seq = store.load(suggestion.article_id)
    else:
        old = store.load_at(suggestion.article_id, seq)
        if old is None:
            raise Conflict(_("The draft has changed too much since you looked at it. Look at it again."))
        doc = old
    draft = documents.read_draft(doc)
    merge = documents.merge(base_of(suggestion), draft, suggestion.document)
    return Merging(seq, draft, merge, documents.read_title(doc) or published)


def merge_suggestion(
    user: User,
    suggestion_id: int,
    *,
    seq: int | None = None,
    choices: Mapping[int, documents.Choice] | None = None,
    answer: str = "",
) -> Suggestion:
    """Take a suggestion over into the draft, where the editor goes on with it.

    `seq` is the number of the draft update that the editor looked at: what others write since then merges. For each
    part that was rewritten on both sides `choices` says which to take ("ours" is the draft's), by the number of the
    clash. Raises access.NotFound/Forbidden, Conflict, Invalid when a choice is missing, documents.DocumentError.
    """
    choices = choices or {}
    with transaction.atomic():
        article, suggestion = _fetch(user, suggestion_id)
        found = merging(suggestion, seq=seq)
        if missing := [clash.number for clash in found.merge.clashes if clash.number not in choices]:
            raise Invalid(choices=_("Choose what is to stand in %(count)d places first.") % {"count": len(missing)})
        made = replace_draft(
            user, article.pk, found.merge.document(choices), title=suggestion.title or None, base_seq=found.seq
        )  # fmt: skip
        _close(user, article, suggestion, SuggestionState.MERGED, answer.strip()[:2_000], draft_seq=made)
    return suggestion


def decline_suggestion(user: User, suggestion_id: int, answer: str) -> Suggestion:
    """Do not take it over, and say why. Raises access.NotFound/Forbidden, Conflict, Invalid without an answer."""
    answer = clean_answer(answer, "answer", _("Say why, to whoever took the trouble."))
    with transaction.atomic():
        article, suggestion = _fetch(user, suggestion_id)
        _close(user, article, suggestion, SuggestionState.DECLINED, answer)
    return suggestion


def withdraw_suggestion(user: User, suggestion_id: int) -> Suggestion:
    """Take one's own suggestion back. Raises access.NotFound, access.Forbidden for another's, Conflict."""
    with transaction.atomic():
        if fetch_suggestion(user, suggestion_id).author_id != user.pk:
            raise access.Forbidden("withdraw")
        article, suggestion = _locked(suggestion_id)
        _close(user, article, suggestion, SuggestionState.WITHDRAWN, "")
    return suggestion


def reopen_suggestion(user: User, suggestion_id: int) -> Suggestion:
    """Suggest again what one has withdrawn, as it was.

    Raises access.NotFound, Conflict when it is not one's own or the article is not published any more.
    """
    with transaction.atomic():
        fetch_suggestion(user, suggestion_id)
        suggestion = _row(suggestion_id)
        if suggestion.state != SuggestionState.WITHDRAWN or suggestion.author_id != user.pk:
            raise CannotUndo
        if suggestion.article.status != "published":
            raise Conflict(_("Only what is published can be improved by a suggestion."))
        if Suggestion.objects.filter(author=user, state=SuggestionState.OPEN).count() >= OPEN_AT_MOST:
            raise Conflict(str(MANY_OPEN))
        suggestion.state, suggestion.answered_by, suggestion.answered_at = SuggestionState.OPEN, None, None
        suggestion.save(update_fields=["state", "answered_by", "answered_at"])
        # Not as a new one: those who may answer it have been told of it.
        state = SuggestionState.OPEN.value
        events.record(user, events.SuggestionAnswered(suggestion.article, suggestion.pk, user, state))
    return suggestion


def fetch_suggestion(user: User, suggestion_id: int) -> Suggestion:
    """A suggestion with its article and people, for its author and for those who may edit the article.

    Raises access.NotFound.
    """
    found = (
        Suggestion.objects.select_related("article__category", "article__version", "author", "answered_by", "base")
        .filter(pk=suggestion_id)
        .first()
    )
    if found is None:
        raise access.NotFound
    needed = "view" if found.author_id == user.pk else "answer_suggestion"
    if not access.can(user, needed, found.article):
        raise access.NotFound
    return found


def _fetch(user: User, suggestion_id: int) -> tuple[Article, Suggestion]:
    """An open suggestion that this person may answer, locked. Raises also Conflict."""
    access.require(user, "answer_suggestion", fetch_suggestion(user, suggestion_id).article)
    return _locked(suggestion_id)


def _row(suggestion_id: int) -> Suggestion:
    rows = Suggestion.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("article__category", "author", "base").get(pk=suggestion_id)


def _locked(suggestion_id: int) -> tuple[Article, Suggestion]:
    suggestion = _row(suggestion_id)
    if not suggestion.is_open:
        state = suggestion.get_state_display()
        raise Conflict(_("This suggestion is not open any more: %(state)s.") % {"state": state})
    return suggestion.article, suggestion


def _close(
    user: User,
    article: Article,
    suggestion: Suggestion,
    state: SuggestionState,
    answer: str,
    draft_seq: int | None = None,
) -> None:
    suggestion.state, suggestion.answer, suggestion.draft_seq = state, answer, draft_seq
    suggestion.answered_by, suggestion.answered_at = user, timezone.now()
    suggestion.save(update_fields=["state", "answer", "draft_seq", "answered_by", "answered_at"])
    events.record(user, events.SuggestionAnswered(article, suggestion.pk, suggestion.author, state.value))


def _clean_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(reason=_("Say in a sentence why."))
    if len(reason) > 500:
        raise Invalid(reason=_("The reason has %(count)d characters; 500 are the most.") % {"count": len(reason)})
    return reason


def _refuse_too_many(user: User) -> None:
    message = _("You have made many suggestions within an hour. Send this one a little later.")
    refuse_too_many(Suggestion.objects.filter(author=user), "created_at", IN_WINDOW, WINDOW, message)
    if Suggestion.objects.filter(author=user, state=SuggestionState.OPEN).count() >= OPEN_AT_MOST:
        raise TooMany(str(MANY_OPEN), int(WINDOW.total_seconds()))


def _version(article: Article, number: int | None) -> Version:
    if number is None:
        assert article.version is not None  # asked before
        return article.version
    found = Version.objects.filter(article=article, number=number).first()
    if found is None:
        raise access.NotFound
    return found
