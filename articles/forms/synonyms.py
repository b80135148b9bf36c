"""Words that find each other."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.problems import Invalid
from ..models import SynonymGroup


class SynonymForm(forms.Form):
    """A group of words; `group` is the one that is changed, none for a new one."""

    words = forms.CharField(
        label=_("Words"), max_length=500, required=False,
        help_text=_("Two at least, separated by commas: “dagis, förskola”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=SynonymGroup._meta.get_field("language").choices or ())
    group = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def take(self, problem: Invalid) -> None:
        """Show what an action found wrong at the fields that it named."""
        for name, message in problem.fields.items():
            self.add_error(name if name in self.fields else None, message)
