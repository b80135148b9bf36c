"""Everything that is not a page: sockets, and the HTTP paths that stay open. `manage.py serve` runs it."""

from __future__ import annotations

import os
import re

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbcentre.settings")
# Models cannot be imported before this.
_django = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from articles.drafts.routing import draft_sockets, draft_streams  # noqa: E402
from notifications.routing import sockets, streams  # noqa: E402

_DRAFTS = re.compile(r"/api/v1/articles/\d{1,19}/draft/updates\Z")
_STREAMS = re.compile(r"/api/v1/events/stream/?\Z")


def is_stream(path: str) -> bool:
    """Whether an HTTP path is answered by a coroutine: streams and long polls, which would hold a page thread."""
    return (_STREAMS.match(path) or _DRAFTS.match(path)) is not None


_long_lived = URLRouter([*draft_streams, re_path(r"", streams)])  # type: ignore[arg-type]


async def _http(scope: dict, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Streams; under another ASGI server than ours also pages, in Django's own way."""
    application = _long_lived if is_stream(scope["path"]) else _django
    await application(scope, receive, send)


application = ProtocolTypeRouter({"http": _http, "websocket": URLRouter([*draft_sockets, *sockets])})
