"""Thousands of WebSocket clients in one process: `python -m tests.bench.crowd`, driven by JSON lines.

In:  {"port", "path", "tokens": [one for each socket]}   →  out: {"connected": n, "seconds": s}
     {"expect": n}  (n frames of events for each socket) →  out: {"last": ns, "frames": n, "disorder": n}

Times are of CLOCK_MONOTONIC, which all processes of a machine share. It does as little as a client can, so that what is
measured is the server: it reads, counts frames, looks at the seq of events, and answers pings.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from typing import Any

from kbcentre.serving.server import raise_open_files

HOST = "127.0.0.1"
AT_ONCE = 100
PATIENCE = 120.0
EVENT = re.compile(rb'\{"type":"event","seq":(\d+)')


class Client:
    """One socket, after its handshake."""

    def __init__(self, connection: socket.socket, rest: bytes) -> None:
        self.connection = connection
        self.pending = bytearray(rest)
        self.events = 0
        self.last_seq = 0
        self.disorder = 0

    def read(self) -> None:
        """Take in what has arrived. Raises ConnectionError when the server has closed."""
        while True:
            try:
                data = self.connection.recv(262_144)
            except BlockingIOError:
                return
            if not data:
                raise ConnectionError("the server closed a socket")
            self.pending += data
            self._take_frames()
            if len(data) < 262_144:
                return

    def _take_frames(self) -> None:
        at, end = 0, len(self.pending)
        while end - at >= 2:
            size, start = self.pending[at + 1] & 127, at + 2
            if size == 126:
                size, start = int.from_bytes(self.pending[start : start + 2]), start + 2
            elif size == 127:
                size, start = int.from_bytes(self.pending[start : start + 8]), start + 8
            if end < start + size:
                break
            self._take(self.pending[at] & 15, bytes(self.pending[start : start + min(size, 120)]))
            at = start + size
        del self.pending[:at]

    def _take(self, opcode: int, beginning: bytes) -> None:
        if opcode == 9:
            self.connection.send(bytes([0x8A, 0x80 | len(beginning), 0, 0, 0, 0]) + beginning)
        elif opcode == 8:
            raise ConnectionError(f"the server closed a socket with {int.from_bytes(beginning[:2])}")
        elif found := EVENT.match(beginning):
            self.events += 1
            seq = int(found[1])
            self.disorder += seq < self.last_seq
            self.last_seq = seq


def connect(port: int, path: str, tokens: list[str]) -> list[Client]:
    """Open a socket for each token, a hundred at a time. Raises ConnectionError when one is refused."""
    clients: list[Client] = []
    for start in range(0, len(tokens), AT_ONCE):
        opening = []
        for token in tokens[start : start + AT_ONCE]:
            connection = socket.create_connection((HOST, port), timeout=60)
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"Authorization: Bearer {token}\r\n\r\n".encode()
            )
            opening.append(connection)
        for connection in opening:
            answer = b""
            while b"\r\n\r\n" not in answer:
                part = connection.recv(4096)
                if not part:
                    raise ConnectionError("refused")
                answer += part
            head, _, rest = answer.partition(b"\r\n\r\n")
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ConnectionError(head.decode())
            connection.setblocking(False)
            clients.append(Client(connection, rest))
        for client in clients:  # those who came first are pinged already
            client.read()
    return clients


def main() -> None:
    """Reads orders until standard input ends."""
    raise_open_files()
    order = json.loads(sys.stdin.readline())
    started = time.monotonic()
    clients = connect(order["port"], order["path"], order["tokens"])
    by_number = {client.connection.fileno(): client for client in clients}
    tell({"connected": len(clients), "seconds": time.monotonic() - started})
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    poll.register(sys.stdin.fileno(), select.EPOLLIN)
    wanted, done, last, until = 0, set[int](), 0, 0.0
    while True:
        for number, _ in poll.poll(1):
            if number == sys.stdin.fileno():
                line = sys.stdin.readline()
                if not line:
                    return
                wanted, done, until = json.loads(line)["expect"], set(), time.monotonic() + PATIENCE
                for client in clients:
                    client.events = client.disorder = client.last_seq = 0
                tell({"ready": True})
                continue
            client = by_number[number]
            client.read()
            if wanted and client.events >= wanted and number not in done:
                done.add(number)
                last = time.monotonic_ns()
        if wanted and (len(done) == len(clients) or time.monotonic() > until):
            frames, disorder = sum(c.events for c in clients), sum(c.disorder for c in clients)
            tell({"last": last, "complete": len(done), "frames": frames, "disorder": disorder})
            wanted = 0


def tell(message: dict[str, Any]) -> None:
    """One line on standard output."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
