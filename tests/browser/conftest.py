"""A real browser on the running product: `page_as("clara")` is Clara at her desk.

Every test fails on what a browser complains of (script errors, failed requests, violations of the content security
policy), unless it says that it expects it: `complaints.expect("ERR_INTERNET_DISCONNECTED")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.gallery.browser import ARGUMENTS, PASSWORD, sign_in
from tests.services.install import chromium_binary
from tests.services.site import Site

TIMEOUT_MS = 15_000
PageAs = Callable[..., Page]
__all__ = ["ARGUMENTS", "PASSWORD", "TIMEOUT_MS", "Complaints", "PageAs", "sign_in"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test: `pytest -m "not browser"` leaves it out."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a new profile, for the tests of one module.

    Not for the session: while Playwright's synchronous interface runs, its thread has a running event loop, and no
    coroutine test of another module could start one.
    """
    binary = chromium_binary()
    if binary is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What browsers complained of during a test, and what the test expects of it."""

    found: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Complaints that this regular expression finds are part of the test."""
        self.expected.append(re.compile(pattern))

    def listen_to(self, context: BrowserContext) -> None:
        """Collects from all pages of a context, also from those that a page opens."""
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.found.append(f"uncaught: {error.error}"))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"{message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        """What the test did not expect."""
        return [text for text in self.found if not any(pattern.search(text) for pattern in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test at its end on what a browser complained of and the test did not expect."""
    complaints = Complaints()
    yield complaints
    unexpected = complaints.unexpected()
    assert not unexpected, "The browser complained:\n" + "\n".join(unexpected)


@pytest.fixture
def open_context(browser: Browser, complaints: Complaints) -> Iterator[Callable[..., BrowserContext]]:
    """`open_context(**options)`: a browser window with cookies and storage of its own, closed after the test."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Stockholm", **options})
        context.set_default_timeout(TIMEOUT_MS)
        complaints.listen_to(context)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page_as(site: Site, open_context: Callable[..., BrowserContext]) -> PageAs:
    """`page_as("clara")`: a new window in which Clara has signed in through the page; gives her home page.

    `page_as(None)` has not signed in. `at` is another site or process than the module's ("http://127.0.0.1:…");
    other options are those of a browser context: `viewport={"width": 390, "height": 844}`, `java_script_enabled=False`.
    """

    def page_for(username: str | None, *, at: str = "", **options: Any) -> Page:
        page = open_context(base_url=at or site.url, **options).new_page()
        page.goto("/accounts/login/")
        if username is not None:
            sign_in(page, username)
        return page

    return page_for
