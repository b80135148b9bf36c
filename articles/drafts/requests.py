"""The live draft without a socket: GET, POST and PUT /api/v1/articles/<id>/draft/updates?schema=N&user=ID.

The same room, the same log: what is posted is answered when it is stored; a GET waits for news; a PUT says where a
client is and is answered with where everybody is. Errors have the shape of the API's.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from .. import documents
from ..api.auth import CallsPerPerson
from ..api.errors import error_response, not_found
from ..models import User
from ..sockets.wire import Send
from . import store, updates
from .protocol import Malformed, TooLong, awareness_of, parse_awareness
from .rights import Visitor, hides_from
from .room import LARGEST_UPDATE, ComeBack, Refused, Room
from .rooms import MOST_IN_A_ROOM, Rooms, get_rooms
from .seat import person, refusal

logger = logging.getLogger(__name__)
LONGEST_WAIT = 25.0
STORE_SECONDS = 20.0
BINARY = "application/octet-stream"
MAX_ID = 2**63 - 1


class Answered(Exception):
    """The answer is known, whatever else was to be done."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__(response.status_code)


@dataclass(frozen=True)
class Wanted:
    """What the address says: the client and its schema, as whom its page was opened, from where it waits, how long."""

    schema: int | None
    since: int
    wait: float
    client: int | None
    user: int | None

    @classmethod
    def of(cls, query: bytes) -> Wanted:
        """From a query string. Raises Answered."""
        try:
            values = {name: found[-1] for name, found in parse_qs(query.decode("ascii"), max_num_fields=20).items()}
            schema, client, user = (
                int(values[name]) if name in values else None for name in ("schema", "client", "user")
            )
            since, wait = int(values.get("since", 0)), float(values.get("wait", LONGEST_WAIT))
        except ValueError:
            since = wait = -1
        if not 0 <= since <= MAX_ID or not 0 <= wait < float("inf"):
            message = _("since, schema, client and user are whole numbers, wait is a number of seconds.")
            raise Answered(error_response(422, message))
        return cls(schema, since, min(wait, LONGEST_WAIT), client, user)


class Posted:
    """An update that came by request; the room tells when it is stored."""

    def __init__(self) -> None:
        self.received = 0
        self._done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def stored(self, _count: int) -> None:
        """It is in the log."""
        self._end(True)

    def lost(self) -> None:
        """It could not be stored."""
        self._end(False)

    def _end(self, stored: bool) -> None:
        if not self._done.done():
            self._done.set_result(stored)

    async def is_stored(self) -> bool:
        """Wait until it is known. Gives False also when that takes too long."""
        try:
            return await asyncio.wait_for(self._done, STORE_SECONDS)
        except TimeoutError:
            return False


async def draft_updates(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """ASGI application of one request."""
    article_id = min(int(scope["url_route"]["kwargs"]["article_id"]), MAX_ID)
    request = ASGIRequest(scope, BytesIO())
    with _language_of(request):
        try:
            response = await _answer(request, article_id, receive)
        except Answered as answered:
            response = answered.response
        except asyncio.CancelledError:
            raise
        except DatabaseError as problem:
            logger.warning("A draft could not be served: %s", problem)
            response = _unavailable()
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            response = error_response(500, _("Something went wrong here. Nothing was changed; it has been logged."))
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(len(response.content))
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


async def _answer(request: ASGIRequest, article_id: int, receive: Any) -> HttpResponse:
    if request.method not in ("GET", "POST", "PUT"):
        response = error_response(405, _("Drafts are read with GET and written with POST; PUT tells where you are."))
        response["Allow"] = "GET, POST, PUT"
        return response
    rooms = get_rooms()
    if rooms.stopping:
        return _unavailable()
    wanted = Wanted.of(request.scope["query_string"])
    visitor = await _admitted(rooms, request, article_id)
    if wanted.user not in (None, visitor.caller.user_id):
        return error_response(401, _("Somebody else has signed in since this page was opened. Load it again."))
    if wanted.schema not in (None, documents.SCHEMA_VERSION):
        message = _("This page is of another version of kbcentre. Reload it; what you wrote is kept.")
        return error_response(409, message, code="schema")
    room = await rooms.open(article_id)
    if request.method == "POST":
        return await _post(request, rooms, room, visitor, await _body(receive), wanted.client)
    if request.method == "PUT":
        return await _put(request, rooms, room, visitor, await _body(receive))
    return await _get(request, rooms, room, visitor, wanted, receive)


async def _admitted(rooms: Rooms, request: ASGIRequest, article_id: int) -> Visitor:
    """Who asks, with rights in this draft. Raises Answered for everybody else."""
    visitor = await rooms.visitor(request.scope["headers"], article_id)
    if visitor is None:
        raise Answered(error_response(401, _("Sign in, or send a valid token.")))
    if visitor.caller.session_key and request.method != "GET" and check_csrf(request):
        message = _("The request does not carry the token of this session. Reload the page.")
        raise Answered(error_response(403, message, code="csrf"))
    request.user = User(pk=visitor.caller.user_id)
    throttle = CallsPerPerson()
    if not await rooms.ask(throttle.allow_request, request):
        response = error_response(429, _("Too many calls. Wait a moment and try again."))
        response["Retry-After"] = str(max(1, int(throttle.wait())))
        raise Answered(response)
    if visitor.rights is None:
        raise Answered(not_found())
    return visitor


# --- Writing -------------------------------------------------------------------------------------------


async def _body(receive: Any) -> bytes:
    """The whole body. Raises Answered when it is too large."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_UPDATE:
            raise Answered(_refused("too-large"))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _post(
    request: ASGIRequest, rooms: Rooms, room: Room, visitor: Visitor, update: bytes, client: int | None
) -> HttpResponse:
    if not rooms.is_current(visitor):
        visitor = await _admitted(rooms, request, room.id)
    if visitor.rights != "edit":
        return _refused("read-only")
    if room.dead:
        return _unavailable()
    rooms.writes_by_request(room.id, visitor.caller.user_id, visitor.caller.name, LONGEST_WAIT + 15)
    posted = Posted()
    try:
        room.take(posted, visitor.caller.user_id, update, client)
    except ComeBack:
        return _unavailable()
    except Refused as refusal:
        return _refused(str(refusal))
    except Malformed:
        return _refused("malformed")
    if posted.received and not await posted.is_stored():
        return _unavailable()
    return _json(200, {"seq": room.seq})


async def _put(request: ASGIRequest, rooms: Rooms, room: Room, visitor: Visitor, payload: bytes) -> HttpResponse:
    """Where a client is, as an awareness update with one entry; an empty body only asks where the others are."""
    if not rooms.is_current(visitor):
        visitor = await _admitted(rooms, request, room.id)
    if visitor.rights == "watch" and hides_from(room.doc, visitor.view):
        return not_found()
    caller = visitor.caller
    try:
        entries = parse_awareness(payload) if payload else ()
        if len(entries) > 1:
            return _refused("malformed")
        for entry in entries:
            # Whoever asks is as good as a socket; when they do not any more they are forgotten like one that died.
            owner = ("request", caller.user_id, entry.client)
            room.move(owner, person(caller), entries, writes=visitor.rights == "edit")
    except TooLong:
        return _refused("too-large")
    except Malformed:
        return _refused("malformed")
    return HttpResponse(awareness_of(room.awareness.everybody()), content_type=BINARY)


# --- Reading -------------------------------------------------------------------------------------------


async def _get(
    request: ASGIRequest, rooms: Rooms, room: Room, visitor: Visitor, wanted: Wanted, receive: Any
) -> HttpResponse:
    since = wanted.since if wanted.since <= room.seq else 0  # of a database that was put back to an older state
    if since == room.seq and wanted.wait:
        if room.waiting >= MOST_IN_A_ROOM:
            response = error_response(429, _("Too many people have this draft open."))
            response["Retry-After"] = "15"
            return response
        if visitor.rights == "edit":
            seconds = LONGEST_WAIT + 15
            rooms.writes_by_request(room.id, visitor.caller.user_id, visitor.caller.name, seconds)
        await _news_or_gone(room, since, wanted.wait, receive)
        visitor = await _admitted(rooms, request, room.id)  # rights may have gone while it waited
    if visitor.rights == "watch":
        return _for_watcher(room, visitor, since)
    seq, rows = await rooms.ask(store.updates_since, room.id, since)
    parts = updates.merged(rows)
    # What cannot be merged into one update is given whole, as the room has it.
    content = parts[0] if len(parts) == 1 else room.doc.get_update() if parts else store.EMPTY_UPDATE
    return _update(content, seq)


def _for_watcher(room: Room, visitor: Visitor, since: int) -> HttpResponse:
    """The draft as it stands, never what was typed and taken back; not there while it holds what is not for them."""
    if hides_from(room.doc, visitor.view):
        return not_found()
    return _update(room.doc.get_update() if room.seq > since else store.EMPTY_UPDATE, room.seq)


async def _news_or_gone(room: Room, since: int, seconds: float, receive: Any) -> None:
    """Wait for news; when the client goes away it is not worth while any more."""
    news = asyncio.ensure_future(room.wait_beyond(since, seconds))
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done() and not news.done():
            raise asyncio.CancelledError
    finally:
        news.cancel()
        gone.cancel()


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


# --- Answers -----------------------------------------------------------------------------------------------


def _update(content: bytes, seq: int) -> HttpResponse:
    response = HttpResponse(content, content_type=BINARY)
    response["X-Draft-Seq"] = str(seq)
    response["X-Draft-Schema"] = str(documents.SCHEMA_VERSION)
    return response


def _json(status: int, content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(content), status=status, content_type="application/json")


def _refused(code: str) -> HttpResponse:
    status = {"read-only": 403, "malformed": 400, "not-yours": 409}.get(code, 413)
    return error_response(status, refusal(code), code=code.replace("-", "_"))


def _unavailable() -> HttpResponse:
    response = error_response(503, _("This could not be stored now. Nothing is lost: send it again in a moment."))
    response["Retry-After"] = "1"
    return response


@contextmanager
def _language_of(request: ASGIRequest) -> Iterator[None]:
    """The language that the browser asks for."""
    language = translation.get_language_from_request(request)
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        yield
