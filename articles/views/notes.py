"""Notes: writing one, changing it, making more of it; and all that one has written."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import access
from articles.actions import noting
from articles.actions.problems import Conflict, Invalid
from articles.forms.talk import NoteForm, local
from articles.models import Note
from articles.notes import fetch_note, notes_by

from . import undoing
from .handled import SignedInRequest, page
from .listing import number_in, page_of


@require_safe
@page
def my_notes(request: SignedInRequest) -> HttpResponse:
    """`/notes/`: all notes that this person wrote, expired ones too, the newest first."""
    found = page_of(notes_by(request.user).order_by("-pk"), number_in(request))
    return render(request, "talk/notes.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_note(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/notes/`: a form, which the page of the article has beside its text."""
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
    context = {"article": article, "category": article.category, "form": form}
    return render(request, "talk/note.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def note(request: SignedInRequest, note_id: int) -> HttpResponseBase:
    """`/notes/<id>/`. POST `do`: save, delete, comment, flag, draft."""
    found = fetch_note(request.user, note_id)
    if request.method != "POST":
        return _show(request, found, None)
    do, back = request.POST.get("do"), found.article.get_absolute_url()
    if do == "delete":
        noting.delete_note(request.user, note_id)
        undoing.note_is_gone(request, found)
        return redirect(back)
    if do == "comment":
        made = noting.note_to_comment(request.user, note_id)
        return redirect(f"{back}#comment-{made.pk}")
    if do == "flag":
        noting.note_to_flag(request.user, note_id, "other")
        messages.success(request, _("It is a flag now: somebody answers it."))
        return redirect(back)
    if do == "draft":
        noting.note_to_draft(request.user, note_id)
        messages.success(request, _("The note stands in the draft now. Readers see it when the draft is published."))
        return redirect(f"/articles/{found.article_id}/edit/")
    form = NoteForm(request.user, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            noting.edit_note(
                request.user, note_id, body=data["body"], audience=data["audience"], expires=data["expires"],
                pinned=data["pinned"],
            )  # fmt: skip
            return redirect(f"{back}#note-{found.pk}")
        except Invalid as problem:
            form.take(problem)
    return _show(request, found, form)


def _show(request: SignedInRequest, found: Note, form: NoteForm | None) -> HttpResponse:
    own = found.author_id == request.user.pk
    start = {
        "body": found.body, "audience": found.role.name if found.role else noting.ME,
        "expires": local(found.expires_at), "pinned": found.pinned,
    }  # fmt: skip
    context = {
        "article": found.article, "category": found.article.category, "note": found, "user": request.user,
        "form": form or (NoteForm(request.user, initial=start) if own else None),
        "may_delete": own or access.can(request.user, "moderate", found.article),
        "may_edit_article": access.can(request.user, "edit", found.article),
    }  # fmt: skip
    return render(request, "talk/note.html", context, status=422 if form and form.errors else 200)
