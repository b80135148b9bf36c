"""Who writes as which client of a draft, from which clock on, as far as a room knows.

A client id is one window's: two that write under one would each be told that their text is stored, and only one text
would be there. Nobody but a forger does; clients that repeat what they know of others are not to suffer from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pycrdt import Doc

from .state_vectors import decode_state, encode_state
from .structs import Contents, Section, Struct, read_contents, utf16_units

Row = tuple[int, int, int | None]  # client, clock from which on, id of the person


@dataclass
class Identities:
    """Of each client its writers in the order of their clocks; almost always there is one."""

    writers: dict[int, list[tuple[int, int | None]]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        """Note what is known elsewhere."""
        for client, clock, person in rows:
            known = self.writers.setdefault(client, [])
            if (clock, person) not in known:
                known.append((clock, person))
                known.sort(key=lambda one: one[0])

    def note(self, contents: Contents, person: int, state: bytes) -> dict[int, int]:
        """Note that a person wrote an update to a document that was at `state`.

        Gives what is new: client → clock from which on.
        """
        new = {}
        for section in contents.sections:
            known = self.writers.setdefault(section.client, [])
            if known and known[-1][1] == person:
                continue
            written = decode_state(state).get(section.client, 0) if known else 0
            if section.end > written:
                new[section.client] = max(section.clock, written)
                known.append((new[section.client], person))
        return new

    def people(self, client: int) -> set[int | None]:
        """Everybody who has written as this client."""
        return {person for _clock, person in self.writers.get(client, ())}

    def is_only(self, client: int, person: int) -> bool:
        """Whether nobody else has written as this client."""
        return self.people(client) <= {person}


def says_the_same(doc: Doc, contents: Contents, section: Section) -> bool:
    """Whether what a section writes is in a document as it stands there, as far as the document has these clocks.

    Of what was deleted meanwhile that cannot be known.
    """
    state = decode_state(doc.get_state())
    until = min(section.end, state.get(section.client, 0))
    before = encode_state({**state, section.client: section.clock})
    there = read_contents(doc.get_update(before)).structs
    sent, known = (_units(structs, section, until) for structs in (contents.structs, there))
    return sent == known


def _units(structs: Iterable[Struct], section: Section, until: int) -> dict[int, object]:
    units: dict[int, object] = {}
    for struct in structs:
        if struct.client == section.client:
            letters = utf16_units(struct.text) if struct.text is not None else [struct.is_node] * struct.length
            units.update(enumerate(letters, struct.clock))
    return {clock: unit for clock, unit in units.items() if section.clock <= clock < until}
