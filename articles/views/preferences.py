"""A person's own choices: language, theme, single keys; and the way to password and second step."""

from __future__ import annotations

from collections import Counter

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access
from articles.actions.people import change_preferences
from articles.actions.problems import Invalid
from articles.forms import PreferencesForm

from .handled import SignedInRequest, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def preferences(request: SignedInRequest) -> HttpResponse:
    """`/preferences/`. What is saved holds from the next page on: the one that follows the form."""
    user = request.user
    if request.method != "POST":
        now = {"language": user.language, "theme": user.theme, "single_keys": user.single_keys}
        return _show(request, PreferencesForm(initial=now))
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        change_preferences(user, **form.cleaned_data)
    except Invalid as problem:
        for name, message in problem.fields.items():
            form.add_error(name, message)
        return _show(request, form, status=422)
    return _remember_language(request, redirect("/preferences/"))


def _remember_language(request: SignedInRequest, response: HttpResponse) -> HttpResponse:
    """Say that it is saved in the language that was chosen, and keep that for this browser's sign-in page."""
    chosen = request.user.language
    language = chosen or translation.get_language_from_request(request)
    with translation.override(language):
        messages.success(request, _("Saved. It holds from now on, on every device."))
    if chosen:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


def _show(request: SignedInRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    kinds = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    context = {
        "form": form,
        "roles": sorted(access.view_of(request.user).roles),
        "has_password": request.user.has_usable_password(),
        "steps": Counter(kinds),
        "is_absent": request.user.is_absent(timezone.localdate()),
    }
    return render(request, "articles/preferences.html", context, status=status)
