"""Lists: `?limit=&cursor=` → {"items": […], "next": cursor|null}. Cursors name a row, so nothing is skipped or
repeated when rows are added meanwhile (the seek method)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from ninja.errors import HttpError

M = TypeVar("M", bound=Model)
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=200)]


def page(
    rows: QuerySet[M], fields: tuple[str, ...], limit: int, cursor: str | None, shape: Callable[[M], dict[str, Any]]
) -> dict[str, Any]:
    """One page of a queryset ordered by `fields` (a leading "-" is descending; the last field is unique).

    Raises HttpError 400 for a cursor that this list did not give.
    """
    rows = rows.order_by(*fields)
    if cursor:
        try:
            rows = rows.filter(_after(fields, _decode(cursor, len(fields))))
        except (ValueError, TypeError, OverflowError, ValidationError):  # a number where a time should be, say
            raise HttpError(400, _("That cursor is not one of this list. Begin without a cursor.")) from None
    found = list(rows[: limit + 1])
    following = None
    if len(found) > limit:
        found = found[:limit]
        following = _encode([getattr(found[-1], name.lstrip("-")) for name in fields])
    return {"items": [shape(row) for row in found], "next": following}


def _after(fields: tuple[str, ...], values: list[Any]) -> Q:
    """Rows behind the one with these values: (a, b) > (x, y) spelt as a > x or (a = x and b > y)."""
    condition = Q()
    equal = Q()
    for name, value in zip(fields, values, strict=True):
        column, beyond = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= equal & Q(**{f"{column}__{beyond}": value})
        equal &= Q(**{column: value})
    return condition


def _encode(values: list[Any]) -> str:
    plain = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, count: int) -> list[Any]:
    """The values in a cursor. Raises ValueError when it is none."""
    values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(values, list) or len(values) != count or not all(isinstance(v, (str, int)) for v in values):
        raise ValueError
    if any(isinstance(value, str) and "\0" in value for value in values):
        raise ValueError
    return values
