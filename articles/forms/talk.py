"""Forms of notes and notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import access
from ..actions.problems import Invalid
from ..models import NoticeTone, User
from ..notes import teams_of
from ..role_names import role_name

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def _moment(label: Any, *, required: bool) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, required=required, input_formats=_FORMATS,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip


class _Taking(forms.Form):
    def take(self, problem: Invalid) -> None:
        """Show what an action did not accept, at the field that it is about."""
        for name, message in problem.fields.items():
            self.add_error(name if name in self.fields else None, message)


class NoteForm(_Taking):
    """A note: its words, for whom, until when, where."""

    body = forms.CharField(label=_("Note"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}))
    audience = forms.ChoiceField(label=_("For"))
    expires = _moment(_("Until (may stay empty)"), required=False)
    pinned = forms.BooleanField(label=_("Pin it above the text"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("me", _("me alone")), *((team, role_name(team)) for team in teams_of(user))]


class NoticeForm(_Taking):
    """A notice: its words, when, for whom and where."""

    text = forms.CharField(label=_("Message"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    tone = forms.ChoiceField(
        label=_("How it looks"), choices=NoticeTone.choices, initial=NoticeTone.INFO, widget=forms.RadioSelect
    )
    starts = _moment(_("From (empty: now)"), required=False)
    ends = _moment(_("Until"), required=True)
    categories = forms.MultipleChoiceField(
        label=_("On the pages of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=_("For people with the role"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, roles: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_all = access.can(user, "announce_to_all")
        places = list(access.categories_for(user, "view" if to_all else "publish").order_by("path"))
        field, people = self.fields["categories"], self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)
        assert isinstance(people, forms.MultipleChoiceField)
        field.choices = [(one.slug, one.name) for one in places]
        field.help_text = (
            _("A topic brings all that is below it. None chosen means all pages.")
            if to_all
            else _("A topic brings all that is below it.")
        )
        self._depths = [len(one.ancestor_ids) - 1 for one in places]
        field.required = not to_all
        people.choices = [(role, role_name(role)) for role in roles]
        people.help_text = _("None: everybody who sees these pages.")

    def topics(self) -> list[tuple[int, forms.boundfield.BoundWidget]]:
        """The boxes of the topics, each with how far it stands below the others."""
        return list(zip(self._depths, self["categories"], strict=True))


def local(moment: datetime | None) -> datetime | None:
    """A moment as a form shows it: in the time of the centre."""
    return timezone.localtime(moment) if moment else None
