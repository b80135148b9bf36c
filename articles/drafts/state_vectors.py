"""What Yjs encodes of a document beside its content: how far each client has written, and what was deleted.

A client numbers what it writes with a clock: one number for each character, node or formatting mark. Both encodings
are lists of unsigned varints as in lib0 (`encoding.js`: seven bits a byte, the lowest first, the high bit means more).
"""

from __future__ import annotations

from collections.abc import Mapping

from .protocol import varint


def decode_state(state: bytes) -> dict[int, int]:
    """{client: clock that it writes next} of an encoded state vector; {} of no bytes. Raises ValueError."""
    if not state:
        return {}
    numbers = _state_numbers(state)
    return dict(zip(numbers[1::2], numbers[2::2], strict=True))


def written_units(state: bytes) -> int:
    """How many characters, nodes and marks were ever written in a document with this state. Raises ValueError."""
    return sum(_state_numbers(state)[2::2]) if state else 0


def encode_state(state: Mapping[int, int]) -> bytes:
    """The opposite of `decode_state`."""
    return varint(len(state)) + b"".join(varint(client) + varint(clock) for client, clock in state.items())


def deleted_units(delete_set: bytes) -> int:
    """How many characters, nodes and marks an encoded delete set names. Raises ValueError."""
    numbers = iter(_numbers(delete_set))
    total = 0
    try:
        for _client in range(next(numbers)):
            next(numbers)  # the client whose writing was deleted; not the one who deleted it
            for _range in range(next(numbers)):
                next(numbers)  # where it starts
                total += next(numbers)
    except StopIteration as problem:
        raise ValueError("a delete set that ends too early") from problem
    return total


def _state_numbers(state: bytes) -> list[int]:
    """The number of clients, then of each its id and its clock."""
    numbers = _numbers(state)
    expected = 1 + 2 * numbers[0] if numbers else 1
    if len(numbers) < expected:
        raise ValueError("a state vector that ends too early")
    return numbers[:expected]


def _numbers(data: bytes) -> list[int]:
    # Decoded for every update of a long log, each with the clocks of everybody who ever wrote in it.
    found: list[int] = []
    number = shift = 0
    for byte in data:
        if byte < 0x80:
            found.append(number | byte << shift)
            number = shift = 0
        else:
            number |= (byte & 0x7F) << shift
            shift += 7
    return found
