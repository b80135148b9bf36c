"""A person's own choices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models.person import Theme

# Each language in its own words: whoever cannot read the page finds theirs.
LANGUAGES = [("", _("As the browser")), ("en", "English"), ("sv", "Svenska")]


class PreferencesForm(forms.Form):
    """Language, theme, and whether single keys do something."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=LANGUAGES, widget=forms.RadioSelect,
    )  # fmt: skip
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)
    single_keys = forms.BooleanField(label=_("Use single keys as shortcuts"), required=False)


class AbsenceForm(forms.Form):
    """Away up to and with a day; without one, back."""

    until = forms.DateField(
        label=_("Absent until"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
