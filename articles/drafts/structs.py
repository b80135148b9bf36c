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
NAMED_TYPE = 3  # XmlElement says its name
TYPES = (0, 1, 2, NAMED_TYPE, 4, 6)  # what else there is, XmlHook and yrs's own, is not written alike everywhere
DEEPEST_VALUE = 50  # levels of lists and objects in a value
HAS_ORIGIN, HAS_RIGHT_ORIGIN, HAS_KEY = 0x80, 0x40, 0x20
NOWHERE = -1  # of a range that is left out of an update


class TooMany(ValueError):
    """An update writes more pieces than anybody does at once."""


@dataclass(frozen=True, slots=True)
class Struct:
    """An item. `beside` are the ids that it was put next to or into; `text` is None for what is no text."""

    client: int
    clock: int
    length: int
    beside: tuple[Id, ...]
    text: str | None
    is_node: bool
    below: int = 0  # how many levels below what is named in `beside`: 1 where that is its parent, or a root


@dataclass(frozen=True, slots=True)
class Section:
    """What one client writes in an update: from this clock to before that one."""

    client: int
    clock: int
    end: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What an update writes, in its order, and what it deletes."""

    structs: list[Struct]
    deleted: Ranges
    sections: list[Section]


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
    contents = read_contents(update)
    return contents.structs, contents.deleted


def read_contents(update: bytes, at_most: int | None = None) -> Contents:
    """All that is in an update. Raises protocol.Malformed, and TooMany for more than so many structs."""
    reader = Reader(update)
    structs: list[Struct] = []
    sections: list[Section] = []
    for _client in range(reader.number()):
        count, client, first = reader.number(), reader.number(), reader.clock()
        if count > len(update):
            raise Malformed
        if at_most is not None and len(structs) + count > at_most:
            raise TooMany
        clock = first
        for _struct in range(count):
            found = _struct_at(reader, client, clock)
            clock += found.length
            if found.below >= 0:
                structs.append(found)
        sections.append(Section(client, first, clock))
    return Contents(structs, read_deletions(reader), sections)


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
        if info != kind:
            raise Malformed
        return Struct(client, clock, reader.clock(), (), None, False, NOWHERE if kind == SKIP else 0)
    beside: list[Id] = []
    if info & HAS_ORIGIN:
        beside.append((reader.number(), reader.clock()))
    if info & HAS_RIGHT_ORIGIN:
        beside.append((reader.number(), reader.clock()))
    below = 0 if beside else 1
    if not beside:
        if reader.number() == 1:
            reader.bytes()  # the name of a root type
        else:
            beside.append((reader.number(), reader.clock()))
        if info & HAS_KEY:
            reader.bytes()
    text, length = _content(reader, kind)
    return Struct(client, clock, length, tuple(beside), text, kind == TYPE, below)


def _content(reader: Reader, kind: int) -> tuple[str | None, int]:
    """The text, where it is text, and the length."""
    if kind == STRING:
        text = reader.text()
        return text, utf16(text)
    if kind == DELETED:
        return None, reader.clock()
    if kind in (JSON, ANY):
        count = reader.number()
        for _value in range(count):
            _skip_any(reader) if kind == ANY else reader.bytes()
        return None, count
    if kind == TYPE:
        named = reader.number()
        if named not in TYPES:
            raise Malformed
        if named == NAMED_TYPE:
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


def utf16_units(text: str) -> list[int]:
    """A text as JavaScript counts it, unit by unit."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def _skip_any(reader: Reader, depth: int = 0) -> None:
    """A value of lib0's `writeAny` (`encoding.js`). Raises Malformed also for one that is nested too deeply."""
    kind = reader.byte()
    skip: dict[int, Callable[[], object]] = {
        127: lambda: None, 126: lambda: None, 125: lambda: _skip_signed(reader), 124: lambda: reader.skip(4),
        123: lambda: reader.skip(8), 122: lambda: reader.skip(8), 121: lambda: None, 120: lambda: None,
        119: reader.bytes, 118: lambda: _skip_object(reader, depth + 1), 117: lambda: _skip_list(reader, depth + 1),
        116: reader.bytes,
    }  # fmt: skip
    if kind not in skip or depth > DEEPEST_VALUE:
        raise Malformed
    skip[kind]()


def _skip_signed(reader: Reader) -> None:
    while reader.byte() >= 0x80:
        pass


def _skip_object(reader: Reader, depth: int) -> None:
    for _key in range(reader.number()):
        reader.bytes()
        _skip_any(reader, depth)


def _skip_list(reader: Reader, depth: int) -> None:
    for _value in range(reader.number()):
        _skip_any(reader, depth)
