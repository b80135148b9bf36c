"""How deep everything in a draft is nested, so that nothing is applied that nests without end.

yrs and the editors walk through a document by calling themselves for each level: some ten thousand levels end the
process, or the page of everybody who has the draft open. So the depth of what an update brings is known before anything
touches it. What hangs on something that has not come yet is taken to be no deeper than people write, and what comes
then must keep that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from .protocol import Malformed
from .state_vectors import decode_state
from .structs import Id, Struct

DEEPEST = 200  # levels; documents that can be published have 60
ASSUMED = 80  # of what is not here yet
MOST_ASSUMED = 1_000


class TooDeep(ValueError):
    """An update nests deeper than anything that can be read."""


class NotKnownYet(ValueError):
    """How deep the draft is nested is still being found out."""


class Levels:
    """The nesting of a draft that is open already while it is found out: of a long one that takes a second."""

    def __init__(self, known: Nesting | None) -> None:
        self._known = known
        self._waiting: list[Sequence[Struct]] = []

    def know(self, nesting: Nesting) -> None:
        """It was found out, up to what came meanwhile."""
        for structs in self._waiting:
            nesting.take(structs, None)
        self._known, self._waiting = nesting, []

    def add(self, structs: Sequence[Struct]) -> None:
        """Note what is in the log."""
        if self._known is None:
            self._waiting.append(structs)
        else:
            self._known.take(structs, None)

    def take(self, structs: Sequence[Struct], state: bytes) -> None:
        """`Nesting.take`. Raises also NotKnownYet: words can be taken before it is known, nodes cannot."""
        if self._known is not None:
            self._known.take(structs, state)
        elif any(struct.is_node for struct in structs):
            raise NotKnownYet
        else:
            self._waiting.append(structs)


class Nesting:
    """The depth of everything that was ever written in a draft; that of a node at the top is 1."""

    def __init__(self) -> None:
        # Of each client runs of neighbours with the same depth: (first clock, clock after the last, depth).
        self._runs: dict[int, list[tuple[int, int, int]]] = {}
        self._assumed: set[Id] = set()

    def depth_of(self, one: Id) -> int | None:
        """How deep this is; None for what is not here."""
        runs = self._runs.get(one[0], [])
        at = bisect_right(runs, one[1], key=lambda run: run[0]) - 1
        return runs[at][2] if at >= 0 and one[1] < runs[at][1] else None

    def take(self, structs: Sequence[Struct], state: bytes | None) -> None:
        """Note what an update writes. Raises TooDeep or Malformed, and has noted nothing then.

        `state` is how far the document is (a state vector); None for what is in the log, which was looked at before,
        perhaps by another process at the same time.
        """
        depths, missing = _Depths(self, structs).all()
        if state is not None:
            self._check(structs, depths, missing)
            self._check_again(structs, depths, state)
        self._assumed |= missing
        for struct, depth in zip(structs, depths, strict=True):
            self._note(struct.client, struct.clock, struct.clock + struct.length, depth)
        if self._assumed:  # most of the time nothing waits
            self._assumed = {one for one in self._assumed if self.depth_of(one) is None}

    def _check(self, structs: Sequence[Struct], depths: list[int], missing: set[Id]) -> None:
        if max(depths, default=0) > DEEPEST or len(self._assumed) + len(missing) > MOST_ASSUMED:
            raise TooDeep
        assumed: dict[int, list[int]] = {}
        for client, clock in self._assumed:
            assumed.setdefault(client, []).append(clock)
        for struct, depth in zip(structs, depths, strict=True):
            end = struct.clock + struct.length
            if depth > ASSUMED and any(struct.clock <= clock < end for clock in assumed.get(struct.client, ())):
                raise TooDeep

    def _check_again(self, structs: Sequence[Struct], depths: list[int], state: bytes) -> None:
        """What came before and waits is not to be changed into something deeper: others may hang on it."""
        deeper = [
            struct
            for struct, depth in zip(structs, depths, strict=True)
            if any(known < depth for known in self._known(struct.client, struct.clock, struct.clock + struct.length))
        ]
        written = decode_state(state) if deeper else {}
        if any(struct.clock + struct.length > written.get(struct.client, 0) for struct in deeper):
            raise Malformed

    def _known(self, client: int, start: int, end: int) -> list[int]:
        """The depths of what is known of a range of clocks."""
        runs = self._runs.get(client, [])
        if not runs or start >= runs[-1][1]:
            return []
        at = max(bisect_right(runs, start, key=lambda run: run[0]) - 1, 0)
        found = []
        for first, after, depth in runs[at:]:
            if first >= end:
                break
            if after > start:
                found.append(depth)
        return found

    def _note(self, client: int, start: int, end: int, depth: int) -> None:
        """What is known stays: of what comes twice, yrs keeps the first as well."""
        runs = self._runs.setdefault(client, [])
        if runs and start < runs[-1][1]:
            for gap in self._gaps(client, start, end):
                runs.insert(bisect_right(runs, gap[0], key=lambda run: run[0]), (*gap, depth))
        elif runs and runs[-1][1] == start and runs[-1][2] == depth:
            runs[-1] = (runs[-1][0], end, depth)
        elif end > start:
            runs.append((start, end, depth))

    def _gaps(self, client: int, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a range of clocks of which nothing is known."""
        runs = self._runs[client]
        gaps = []
        at = max(bisect_right(runs, start, key=lambda run: run[0]) - 1, 0)
        for first, after, _depth in runs[at:]:
            if first >= end:
                break
            if start < first:
                gaps.append((start, first))
            start = max(start, after)
        return [*gaps, (start, end)] if start < end else gaps


class _Depths:
    """The depths of the structs of one update, which may stand in any order and hang on one another."""

    def __init__(self, nesting: Nesting, structs: Sequence[Struct]) -> None:
        self._nesting, self._structs = nesting, structs
        self._depths: list[int | None] = [None] * len(structs)
        self._missing: set[Id] = set()
        self._by_client: dict[int, list[tuple[int, int]]] = {}  # (clock, index), in order
        for index, struct in enumerate(structs):
            self._by_client.setdefault(struct.client, []).append((struct.clock, index))
        for found in self._by_client.values():
            found.sort()

    def all(self) -> tuple[list[int], set[Id]]:
        """The depth of each, and what they hang on that is nowhere. Raises Malformed for what hangs on itself."""
        for index in range(len(self._structs)):
            self._work_out(index)
        return [depth or 0 for depth in self._depths], self._missing

    def _work_out(self, index: int) -> None:
        waiting, begun = [index], set()
        while waiting:
            at = waiting[-1]
            if self._depths[at] is not None:
                waiting.pop()
                continue
            struct = self._structs[at]
            needed = [
                one for one in map(self._index_of, struct.beside) if one is not None and self._depths[one] is None
            ]
            if needed:
                if at in begun:
                    raise Malformed
                begun.add(at)
                waiting += needed
                continue
            deepest = max(map(self._depth_of, struct.beside), default=0)
            self._depths[at] = deepest + struct.below
            waiting.pop()

    def _index_of(self, one: Id) -> int | None:
        found = self._by_client.get(one[0])
        if not found or self._nesting.depth_of(one) is not None:
            return None
        at = bisect_right(found, (one[1], len(self._structs))) - 1
        if at < 0:
            return None
        index = found[at][1]
        struct = self._structs[index]
        return index if one[1] < struct.clock + struct.length else None

    def _depth_of(self, one: Id) -> int:
        index = self._index_of(one)
        depth = self._depths[index] if index is not None else self._nesting.depth_of(one)
        if depth is None:
            self._missing.add(one)
            return ASSUMED
        return depth
