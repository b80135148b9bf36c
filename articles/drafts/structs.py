"""What is in a Yjs v1 update, struct by struct: what was written, where, and what was deleted.

The format is that of yjs 13 (`readClientsStructRefs` and `readItemContent` in its `src/utils/encoding.js` and
`src/structs/Item.js`); a clock counts UTF-16 units of text, as JavaScript does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .protocol import Malformed, Reader

Id = tuple[int, int]  # client, clock
GC, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOCUMENT, SKIP = range(11)
NAMED_TYPES = (3, 5)  # XmlElement and XmlHook say their name
HAS_ORIGIN, HAS_RIGHT_ORIGIN, HAS_KEY = 0x80, 0x40, 0x20


@dataclass(frozen=True, slots=True)
class Struct:
    """An item. `beside` are the ids that it was put next to or into; `text` is None for what is no text."""

    client: int
    clock: int
    length: int
    beside: tuple[Id, ...]
    text: str | None
    is_node: bool


class Ranges:
    """A set of ids."""

    def __init__(self, ranges: Iterable[tuple[int, int, int]] = ()) -> None:
        """Of (client, from this clock, to before that one)."""
        self._by_client: dict[int, list[tuple[int, int]]] = {}
        for client, start, end in ranges:
            self._by_client.setdefault(client, []).append((start, end))
        for client, found in self._by_client.items():
            self._by_client[client] = _joined(sorted(found))

    def __contains__(self, one: Id) -> bool:
        found = self._by_client.get(one[0], [])
        index = bisect_right(found, one[1], key=lambda part: part[0]) - 1
        return index >= 0 and one[1] < found[index][1]

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return ((client, start, end) for client, found in self._by_client.items() for start, end in found)

    def add(self, client: int, start: int, end: int) -> None:
        """Add the ids of a client from one clock to before another."""
        found = self._by_client.setdefault(client, [])
        index = bisect_right(found, start, key=lambda part: part[0])
        first = index - 1 if index and found[index - 1][1] >= start else index
        last = bisect_right(found, end, key=lambda part: part[0])
        found[first:last] = _joined(sorted([*found[first:last], (start, end)]))


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in parts:
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


def read_update(update: bytes) -> tuple[list[Struct], Ranges]:
    """What an update writes, in its order, and what it deletes. Raises protocol.Malformed."""
    reader = Reader(update)
    structs: list[Struct] = []
    for _client in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        for _struct in range(count):
            found = _struct_at(reader, client, clock)
            clock += found.length
            if found.beside or found.text is not None or found.is_node:
                structs.append(found)
    return structs, read_deletions(reader)


def read_deletions(reader: Reader) -> Ranges:
    """An encoded delete set."""
    found = []
    for _client in range(reader.number()):
        client = reader.number()
        for _range in range(reader.number()):
            start = reader.number()
            found.append((client, start, start + reader.number()))
    return Ranges(found)


def _struct_at(reader: Reader, client: int, clock: int) -> Struct:
    info = reader.byte()
    kind = info & 0x1F
    if kind in (GC, SKIP):
        return Struct(client, clock, reader.number(), (), None, is_node=False)
    beside: list[Id] = []
    if info & HAS_ORIGIN:
        beside.append((reader.number(), reader.number()))
    if info & HAS_RIGHT_ORIGIN:
        beside.append((reader.number(), reader.number()))
    if not beside:
        if reader.number() == 1:
            reader.bytes()  # the name of a root type
        else:
            beside.append((reader.number(), reader.number()))
        if info & HAS_KEY:
            reader.bytes()
    text, length = _content(reader, kind)
    return Struct(client, clock, length, tuple(beside), text, is_node=kind == TYPE)


def _content(reader: Reader, kind: int) -> tuple[str | None, int]:
    """The text, where it is text, and the length."""
    if kind == STRING:
        text = reader.text()
        return text, utf16(text)
    if kind == DELETED:
        return None, reader.number()
    if kind in (JSON, ANY):
        count = reader.number()
        for _value in range(count):
            _skip_any(reader) if kind == ANY else reader.bytes()
        return None, count
    if kind == TYPE:
        if reader.number() in NAMED_TYPES:
            reader.bytes()
    elif kind in (BINARY, EMBED):
        reader.bytes()
    elif kind == FORMAT:
        reader.bytes()
        reader.bytes()
    elif kind == DOCUMENT:
        reader.bytes()
        _skip_any(reader)
    else:
        raise Malformed
    return None, 1


def utf16(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _skip_any(reader: Reader) -> None:
    """A value of lib0's `writeAny` (`encoding.js`)."""
    kind = reader.byte()
    skip: dict[int, Callable[[], object]] = {
        127: lambda: None, 126: lambda: None, 125: lambda: _skip_signed(reader), 124: lambda: reader.skip(4),
        123: lambda: reader.skip(8), 122: lambda: reader.skip(8), 121: lambda: None, 120: lambda: None,
        119: reader.bytes, 118: lambda: _skip_object(reader), 117: lambda: _skip_list(reader), 116: reader.bytes,
    }  # fmt: skip
    if kind not in skip:
        raise Malformed
    skip[kind]()


def _skip_signed(reader: Reader) -> None:
    while reader.byte() >= 0x80:
        pass


def _skip_object(reader: Reader) -> None:
    for _key in range(reader.number()):
        reader.bytes()
        _skip_any(reader)


def _skip_list(reader: Reader) -> None:
    for _value in range(reader.number()):
        _skip_any(reader)
