"""Choose what one is told, on which channel and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.problems import Invalid
from articles.events import KINDS
from articles.models import User

from ..models import Channel, Delivery, DeliveryState, NotificationSettings, Preference, Timing
from ..models.settings import EVERY_DAY
from ..telling.kinds import TABLE
from ..telling.presets import PRESETS
from ..telling.schedule import GRACE

Matrix = Mapping[str, Mapping[str, str]]  # kind → channel → when
CALL = timedelta(hours=1)  # after so long a call that nobody ended is over


def change_settings(user: User, *, matrix: Matrix | None = None, **values: Any) -> NotificationSettings:
    """Change what is given and leave the rest: cells of the matrix, and fields of NotificationSettings.

    Kinds of events that tell nobody may be named, and stay off. Raises Invalid for kinds, channels and timings that do
    not exist, and values that make no sense.
    """
    cells = _cells(matrix or {})
    with transaction.atomic():
        row, _created = NotificationSettings.objects.select_for_update(no_key=True).get_or_create(user=user)
        quiet, until = _quiet(row), row.on_call_until
        for name, value in values.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        if _quiet(row) != quiet:
            _let_out(user, until)
        _write(user, cells)
    return row


def use_preset(user: User, name: str) -> None:
    """Choose the whole matrix, and whether one hears of what is one's own, by one word. Raises Invalid."""
    preset = PRESETS.get(name)
    if preset is None:
        raise Invalid(preset=_("There is no such choice."))
    change_settings(user, matrix=preset.matrix(), follows_own=preset.follows_own, follows_team=preset.follows_team)


def matrix_of(user: User) -> dict[str, dict[str, str]]:
    """The whole matrix of a person: what they chose, and what the table says where they did not. One query."""
    found = {
        kind: {channel.value: str(telling.default(channel)) for channel in Channel} for kind, telling in TABLE.items()
    }
    for kind, channel, timing in Preference.objects.filter(user=user).values_list("kind", "channel", "timing"):
        if kind in found:
            found[kind][channel] = timing
    return found


def whole_matrix_of(user: User) -> dict[str, dict[str, str]]:
    """The same with the kinds that tell nobody, which are off: every kind of event, as programs read it."""
    off = {kind: {channel.value: Timing.OFF.value for channel in Channel} for kind in sorted(KINDS)}
    return off | matrix_of(user)


def settings_for(user: User) -> NotificationSettings:
    """The settings of a person, saved or not."""
    return NotificationSettings.objects.filter(pk=user.pk).first() or NotificationSettings(user=user)


def start_call(user: User, now: datetime | None = None) -> NotificationSettings:
    """No messages while one is on a call: until it is ended, and for an hour at most."""
    return change_settings(user, on_call_until=(now or timezone.now()) + CALL)


def end_call(user: User) -> NotificationSettings:
    """The call is over: what waited for its end comes now."""
    return change_settings(user, on_call_until=None)


def _quiet(row: NotificationSettings) -> tuple[object, ...]:
    """When they want no messages."""
    return row.on_call_until, row.quiet_from, row.quiet_to, row.working_days


def _let_out(user: User, until: datetime | None) -> None:
    """What was put off until others of these hours were over is due now: when it is sent, it is asked again whether it
    may. `until` is the end of the call that they were on. What waits for other reasons goes on waiting: what failed,
    and what is to be told once more."""
    now = timezone.now()
    waiting = Delivery.objects.filter(recipient=user, state=DeliveryState.WAITING, due_at__gt=now + GRACE)
    waiting.filter(Q(due_at=until) | Q(at_once=True, attempts=0, sent_at=None)).update(due_at=now)


def stop_mail(user: User, kind: str = "") -> None:
    """No more mail about a kind of event; without one, no more mail at all."""
    kinds = [kind] if kind in TABLE else list(TABLE)
    change_settings(user, matrix={one: {Channel.EMAIL.value: Timing.OFF.value} for one in kinds})


def _cells(matrix: Matrix) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind, channels in matrix.items():
        if kind not in KINDS:
            said = _("There is no kind of event named %(name)s.") % {"name": kind[:60]}
            choice = _("Choose among these: %(kinds)s.") % {"kinds": ", ".join(sorted(TABLE))}
            raise Invalid(matrix=f"{said} {choice}")
        for channel, timing in channels.items():
            if channel not in Channel.values:
                raise Invalid(matrix=_("There is no channel named %(name)s.") % {"name": channel[:60]})
            if timing not in Timing.values:
                raise Invalid(matrix=_("Choose off, now, hourly or daily for %(name)s.") % {"name": kind})
            if kind in TABLE:
                found[kind, channel] = timing
    return found


def _write(user: User, cells: Mapping[tuple[str, str], str]) -> None:
    """Keep the cells that differ from the table: so a better default reaches whoever never chose.

    A cell that was once chosen stays chosen, also where it is set back to what the table says now.
    """
    known = {(row.kind, row.channel): row for row in Preference.objects.filter(user=user)}
    new, changed = [], []
    for (kind, channel), timing in cells.items():
        row = known.get((kind, channel))
        if row is None and timing != TABLE[kind].default(channel):
            new.append(Preference(user=user, kind=kind, channel=channel, timing=timing))
        elif row is not None and row.timing != timing:
            row.timing = timing
            changed.append(row)
    Preference.objects.bulk_create(new)
    Preference.objects.bulk_update(changed, ["timing"])


def _check(row: NotificationSettings) -> None:
    if (row.quiet_from is None) != (row.quiet_to is None):
        raise Invalid(quiet_hours=_("Say both when it becomes quiet and until when, or neither."))
    if row.on_call_until and row.on_call_until > timezone.now() + CALL:
        raise Invalid(on_call_until=_("A call lasts an hour at most."))
    if isinstance(row.quiet_from, time) and row.quiet_from == row.quiet_to:
        raise Invalid(quiet_hours=_("Quiet hours begin and end at different times."))
    days = "".join(sorted(set(row.working_days)))
    if not days or set(days) - set(EVERY_DAY):
        raise Invalid(working_days=_("Choose at least one day on which messages may come."))
    row.working_days = days
    try:
        row.clean_fields()
    except ValidationError as problem:
        raise Invalid(**{name: " ".join(texts) for name, texts in problem.message_dict.items()}) from None
