"""The addresses of live drafts; `kbcentre.asgi` mounts them."""

from __future__ import annotations

from django.urls import path

from .consumer import draft_socket
from .requests import draft_updates

draft_sockets = [path("ws/articles/<int:article_id>/draft/", draft_socket)]  # type: ignore[arg-type]
draft_streams = [path("api/v1/articles/<int:article_id>/draft/updates", draft_updates)]  # type: ignore[arg-type]
