"""What is said about a flag: by whoever raises it, and by whoever works on it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import FlagKind, Severity

_LONG = {"maxlength": 2_000, "autocomplete": "off"}


class FlagForm(forms.Form):
    """What is wrong or missing, in a sentence; the rest has an answer already."""

    body = forms.CharField(
        label=_("What is wrong?"), required=False,
        widget=forms.TextInput(attrs={**_LONG, "autofocus": True, "enterkeyhint": "send"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), choices=FlagKind.choices, initial=FlagKind.INCORRECT, widget=forms.RadioSelect
    )
    severity = forms.ChoiceField(
        label=_("How urgent"), choices=Severity.choices, initial=Severity.NORMAL, widget=forms.RadioSelect,
        help_text=_("Urgent warns everybody who has the article open, at once."),
    )  # fmt: skip
    article = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    before = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    query = forms.CharField(required=False, widget=forms.HiddenInput)  # however long: raise_flag keeps its beginning


class WorkForm(forms.Form):
    """An answer, a person, the version that fixed it; `revision` is what was looked at."""

    answer = forms.CharField(
        label=_("Answer"), required=False, widget=forms.Textarea(attrs={"rows": 3, **_LONG, "autofocus": True})
    )
    assignee = forms.IntegerField(required=False, min_value=1)
    version = forms.IntegerField(required=False, min_value=1)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *FlagKind.choices])
    severity = forms.ChoiceField(required=False, choices=[("", ""), *Severity.choices])
    warning = forms.CharField(
        label=_("What readers are told"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
