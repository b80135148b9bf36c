"""What tests of the editor do with it: open it, choose tools, read the text here and on the server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Dialog, Locator, Page, expect

from articles import documents
from tests.live.clients import Visitor


def write(erik: Visitor, markdown: str, title: str = "To be written") -> int:
    """The id of a new article of Erik's with this text."""
    made: int = erik.api("POST", "articles", {"title": title, "category": "waste", "markdown": markdown})["id"]
    return made


def opened(page: Page, article: int) -> Locator:
    """The text in the editor, when it can be written in."""
    page.goto(f"/articles/{article}/edit/")
    text = page.locator(".ProseMirror[contenteditable=true]")
    text.wait_for()
    return text


def markdown(page: Page) -> str:
    """The text as it stands in the editor."""
    document: dict[str, Any] = page.evaluate("document.querySelector('.ProseMirror').editor.getJSON()")
    documents.check_document(document)
    return documents.to_markdown(document)


def stored(erik: Visitor, article: int) -> str:
    """The text as it is on the server."""
    text: str = erik.api("GET", f"articles/{article}/draft")["markdown"]
    return text


def at_end(page: Page) -> None:
    page.locator(".ProseMirror").click()
    page.evaluate("document.querySelector('.ProseMirror').editor.commands.focus('end')")


def saved(page: Page) -> None:
    expect(page.locator("#draft-status")).to_have_attribute("data-kind", "saved")


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=name, exact=True)


def choose(page: Page, menu: str, item: str) -> None:
    """An entry of a menu of the toolbar."""
    page.locator(f'[data-menu="tools-{menu}"]').click()
    page.locator(f"#tools-{menu}").locator("button:visible").filter(has_text=item).first.click()


def asked_at_leaving(page: Page) -> list[str]:
    """Grows with each question that the browser asks; all are answered with yes."""
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    return asked
