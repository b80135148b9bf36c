"""The one character that no text may hold: NUL, which PostgreSQL does not store and nobody types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from articles.actions.problems import Invalid
from articles.api.errors import PREFIX, error_response
from articles.views import errors

NUL = "\0"


def _said() -> str:
    return _("The address or the form holds a character that no text may hold (NUL). Nothing was changed.")


class NoNul:
    """Middleware: an address or a form with NUL in it is answered with 400 before anything looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """After the check of the form's token, which has read the form already."""
        is_program = request.path.startswith(PREFIX)
        # What a program sends is JSON, see `Body`; a form of the API is only a picture and its name.
        if not _holds_nul(request.GET) and (is_program or not _holds_nul(request.POST)):
            return None
        if is_program:
            return error_response(400, _said())
        return errors.refused(request, [_said()], status=400)


def _holds_nul(values: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in given) for name, given in values.lists())


class Body(Parser):
    """The parser of the API: JSON without NUL in any of its texts."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body. Raises ValueError for what is not JSON, Invalid for NUL in it."""
        data = super().parse_body(request)
        # Hardly any body has the letters of an escaped NUL; only then all of it is looked through.
        # (JSON in UTF-16 holds zero bytes, and may hide it.)
        if (rb"\u0000" in request.body or b"\0" in request.body) and (where := _where(data)) is not None:
            raise Invalid(**{where or "body": _("The text holds a character that no text may hold (NUL).")})
        return data


def _where(data: Any) -> str | None:
    """The field of a body in which there is a NUL; "" where it is in no field, None where there is none."""
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        field, value = waiting.pop()
        if isinstance(value, str) and NUL in value:
            return field
        if isinstance(value, dict):
            if any(NUL in name for name in value):
                return field
            waiting += [(field or name, inside) for name, inside in value.items()]
        elif isinstance(value, list):
            waiting += [(field, inside) for inside in value]
    return None
