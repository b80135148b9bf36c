"""When the centre works and how long a flag may wait, as managers write it: "08:00–17:00" for a day, "1 h 30 min"."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext
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
        raise forms.ValidationError(gettext("Write “%(words)s” like this: 08:00–17:00.") % {"words": words})


_LASTING = re.compile(
    r"^(?:(?P<hours>\d+(?:[.,]\d+)?)\s*(?:h|hours?|tim|timm(?:e|ar))\.?)?\s*"
    r"(?:(?:and|och)\s*)?(?:(?P<minutes>\d+)\s*(?:m|min|minut(?:e|es|er)?)\.?)?$"
)


def said_lasting(minutes: int) -> str:
    """ "45 min", "9 h", "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    said_hours = gettext("%(count)s h") % {"count": hours} if hours else ""
    said_minutes = gettext("%(count)d min") % {"count": rest} if rest or not hours else ""
    return f"{said_hours} {said_minutes}".strip()


class LastingField(forms.CharField):
    """How long something lasts, in hours and minutes. A bare number is refused: 9 may mean either."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": "lasting-help"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> int:
        """Minutes; raises ValidationError for what cannot be read."""
        words = super().clean(value)
        found = _LASTING.match(words.strip().lower())
        if not found or not (found["hours"] or found["minutes"]):
            raise forms.ValidationError(
                gettext("Write “%(words)s” like this: 9 h, 30 min, or 1 h 30 min.") % {"words": words}
            )
        return round(float((found["hours"] or "0").replace(",", ".")) * 60) + int(found["minutes"] or 0)


class HoursForm(forms.Form):
    """The week, and how long a flag of each severity may wait."""

    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            self.fields[f"day{number}"] = HoursField(label=capfirst(name), initial=said(calendar.week[number]))
        for severity in reversed(Severity):
            self.fields[severity.value] = LastingField(
                label=severity.label, initial=said_lasting(calendar.targets[severity.value])
            )

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
