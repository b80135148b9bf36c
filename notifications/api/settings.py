"""What a person wants to be told, how and when."""

from __future__ import annotations

from datetime import time
from typing import Any

from ninja import Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from articles.api import shapes
from articles.models import User
from articles.signed_in import SignedInRequest

from ..actions import choosing
from ..models import NotificationSettings

router = Router(tags=["notifications"])


class QuietIn(Schema):
    model_config = ConfigDict(extra="forbid")

    start: time | None = Field(None, alias="from")
    to: time | None = None


class SettingsIn(Schema):
    model_config = ConfigDict(extra="forbid")

    matrix: dict[str, dict[str, str]] | None = None
    quiet_hours: QuietIn | None = None
    working_days: list[int] | None = None
    daily_at: time | None = None
    most_mails: int | None = None
    follows_own: bool | None = None
    follows_team: bool | None = None
    on_call: bool | None = None
    on_call_until: AwareDatetime | None = None
    preset: str | None = None


def settings_line(user: User, row: NotificationSettings) -> dict[str, Any]:
    """The whole of somebody's settings."""

    def clock(value: time | None) -> str | None:
        return value.strftime("%H:%M") if value else None

    return {
        "matrix": choosing.whole_matrix_of(user),
        "quiet_hours": {"from": clock(row.quiet_from), "to": clock(row.quiet_to)},
        "working_days": [int(day) for day in row.working_days],
        "daily_at": clock(row.daily_at),
        "most_mails": row.most_mails,
        "follows_own": row.follows_own,
        "follows_team": row.follows_team,
        "on_call_until": shapes.time(row.on_call_until),
    }


@router.get("notification-settings")
def settings(request: SignedInRequest) -> dict[str, Any]:
    """Kind of event × channel (inbox, desktop, email) → off, now, hourly or daily; and when you want quiet."""
    return settings_line(request.user, choosing.settings_for(request.user))


@router.put("notification-settings")
def change(request: SignedInRequest, data: SettingsIn) -> dict[str, Any]:
    """Change what you send; kinds, channels and fields that you leave out stay as they are. What GET gives may be sent.

    Kinds that tell nobody stay off, whatever is sent for them. Kinds and fields that do not exist are refused (422):
    the error names those that there are.

    `quiet_hours` {from, to}: both, or both null for none. `working_days`: 1 is Monday. `preset`: everything, mine or
    must-reads, before the matrix that comes with it.
    """
    user, values = request.user, _values(data)
    if data.preset:
        choosing.use_preset(user, data.preset)
    row = choosing.change_settings(user, matrix=data.matrix, **values)
    if data.on_call is not None:
        row = choosing.start_call(user) if data.on_call else choosing.end_call(user)
    return settings_line(user, row)


def _values(data: SettingsIn) -> dict[str, Any]:
    named = ("daily_at", "most_mails", "follows_own", "follows_team")
    values = {name: value for name in named if (value := getattr(data, name)) is not None}
    if data.quiet_hours is not None:
        values |= {"quiet_from": data.quiet_hours.start, "quiet_to": data.quiet_hours.to}
    if "on_call_until" in data.model_fields_set:
        values["on_call_until"] = data.on_call_until
    if data.working_days is not None:
        values["working_days"] = "".join(str(day) for day in data.working_days)
    return values
