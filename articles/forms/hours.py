"""When the centre works, as managers write it: "08:00–12:00, 13:00–17:00" for a day."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..models import Severity
from ..working_hours import Calendar, Hours

_SPAN = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$")


def said(hours: Hours) -> str:
    """Hours as people write them; empty for a day on which the centre is closed."""
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)


class HoursField(forms.CharField):
    """Spans of time, separated by commas; nothing: closed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "text", "placeholder": _("closed")}
        super().__init__(required=False, max_length=120, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Hours:
        """Hours; raises ValidationError for what cannot be read."""
        words = super().clean(value)
        return tuple(self._span(part.strip()) for part in words.split(",") if part.strip())

    def _span(self, words: str) -> tuple[time, time]:
        found = _SPAN.match(words)
        try:
            if found:
                opens, closes = found.group(1, 2), found.group(3, 4)
                return (time(int(opens[0]), int(opens[1] or 0)), time(int(closes[0]), int(closes[1] or 0)))
        except ValueError:
            pass
        raise forms.ValidationError(_now("Write “%(words)s” like this: 08:00–17:00.") % {"words": words})


class HoursForm(forms.Form):
    """The week, and how long a flag of each severity may wait."""

    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            self.fields[f"day{number}"] = HoursField(label=capfirst(name), initial=said(calendar.week[number]))
        for severity in reversed(Severity):
            self.fields[severity.value] = forms.IntegerField(
                label=severity.label, min_value=1, initial=calendar.targets[severity.value],
                widget=forms.NumberInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number in range(7)]

    @property
    def times(self) -> list[forms.BoundField]:
        return [self[severity.value] for severity in reversed(Severity)]

    def week(self) -> list[Hours]:
        """The seven days, of a valid form."""
        return [self.cleaned_data[f"day{number}"] for number in range(7)]

    def targets(self) -> dict[str, int]:
        """Severity → minutes, of a valid form."""
        return {severity.value: self.cleaned_data[severity.value] for severity in Severity}


class HolidayForm(forms.Form):
    """A day that is not like others of its name."""

    day = forms.DateField(
        label=_("Day"), input_formats=["%Y-%m-%d"], widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    hours = HoursField(label=_("Hours"))
