"""A draft that was edited a hundred thousand times opens in under a second."""

from __future__ import annotations

import random

from django.utils import timezone
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from articles.drafts import compaction, store
from articles.models import DraftSnapshot
from tests.effort import cpu

SESSIONS, EDITS = 20, 5_000  # each session is a browser of its own: a Yjs client


def test_a_draft_that_was_edited_100000_times_opens_in_under_a_second() -> None:
    chance = random.Random(1)
    doc: Doc = Doc()
    blocks = doc.get("default", type=XmlFragment).children
    for _ in range(30):
        blocks.append(XmlElement("paragraph", contents=[XmlText("some words to begin with ")]))
    rows, snapshot = [doc.get_update()], b"\x00\x00"
    for _ in range(SESSIONS):
        whole, doc = doc.get_update(), Doc()
        doc.apply_update(whole)
        runs = [block.children[0] for block in doc.get("default", type=XmlFragment).children]
        subscription = doc.observe(lambda event: rows.append(event.update))
        for _ in range(EDITS):
            edit(chance.choice(runs), chance)
        doc.unobserve(subscription)
        while len(rows) >= compaction.KEEP_ROWS + 2_000:  # as the worker does
            merged, _since = compaction.merge(DraftSnapshot(data=snapshot), rows[:2_000], timezone.now())
            snapshot, rows[:2_000] = merged, []
    assert len(snapshot) < 2_500_000
    assert cpu(lambda: store.document_of([snapshot, *rows])) < 1
    opened = store.document_of([snapshot, *rows])
    assert str(opened.get("default", type=XmlFragment)) == str(doc.get("default", type=XmlFragment))


def edit(text: XmlText, chance: random.Random) -> None:
    """A word more somewhere, or five letters less."""
    size = len(text)
    if size > 300 or (size > 8 and chance.random() < 0.4):
        at = chance.randrange(size - 5)
        del text[at : at + 5]
    else:
        text.insert(chance.randrange(size + 1), "word ")
