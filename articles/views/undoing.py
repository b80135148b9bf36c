"""Undo instead of "are you sure": what somebody took away can be put back from the message that says that it is gone.

The message carries what is needed, signed for its reader and good for half an hour; nothing of it is kept here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.actions.commenting import put_back_comment
from articles.actions.noting import ME, add_note
from articles.actions.problems import Conflict, Invalid
from articles.models import Comment, Note

from .handled import SignedInRequest, page

SALT = "articles.undo"
HOLDS = timedelta(minutes=30)
NOTE, COMMENT = "undo-note:", "undo-comm:"  # of messages that offer it: templates/parts/messages.html


def note_is_gone(request: SignedInRequest, note: Note) -> None:
    """Say that a note is gone; its author may put it back. Of somebody else's note nothing is carried away."""
    offer = ""
    if note.author_id == request.user.pk:
        kept = [
            request.user.pk, note.article_id, note.body, note.role.name if note.role else ME,
            note.anchor.quote if note.anchor else "", note.expires_at.isoformat() if note.expires_at else "",
            note.pinned,
        ]  # fmt: skip
        offer = NOTE + signing.dumps(kept, salt=SALT + NOTE, compress=True)
    messages.success(request, _("The note is gone."), extra_tags=offer)


def comment_is_gone(request: SignedInRequest, comment: Comment) -> None:
    """Say that the words of a comment are gone; `comment` is as it was. Its author may have them back."""
    offer = ""
    if comment.author_id == request.user.pk and not comment.is_deleted:
        offer = COMMENT + signing.dumps([request.user.pk, comment.pk, comment.body], salt=SALT + COMMENT, compress=True)
    said = _("The words are gone; that there was a comment stays to be seen.")
    messages.success(request, said, extra_tags=offer)


def _kept(request: SignedInRequest, what: str) -> list[Any]:
    """What a message gave this person to send back. Raises Conflict when that is too old or for another."""
    try:
        kept: list[Any] = signing.loads(request.POST.get("kept", ""), salt=SALT + what, max_age=HOLDS)
    except signing.BadSignature:
        kept = [None]
    if kept[0] != request.user.pk:
        raise Conflict(_("That cannot be undone any more. Write it again."))
    return kept[1:]


@require_POST
@page
def comment_back(request: SignedInRequest) -> HttpResponse:
    """`/comments/back/`: POST `kept`, from such a message."""
    comment_id, body = _kept(request, COMMENT)
    made = put_back_comment(request.user, comment_id, body)
    return redirect(f"{made.article.get_absolute_url()}#comment-{made.pk}")


@require_POST
@page
def note_back(request: SignedInRequest) -> HttpResponse:
    """`/notes/back/`: POST `kept`, from such a message; writes the note again, where its passage still is."""
    article_id, body, audience, quote, expires, pinned = _kept(request, NOTE)
    until = datetime.fromisoformat(expires) if expires else None
    try:
        made = add_note(request.user, article_id, body, audience=audience, quote=quote, expires=until, pinned=pinned)
    except Invalid:  # the passage has changed since, or its time is over: the words are what matters
        made = add_note(request.user, article_id, body, audience=audience, pinned=pinned)
    return redirect(f"{made.article.get_absolute_url()}#note-{made.pk}")
