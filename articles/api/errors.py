"""One shape for every error: {"error": {"code", "message", "fields"?}}."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from .. import access, documents
from ..actions.problems import Conflict, Invalid, TooMany

logger = logging.getLogger(__name__)
PREFIX = "/api/v1/"
CODES = {400: "bad_request", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
         409: "conflict", 413: "too_large", 422: "invalid", 429: "too_many_requests", 500: "server_error",
         503: "unavailable"}  # fmt: skip


def error_response(
    status: int, message: str, *, code: str | None = None, fields: dict[str, str] | None = None
) -> JsonResponse:
    """The answer for an error. `code` is a word for programs, `message` a sentence for people."""
    error: dict[str, Any] = {"code": code or CODES.get(status, "error"), "message": message}
    if fields:
        error["fields"] = fields
    return JsonResponse({"error": error}, status=status)


def not_found() -> JsonResponse:
    """The one body for what is absent and for what is hidden."""
    return error_response(404, gettext("There is nothing here, or it is not for you."))


class OneShape:
    """Middleware: what Django answers by itself under the API's address has the shape of the API's errors as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code < 400 or not request.path.startswith(PREFIX) or _is_json(response):
            return response
        made = not_found() if response.status_code == 404 else error_response(response.status_code, _said(response))
        for name in ("Allow", "Retry-After"):
            if name in response:
                made[name] = response[name]
        return made


def _is_json(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith("application/json")


def _said(response: HttpResponseBase) -> str:
    if response.status_code == 405:
        return gettext("This address takes %(methods)s only.") % {"methods": response.get("Allow", "")}
    return gettext("That cannot be done: %(reason)s.") % {"reason": response.reason_phrase}


def register(api: NinjaAPI) -> None:
    """Teach an API to answer our exceptions."""

    def on(kind: type[Exception], answer: Callable[[Any], HttpResponse]) -> None:
        def handler(_request: HttpRequest, problem: Any) -> HttpResponse:
            return answer(problem)

        api.add_exception_handler(kind, handler)

    on(access.NotFound, lambda _: not_found())
    on(Http404, lambda _: not_found())
    on(access.Forbidden, lambda _: error_response(403, gettext("You may see this, but your roles do not allow that.")))
    on(Invalid, lambda problem: error_response(422, str(problem), fields=problem.fields))
    on(documents.DocumentError, lambda problem: error_response(422, str(problem), fields={"document": str(problem)}))
    on(documents.TooLarge, lambda problem: error_response(413, str(problem), fields={"document": str(problem)}))
    on(RequestDataTooBig, lambda _: error_response(413, gettext("That is too large. Send it in parts.")))
    on(Conflict, lambda problem: error_response(409, str(problem)))
    on(TooMany, _too_many)
    on(AuthenticationError, lambda _: error_response(401, gettext("Sign in, or send a valid token.")))
    on(ValidationError, _invalid)
    on(Throttled, _throttled)
    on(HttpError, _refused)
    api.add_exception_handler(Exception, _unexpected)


def _too_many(problem: TooMany) -> HttpResponse:
    response = error_response(429, str(problem))
    response["Retry-After"] = str(problem.wait)
    return response


def _refused(problem: HttpError) -> HttpResponse:
    cause = problem.__cause__  # what the parser of bodies said; ninja makes the same of everything
    if isinstance(cause, Invalid):
        return error_response(422, str(cause), fields=cause.fields)
    return error_response(problem.status_code, str(problem))


def _invalid(problem: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for error in problem.errors:
        names = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "data")]
        fields[".".join(names) or "body"] = str(error.get("msg", ""))
    if any(str(error.get("type", "")).startswith("json") for error in problem.errors):
        return error_response(400, gettext("The body is not valid JSON."))
    return error_response(422, " ".join(f"{name}: {text}." for name, text in fields.items()), fields=fields)


def _throttled(problem: Throttled) -> HttpResponse:
    response = error_response(429, gettext("Too many calls. Wait a moment and try again."))
    response["Retry-After"] = str(max(1, int(problem.wait or 1)))
    return response


def _unexpected(request: HttpRequest, problem: Any) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=problem)
    if isinstance(problem, OperationalError):
        return error_response(503, gettext("The database does not answer. Nothing was changed. Try again in a moment."))
    return error_response(500, gettext("Something went wrong here. Nothing was changed; it has been logged."))
