"""Going back while others type, over the running product's socket: what they typed is acknowledged, and is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from articles.documents import read_draft, to_text
from tests.drafts.clients import Editor, editing
from tests.live.conftest import Centre

OLD = "First paragraph.\n\nSecond paragraph."
NEW = "First paragraph.\n\nSecond paragraph, changed.\n\n- a point that was not there"


def run_of(doc: Doc, beginning: str) -> XmlText:
    """The run of text in which it stands."""

    def search(parent: XmlFragment | XmlElement) -> XmlText | None:
        for child in parent.children:
            found = child if isinstance(child, XmlText) else search(child)
            if found is not None and beginning in str(found):
                return found
        return None

    run = search(doc.get("default", type=XmlFragment))
    assert run is not None, beginning
    return run


def press(doc: Doc, beginning: str, letter: str) -> None:
    """Type one more letter at the end of a run, or in a new paragraph where the run is gone."""
    try:
        run = run_of(doc, beginning)
    except AssertionError:
        paragraph = doc.get("default", type=XmlFragment).children.append(XmlElement("paragraph"))
        run = paragraph.children.append(XmlText(beginning))
    run.insert(len(str(run).encode()), letter)


async def typing(editor: Editor, beginning: str, letters: str) -> None:
    for letter in letters:
        await editor.do(partial(press, beginning=beginning, letter=letter))
        await asyncio.sleep(0.005)


def says(editor: Editor) -> str:
    return to_text(read_draft(editor.doc)).strip()


@pytest.mark.parametrize("how", ["a version", "a moment"])
async def test_what_others_type_while_somebody_goes_back_is_there(how: str, centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, OLD)
    await centre.admin.call("PUT", f"articles/{article}/draft", {"markdown": NEW})
    if how == "a version":
        await asyncio.to_thread(centre.publish, article)
    go_back: dict[str, Callable[[], Awaitable[object]]] = {
        "a version": lambda: centre.admin.call("POST", f"articles/{article}/restore", {"version": 1}),
        "a moment": lambda: centre.admin.call("POST", f"articles/{article}/draft/moments/1/restore", {}),
    }
    async with editing(centre.erik, article) as erik, editing(centre.erik, article) as other:
        hands = asyncio.gather(
            typing(erik, "First paragraph", "A" * 60), typing(other, "Second paragraph", "B" * 60),
        )  # fmt: skip
        await asyncio.sleep(0.1)
        await go_back[how]()
        await hands
        await asyncio.gather(erik.all_stored(), other.all_stored())
        await erik.until(lambda: "changed" not in says(erik) and says(erik) == says(other))
        text = says(erik)
        assert text.count("A") == 60
        assert text.count("B") == 60
        assert "a point" not in text
    draft = await centre.admin.call("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == text


async def test_what_was_typed_offline_into_what_is_gone_comes_back_at_the_end(centre: Centre) -> None:
    article = await asyncio.to_thread(centre.new_article, OLD)
    await centre.admin.call("PUT", f"articles/{article}/draft", {"markdown": NEW})
    async with editing(centre.erik, article) as erik:
        pass  # offline now, and writing on
    before = erik.doc.get_state()
    for letter in "Written on the train. ":
        press(erik.doc, "not there", letter)
    update = erik.doc.get_update(before)
    made = await centre.admin.call("POST", f"articles/{article}/draft/moments/1/restore", {})
    assert made["changed"]
    async with editing(centre.erik, article) as back:
        await back.send_update(update)
        await back.all_stored()
        await back.until(lambda: "Written on the train." in says(back), 15)
        assert says(back) == f"{OLD}\n\nWritten on the train."
    told = await centre.admin.call("GET", f"articles/{article}/draft/authors")
    assert "Erik" in {person["name"].split()[0] for person in told["people"].values()}
