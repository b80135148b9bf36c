"""The short way of small binary messages takes what autobahn would take, and nothing else."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from kbcentre.serving.socket_protocol import message_in


def sent(payload: bytes, opcode: Opcode = Opcode.BINARY, *, fin: bool = True, mask: bool = True) -> bytes:
    """The bytes of a frame as a client of another library sends it."""
    return Frame(opcode, payload, fin).serialize(mask=mask)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 125, 126, 127, 128, 255, 256, 40_000, 65_535])
def test_a_whole_message_is_taken_apart_whatever_its_length(size: int) -> None:
    payload = os.urandom(size)
    assert message_in(sent(payload)) == payload


@given(st.binary(min_size=1, max_size=400))
def test_what_was_said_is_what_is_heard(payload: bytes) -> None:
    assert message_in(sent(payload)) == payload


LEFT_ALONE = {
    "nothing": b"",
    "half a head": b"\x82",
    "an empty message": sent(b""),
    "text": sent(b"text", Opcode.TEXT),
    "a fragment": sent(b"a fragment", fin=False),
    "the end of a fragment": sent(b"the end of a fragment", Opcode.CONT),
    "not masked": sent(b"from a server", mask=False),
    "64 kB": sent(bytes(65_536)),
    "two at once": sent(b"two") + sent(b"at once"),
    "cut off": sent(b"the rest comes later")[:-1],
    "compressed": b"\xc2" + sent(b"compressed")[1:],
    "five bytes, whose length is said in two": b"\x82\xfe\x00\x05\x00\x00\x00\x00short",
    "five bytes, whose length is said in eight": b"\x82\xff" + (5).to_bytes(8, "big") + b"\x00\x00\x00\x00short",
    "as long as 127 bytes would be, if 127 were a length": b"\x82\xff" + bytes(131),
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_is_no_whole_small_binary_message_is_left_to_autobahn(what: str) -> None:
    assert message_in(LEFT_ALONE[what]) is None
