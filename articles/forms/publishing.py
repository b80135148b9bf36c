"""What is said about a version, about a time, and about somebody's proposal or suggestion."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..actions.asking import chosen_asks
from ..actions.problems import Invalid
from ..centre_time import moment_of
from ..models import Significance, User

ASKING = frozenset({"roles", "categories", "days"})


class TimeForm(forms.Form):
    """A day and a time of the centre. Asked for only when something is to happen later."""

    day = forms.DateField(
        label=_("Day"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    hour = forms.TimeField(
        label=_("Time"), required=False, input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["min"] = timezone.localdate().isoformat()

    def moment(self) -> datetime | None:
        """The moment, of a valid form; None, with an error at its field, when there is none."""
        day, hour = self.cleaned_data.get("day"), self.cleaned_data.get("hour")
        if day is None:
            self.add_error("day", _now("Choose a day."))
        if hour is None:
            self.add_error("hour", _now("Choose a time."))
        if day is None or hour is None:
            return None
        try:
            return moment_of(day, hour)
        except Invalid as problem:
            self.take(problem)
            return None

    def take(self, problem: Invalid) -> None:
        """Show what an action did not accept, at the field that it is about."""
        for name, message in problem.fields.items():
            field = "hour" if name == "at" else name
            self.add_error(field if field in self.fields else None, message)


class PublishForm(TimeForm):
    """What is said about a version. What was looked at: `seq`, the draft, beside `seen`, the version of the readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asking_errors: dict[str, str] = {}

    note = forms.CharField(
        label=_("What changed"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 500, "autocomplete": "off"}),
        help_text=_("One sentence, shown to everybody who has the article open."),
    )  # fmt: skip
    significance = forms.ChoiceField(
        label=_("How much it matters"), choices=Significance.choices, initial=Significance.NORMAL,
        widget=forms.RadioSelect, help_text=_("Minor is a slip of the pen. Must-read is marked in every list."),
    )  # fmt: skip
    seq = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    # Whom a must-read asks: boxes that the page draws itself, with numbers of people. Checked by the action.
    ask_days = forms.IntegerField(required=False)

    def said(self, user: User) -> dict[str, Any]:
        """What the actions take, of a valid form. Raises Invalid."""
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in ("note", "significance", "seq")}
        if said["significance"] == Significance.MUST_READ:
            roles, topics = self.asked_for()
            said["asks"] = chosen_asks(user, roles=roles, categories=topics, days=self.cleaned_data["ask_days"])
        return said

    def asked_for(self) -> tuple[list[str], list[str]]:
        """The roles and the topics that are ticked, also of a form that is not valid."""
        if not isinstance(self.data, QueryDict):
            return [], []
        return self.data.getlist("ask_roles"), self.data.getlist("ask_categories")

    def take(self, problem: Invalid) -> None:
        """What is wrong with whom it asks is shown there."""
        asking = {name: message for name, message in problem.fields.items() if name in ASKING}
        self.asking_errors |= asking
        super().take(Invalid(**{name: said for name, said in problem.fields.items() if name not in ASKING}))


class SuggestForm(forms.Form):
    """A changed title and text, and why. Scripts send `document` (ProseMirror JSON), others `text` (Markdown)."""

    title = forms.CharField(
        label=_("Title"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off", "form": "suggesting"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 500, "autocomplete": "off", "form": "suggesting"}),
        help_text=_("One sentence, for whoever decides: what is wrong, and how you know."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "true", "autocomplete": "off"}),
    )  # fmt: skip
    document = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_document(self) -> dict[str, Any] | None:
        """The document that a script sent, unchecked; None where there was none."""
        try:
            found = json.loads(self.cleaned_data["document"] or "null")
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("The browser sent a text that cannot be read.")) from None
        return found if isinstance(found, dict) else None

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n")


class AnswerForm(forms.Form):
    """A comment on a proposal, an answer to a suggestion."""

    answer = forms.CharField(
        required=False, strip=True, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2_000, "autocomplete": "off"})
    )
    seq = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
