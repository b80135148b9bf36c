"""A real mail server on loopback that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import asyncio
import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.services.ports import free_port


@dataclass
class MailServer:
    """What arrived; `refuses` are recipients to whom it takes nothing, with the answer that it gives; on a letter to one of
    `hangs_up` it ends the connection without a word."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    hangs_up: set[str] = field(default_factory=set)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs_up & set(envelope.rcpt_tos):
            server.transport.abort()
            await asyncio.sleep(10)  # cancelled when the connection is gone
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One, until the end of the block."""
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    """Its plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """Its HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())
