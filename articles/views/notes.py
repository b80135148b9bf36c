"""Notes: writing one, changing it, making more of it; and all that one has written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, documents
from articles.actions import noting
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.forms.talk import NoteForm, local
from articles.models import Note
from articles.notes import fetch_note, notes_by, notes_of

from . import undoing
from .coming import when_readers_see
from .handled import SignedInRequest, page
from .listing import number_in, page_of
from .talk import with_places


@require_safe
@page
def my_notes(request: SignedInRequest) -> HttpResponse:
    """`/notes/`: all notes that this person wrote, expired ones too, the newest first."""
    found = page_of(notes_by(request.user).order_by("-pk"), number_in(request))
    return render(request, "talk/notes.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_note(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/notes/?page=`: a form, which the page of the article has beside its text; below it all notes on
    the article that this person reads, as the page of the article orders them."""
    article = access.fetch_article(request.user, "note", article_id)
    form = NoteForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            noting.add_note(
                request.user, article_id, data["body"], audience=data["audience"], expires=data["expires"],
                pinned=data["pinned"],
            )  # fmt: skip
            return redirect(article.get_absolute_url())
        except Invalid as problem:
            form.take(problem)
        except Conflict as problem:
            form.add_error(None, str(problem))
    context: dict[str, Any] = {"article": article, "category": article.category, "form": form, "user": request.user}
    if not request.headers.get("X-Dialog"):
        rows = notes_of(request.user, article).order_by("-pinned", "-pk")
        found = page_of(rows, number_in(request))
        context |= {"page": found, "notes": with_places(request.user, article, found.rows)}
    return render(request, "talk/note.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def note(request: SignedInRequest, note_id: int) -> HttpResponseBase:
    """`/notes/<id>/`. POST `do`: delete; or with the fields of the form save, comment, flag, draft.

    Where the draft publishes itself, `draft` asks first, and `draft-and-out` is the answer: the words were for oneself
    or a team, and all readers will see them.
    """
    found = fetch_note(request.user, note_id)
    if request.method != "POST":
        return _show(request, found, None)
    do, back = request.POST.get("do"), found.article.get_absolute_url()
    if do == "delete":
        noting.delete_note(request.user, note_id)
        undoing.note_is_gone(request, found)
        return redirect(back)
    if found.author_id != request.user.pk:
        raise access.Forbidden("edit_note")
    form, status = NoteForm(request.user, request.POST), 422
    if form.is_valid():
        if do == "draft" and found.article.publishes_itself:
            return _show(request, found, form, asks=True)
        try:
            return redirect(_done(request, found, do or "save", form.cleaned_data))
        except Invalid as problem:
            form.take(problem)
        except (Conflict, TooMany, documents.DocumentError) as problem:
            form.add_error(None, str(problem))
            status = 429 if isinstance(problem, TooMany) else 409
    return _show(request, found, form, status)


def _done(request: SignedInRequest, note: Note, do: str, data: dict[str, Any]) -> str:
    """Make of a note what was asked for, with the words as they stand in the form; gives where to go then."""
    user, back, body = request.user, note.article.get_absolute_url(), data["body"]
    if do == "comment":
        return f"{back}#comment-{noting.note_to_comment(user, note.pk, body=body).pk}"
    if do == "flag":
        noting.note_to_flag(user, note.pk, "other", body=body)
        messages.success(request, _("It is a flag now: somebody answers it."))
        return back
    if do in ("draft", "draft-and-out"):
        noting.note_to_draft(user, note.pk, body=body)
        messages.success(request, f"{_('The note stands in the draft now.')} {when_readers_see(note.article)}")
        return f"/articles/{note.article_id}/edit/"
    noting.edit_note(
        user, note.pk, body=body, audience=data["audience"], expires=data["expires"], pinned=data["pinned"]
    )
    return f"{back}#note-{note.pk}"


def _show(
    request: SignedInRequest, found: Note, form: NoteForm | None, status: int = 200, *, asks: bool = False
) -> HttpResponse:
    """The page of a note; `asks` whether its words are to go where they publish themselves."""
    own = found.author_id == request.user.pk
    start = {
        "body": found.body, "audience": found.role.name if found.role else noting.ME,
        "expires": local(found.expires_at), "pinned": found.pinned,
    }  # fmt: skip
    context = {
        "article": found.article, "category": found.article.category, "note": found, "user": request.user,
        "form": form or (NoteForm(request.user, initial=start) if own else None),
        "may_delete": own or access.can(request.user, "moderate", found.article),
        "asks": asks,
        "may_edit_article": access.can(request.user, "edit", found.article),
    }  # fmt: skip
    return render(request, "talk/note.html", context, status=status)
