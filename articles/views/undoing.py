"""Undo instead of "are you sure": what somebody took away can be put back from the message that says that it is gone.

The message carries what is needed, signed for its reader and good for half an hour; nothing of it is kept here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from articles import tabs
from articles.actions.announcing import add_notice
from articles.actions.answering import undo_accepting, undo_lifting, undo_taking
from articles.actions.article import undo_archiving, undo_bringing_back
from articles.actions.centre_hours import set_holiday
from articles.actions.commenting import put_back_comment
from articles.actions.noting import ME, add_note
from articles.actions.planning import resume_plan
from articles.actions.problems import CannotUndo, Conflict, Invalid
from articles.actions.proposing import reopen_proposal
from articles.actions.suggesting import reopen_suggestion
from articles.actions.synonym import put_back_synonyms
from articles.models import (
    Article,
    Comment,
    Flag,
    Holiday,
    Note,
    Notice,
    Plan,
    Proposal,
    Suggestion,
    SynonymGroup,
    User,
)
from articles.working_hours import parse

from .handled import SignedInRequest, page

SALT = "articles.undo"
HOLDS = timedelta(minutes=30)
TABS = "tabs"  # what is of one browser, not of the centre
OFFERS = "undo:"  # begins the tag of a message that offers it: templates/parts/messages.html


# --- What says that something is gone ------------------------------------------------------------------


def note_is_gone(request: SignedInRequest, note: Note) -> None:
    """Say that a note is gone; its author may put it back. Of somebody else's note nothing is carried away."""
    anchor = note.anchor
    passage = [anchor.quote, anchor.before, anchor.after, anchor.audience] if anchor else ["", "", "", ""]
    kept = [
        note.article_id, note.body, note.role.name if note.role else ME, passage,
        note.expires_at.isoformat() if note.expires_at else "", note.pinned,
    ]  # fmt: skip
    _say(request, _("The note is gone."), "note", kept if note.author_id == request.user.pk else None)


def comment_is_gone(request: SignedInRequest, comment: Comment) -> None:
    """Say that the words of a comment are gone; `comment` is as it was. Its author may have them back."""
    own = comment.author_id == request.user.pk and not comment.is_deleted
    said = _("The words are gone; that there was a comment stays to be seen.")
    _say(request, said, "comment", [comment.pk, comment.body] if own else None)


def notice_is_gone(request: SignedInRequest, notice: Notice) -> None:
    """Say that a notice is not shown any more; `notice` is as it was, with its roles and categories loaded."""
    kept = [
        notice.text, notice.tone, notice.starts_at.isoformat(), notice.ends_at.isoformat(),
        [one.name for one in notice.roles.all()], [one.slug for one in notice.categories.all()],
    ]  # fmt: skip
    # One whose roles or topics are gone was shown to nobody, and must not come back as one for all.
    meant = (notice.for_everybody or notice.roles.all()) and (notice.everywhere or notice.categories.all())
    _say(request, _("Nobody is shown it any more."), "notice", kept if meant else None)


def plan_is_cancelled(request: SignedInRequest, plan: Plan) -> None:
    """Say that a plan is cancelled."""
    _say(request, _("The plan is cancelled."), "plan", [plan.pk])


def proposal_is_withdrawn(request: SignedInRequest, proposal: Proposal) -> None:
    """Say that a proposal is taken back."""
    _say(request, _("Withdrawn. The draft is as it was."), "proposal", [proposal.pk])


def suggestion_is_withdrawn(request: SignedInRequest, suggestion: Suggestion) -> None:
    """Say that a suggestion is taken back."""
    _say(request, _("Withdrawn."), "suggestion", [suggestion.pk])


def article_is_archived(request: SignedInRequest, article: Article) -> None:
    """Say that an article is archived, just now and by this person."""
    kept = [article.pk, article.updated_at.isoformat()]
    _say(request, _("Archived: it has left lists and search."), "archived", kept)


def article_is_back(request: SignedInRequest, article: Article) -> None:
    """Say that an article is there again."""
    kept = [article.pk, article.updated_at.isoformat()]
    _say(request, _("The article is back in lists and search."), "brought back", kept)


def flag_is_changed(request: SignedInRequest, words: str, do: str, was: Flag, now: Flag) -> None:
    """Say in `words` what was done with a flag; taking, accepting and lifting can be undone."""
    deeds: dict[str, list[Any]] = {
        "take": [now.pk, was.assignee_id, was.status, now.revision],
        "accept": [now.pk, now.revision],
        "lift": [now.pk, now.revision],
    }
    _say(request, words, do, deeds.get(do) if now.revision != was.revision else None)


def synonyms_are_gone(request: SignedInRequest, group: SynonymGroup) -> None:
    """Say that a group of words is removed; `group` is as it was."""
    said = _("Removed. Searches do without these words in a few seconds.")
    _say(request, said, "synonyms", [group.pk, group.language, group.words])


def holiday_is_gone(request: SignedInRequest, holiday: Holiday) -> None:
    """Say that a day is as every other of its weekday again; `holiday` is what it was."""
    said = _("Removed: %(name)s. That day is as every other now.") % {"name": holiday.name}
    _say(request, said, "holiday", [holiday.day.isoformat(), holiday.name, holiday.hours])


def tabs_are_closed(request: SignedInRequest, ids: list[int]) -> None:
    """Say that the tabs of these articles are closed."""
    words = ngettext("%(count)d article closed.", "%(count)d articles closed.", len(ids)) % {"count": len(ids)}
    _say(request, words, TABS, ids or None)


def _say(request: SignedInRequest, words: str, what: str, kept: list[Any] | None) -> None:
    offer = "" if kept is None else OFFERS + signing.dumps([what, request.user.pk, *kept], salt=SALT, compress=True)
    messages.success(request, words, extra_tags=offer)


# --- What puts it back ---------------------------------------------------------------------------------


@require_POST
@page
def undo(request: SignedInRequest) -> HttpResponse:
    """`/undo/`: POST `kept`, from such a message. Leads to what is there again."""
    try:
        what, user_id, *kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        what, user_id, kept = "", None, []
    if user_id != request.user.pk:
        raise CannotUndo
    if what == TABS:
        return _tabs(request, kept)
    return redirect(BACK[what](request.user, *kept))


def _tabs(request: SignedInRequest, ids: list[int]) -> HttpResponse:
    """The tabs as they were, before those that were opened since; they are this browser's, so this is no action.

    Raises CannotUndo when none of them may be seen any more.
    """
    back = [article.pk for article in tabs.shown_of(request.user, ids)]
    if not back:
        raise CannotUndo
    response = redirect(f"/articles/{back[-1]}/")
    tabs.keep(response, request.user, list(dict.fromkeys([*back, *tabs.open_in(request)]))[: tabs.MOST])
    return response


def _note(user: User, article_id: int, body: str, audience: str, passage: list[str], expires: str, pinned: bool) -> str:
    """Write the note again, where its passage still is; what was about one for certain roles only there."""
    quote, before, after, known_to = passage
    until = datetime.fromisoformat(expires) if expires else None
    if until is not None and until <= timezone.now():
        until = None  # the words are what matters
    write = partial(add_note, user, article_id, body, audience=audience, expires=until, pinned=pinned)
    try:
        with transaction.atomic():
            made = write(quote=quote, before=before, after=after)
            _refuse_others(made, known_to)
    except Invalid as problem:  # the passage has changed since
        if known_to:
            raise CannotUndo from problem
        made = write()
    return f"{made.article.get_absolute_url()}#note-{made.pk}"


def _refuse_others(note: Note, known_to: str) -> None:
    """Raise Conflict when a note on a passage for certain roles has come to stand where others would read it."""
    if known_to and (note.anchor is None or note.anchor.audience != known_to):
        raise CannotUndo


def _comment(user: User, comment_id: int, body: str) -> str:
    made = put_back_comment(user, comment_id, body)
    return f"{made.article.get_absolute_url()}#comment-{made.pk}"


def _notice(user: User, text: str, tone: str, starts: str, ends: str, roles: list[str], categories: list[str]) -> str:
    begins = max(datetime.fromisoformat(starts), timezone.now())
    try:
        add_notice(
            user, text, datetime.fromisoformat(ends), starts=begins, roles=roles, categories=categories, tone=tone
        )
    except Invalid as problem:  # its time is over, or a role or topic is gone
        raise Conflict(" ".join(problem.fields.values())) from problem
    return "/notices/"


def _plan(user: User, plan_id: int) -> str:
    try:
        return f"/plans/{resume_plan(user, plan_id).pk}/"
    except Invalid as problem:  # its hour is over
        raise Conflict(" ".join(problem.fields.values())) from problem


def _proposal(user: User, proposal_id: int) -> str:
    return f"/proposals/{reopen_proposal(user, proposal_id).pk}/"


def _suggestion(user: User, suggestion_id: int) -> str:
    return f"/suggestions/{reopen_suggestion(user, suggestion_id).pk}/"


def _archived(user: User, article_id: int, at: str) -> str:
    return undo_archiving(user, article_id, datetime.fromisoformat(at)).get_absolute_url()


def _brought_back(user: User, article_id: int, at: str) -> str:
    return undo_bringing_back(user, article_id, datetime.fromisoformat(at)).get_absolute_url()


def _take(user: User, flag_id: int, assignee_id: int | None, status: str, revision: int) -> str:
    return undo_taking(user, flag_id, assignee_id, status, revision=revision).get_absolute_url()


def _accept(user: User, flag_id: int, revision: int) -> str:
    return undo_accepting(user, flag_id, revision=revision).get_absolute_url()


def _lift(user: User, flag_id: int, revision: int) -> str:
    return undo_lifting(user, flag_id, revision=revision).get_absolute_url()


def _synonyms(user: User, group_id: int, language: str, words: str) -> str:
    put_back_synonyms(user, group_id, language, words)
    return "/synonyms/"


def _holiday(user: User, day: str, name: str, hours: list[list[str]]) -> str:
    try:
        set_holiday(user, date.fromisoformat(day), name, parse(hours), again=True)
    except Invalid as problem:  # there are too many by now
        raise Conflict(" ".join(problem.fields.values())) from problem
    return "/flags/hours/"


BACK: dict[str, Callable[..., str]] = {
    "note": _note,
    "comment": _comment,
    "notice": _notice,
    "plan": _plan,
    "proposal": _proposal,
    "suggestion": _suggestion,
    "archived": _archived,
    "brought back": _brought_back,
    "take": _take,
    "accept": _accept,
    "lift": _lift,
    "synonyms": _synonyms,
    "holiday": _holiday,
}
