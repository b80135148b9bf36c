"""One draft on the pages of several people: what its text, its label and the browser's own copy are."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.editing import put_caret
from tests.live.clients import Visitor

SOCKET = re.compile(r"/ws/articles/\d+/draft/")
SAVED = re.compile(r"^(Saved|Sparat) \d\d:\d\d$")  # Ella reads Swedish


def stored(erik: Visitor, article: int) -> str:
    text: str = erik.api("GET", f"articles/{article}/draft")["markdown"]
    return text


def is_stored(erik: Visitor, article: int, words: str) -> None:
    """Wait until the server has some words."""
    deadline = time.monotonic() + 10
    while words not in stored(erik, article):
        assert time.monotonic() < deadline, f"“{words}” never arrived: {stored(erik, article)}"
        time.sleep(0.1)


def open_editor(page: Page, article: int) -> Page:
    page.goto(f"/articles/{article}/edit/")
    expect(page.locator(".ProseMirror")).to_contain_text("in advance")
    return page


def text_of(page: Page) -> str:
    """The text, without the carets of others in it."""
    words: str = page.locator(".ProseMirror").evaluate(
        """node => { const copy = node.cloneNode(true);
        copy.querySelectorAll(".caret, .ProseMirror-separator, .ProseMirror-widget").forEach(part => part.remove());
        return [...copy.children].map(block => block.textContent.replace(/\\u2060/g, "")).join("\\n"); }"""
    )
    return words


def shows(page: Page, words: str) -> None:
    """Wait until the text on the page has some words."""
    deadline = time.monotonic() + 15
    while words not in text_of(page):
        assert time.monotonic() < deadline, f"“{words}” does not come: {text_of(page)}"
        page.wait_for_timeout(50)


def write(page: Page, behind: str, words: str, *, delay: float = 0) -> None:
    put_caret(page, behind)
    page.keyboard.type(words, delay=delay)


def mark(page: Page, words: str) -> None:
    """Select some words of the text."""
    page.evaluate(
        """words => { const { editor } = document.querySelector(".ProseMirror");
        editor.state.doc.descendants((node, pos) => {
            const from = pos + (node.text ?? "").indexOf(words);
            if (from >= pos) editor.commands.setTextSelection({ from, to: from + words.length });
        });
        editor.view.focus(); }""",
        words,
    )


def status(page: Page) -> str:
    return page.locator("#draft-status").inner_text()


def is_saved(page: Page) -> None:
    expect(page.locator("#draft-status")).to_have_text(SAVED)


def withhold_acknowledgements(page: Page) -> None:
    """From here on the page is never told that something is stored."""

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        server.on_message(lambda data: None if isinstance(data, bytes) and data[0] == 100 else browser.send(data))

    page.route_web_socket(SOCKET, between)


def kept_by(page: Page) -> list[str]:
    """The databases of unsaved text in this browser."""
    names: list[str] = page.evaluate(
        "async () => (await (window.databases ?? indexedDB.databases).call(indexedDB)).map(one => one.name)"
    )
    return [name for name in names if name.startswith("kb-drafts-")]
