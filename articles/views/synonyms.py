"""Words that find each other, kept by managers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions import synonym
from articles.actions.problems import Invalid
from articles.forms.synonyms import SynonymForm
from articles.models import SynonymGroup

from . import undoing
from .handled import SignedInRequest, page
from .listing import number_in, page_of


@require_http_methods(["GET", "HEAD", "POST"])
@page
def synonyms(request: SignedInRequest) -> HttpResponse:
    """`/synonyms/?group=&page=`: all groups, and a form for the one that is named, or for a new one.

    POST `do`: save (unless it says otherwise), remove; `group`, `words`, `language`.
    """
    access.require(request.user, "manage_synonyms")
    if request.method != "POST":
        return _show(request, _opened(request))
    form = SynonymForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    data = form.cleaned_data
    if request.POST.get("do") == "remove":
        undoing.synonyms_are_gone(request, synonym.delete_synonyms(request.user, data["group"] or 0))
        return redirect("/synonyms/")
    try:
        synonym.save_synonyms(request.user, data["language"], data["words"], data["group"])
    except Invalid as problem:
        form.take(problem)
        return _show(request, form, status=422)
    messages.success(request, _("Saved. Searches use these words in a few seconds."))
    return redirect("/synonyms/")


def _opened(request: SignedInRequest) -> SynonymForm:
    """The form as it is before somebody fills it in. Raises access.NotFound for a group that is not there."""
    number = request.GET.get("group", "")
    if not number:
        return SynonymForm(initial={"language": get_language()})
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = SynonymGroup.objects.filter(pk=int(number)).first() if known else None
    if found is None:
        raise access.NotFound
    return SynonymForm(initial={"group": found.pk, "words": found.words, "language": found.language})


def _show(request: SignedInRequest, form: SynonymForm, *, status: int = 200) -> HttpResponse:
    found = page_of(SynonymGroup.objects.all(), number_in(request), total=SynonymGroup.objects.count())
    context = {"page": found, "form": form, "opened": form["group"].value()}
    return render(request, "articles/synonyms.html", context, status=status)
