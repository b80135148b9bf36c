"""How deep an update nests is known before it is applied, in whatever order and from wherever it comes."""

from __future__ import annotations

import pytest
from pycrdt import Doc

from articles.drafts import updates
from articles.drafts.nesting import ASSUMED, DEEPEST, Nesting, TooDeep
from articles.drafts.protocol import Malformed
from tests.drafts.clients import write
from tests.drafts.hostile import beside, nested, value

NOTHING = b"\x00"


def take(nesting: Nesting, update: bytes, state: bytes = NOTHING) -> None:
    nesting.take(updates.check(update).structs, state)


def test_what_people_write_is_three_levels_deep() -> None:
    doc: Doc = Doc()
    sent: list[bytes] = []
    doc.observe(lambda event: sent.append(event.update))
    nesting = Nesting()
    for word in ("Fee", " 745", " kr"):
        write(doc, word)
    for update in sent:
        take(nesting, update)
    assert nesting.depth_of((doc.client_id, 0)) == 1
    end = updates.check(doc.get_update()).sections[0].end
    assert nesting.depth_of((doc.client_id, end - 1)) == 3
    assert nesting.depth_of((doc.client_id, end)) is None


def test_a_chain_is_refused_in_one_update_and_in_many() -> None:
    nesting = Nesting()
    take(nesting, nested(DEEPEST))
    for update in (nested(1, clock=DEEPEST, parent=(7, DEEPEST - 1)), nested(DEEPEST + 1, client=8)):
        with pytest.raises(TooDeep):
            take(nesting, update)
    assert nesting.depth_of((8, 0)) is None, "what is refused leaves nothing behind"


def test_a_chain_that_goes_through_neighbours_is_refused_too() -> None:
    nesting = Nesting()
    take(nesting, nested(DEEPEST - 1))
    take(nesting, beside((7, DEEPEST - 2), client=8))
    take(nesting, nested(1, client=9, parent=(8, 0)))
    with pytest.raises(TooDeep):
        take(nesting, nested(1, client=10, parent=(9, 0)))


def test_what_hangs_on_something_that_comes_later_is_counted_from_there() -> None:
    nesting = Nesting()
    take(nesting, nested(DEEPEST - ASSUMED, client=8, parent=(9, 0)))
    with pytest.raises(TooDeep):
        take(nesting, nested(1, client=8, clock=DEEPEST - ASSUMED, parent=(8, DEEPEST - ASSUMED - 1)))
    take(nesting, nested(ASSUMED, client=7))
    with pytest.raises(TooDeep):
        take(nesting, nested(1, client=9, parent=(7, ASSUMED - 1)))
    take(nesting, nested(1, client=9, parent=(7, 2)))


def test_what_waits_is_not_changed_into_something_deeper() -> None:
    nesting = Nesting()
    take(nesting, nested(100, client=7))
    take(nesting, nested(1, client=8, clock=5))
    with pytest.raises(Malformed):
        take(nesting, nested(1, client=8, clock=5, parent=(7, 99)))
    take(nesting, nested(1, client=8, clock=5))


def test_what_hangs_on_itself_is_malformed() -> None:
    with pytest.raises(Malformed):
        take(Nesting(), nested(1, client=8, parent=(8, 0)))


def test_values_are_not_nested_without_end() -> None:
    updates.check(value(20))
    with pytest.raises(Malformed):
        updates.check(value(1_000))


def test_a_room_that_is_opened_again_knows_how_deep_it_is() -> None:
    nesting = Nesting()
    nesting.take(updates.check(nested(DEEPEST)).structs, None)
    with pytest.raises(TooDeep):
        take(nesting, nested(1, clock=DEEPEST, parent=(7, DEEPEST - 1)))
