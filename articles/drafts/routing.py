"""The addresses of live drafts; `kbcentre.asgi` mounts them."""

from __future__ import annotations

from django.urls import path

from .consumer import draft_socket

draft_sockets = [path("ws/articles/<int:article_id>/draft/", draft_socket)]  # type: ignore[arg-type]
