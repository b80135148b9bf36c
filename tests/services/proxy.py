"""A proxy between browser and product that lets no websocket through, as some corporate networks have one."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.services.ports import HOST

REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    target: tuple[str, int]


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.request.recv(65_536)
            if not part:
                return
            head += part
        if re.search(rb"^upgrade:\s*websocket", head, re.IGNORECASE | re.MULTILINE):
            self.request.sendall(REFUSED)
            return
        # One request for each connection, so that the next one's head is looked at as well.
        head = re.sub(rb"\r\nconnection:[^\r]*", b"\r\nConnection: close", head, count=1, flags=re.IGNORECASE)
        with socket.create_connection(self.server.target) as upstream:
            upstream.sendall(head)
            threading.Thread(target=_pour, args=(self.request, upstream), daemon=True).start()
            _pour(upstream, self.request)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side has gone, and with it the reason to go on


@contextmanager
def without_websockets(url: str) -> Iterator[str]:
    """The address at which the product at `url` can be reached, but not over a websocket."""
    target = urlsplit(url)
    with _Server((HOST, 0), _Handler) as server:
        server.target = (target.hostname or HOST, target.port or 80)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
