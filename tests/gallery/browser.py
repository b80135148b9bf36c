"""The demo centre in a real browser, for those who look at its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

from tests.gallery.pages import Shown
from tests.live.clients import visitor
from tests.services.install import chromium_binary
from tests.services.site import Site

PASSWORD = "demo"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDTHS: dict[str, ViewportSize] = {"desk": DESK, "phone": PHONE}
LOCALES = {"en": "en-GB", "sv": "sv-SE"}
IN_PLACE = """() => {
    const label = document.getElementById("live-status");
    const text = document.querySelector("[data-editor-text]");
    return (!label || label.dataset.state === "live") && (!text || document.querySelector(".ProseMirror"));
}"""


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


class Amiss(Exception):
    """Another page came than the one that was asked for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a new profile. Raises NoBrowser."""
    binary = chromium_binary()
    if binary is None:
        raise NoBrowser
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fills in the sign-in form that `page` shows, and waits until it is left."""
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def speak(site: Site, who: str, language: str) -> None:
    """Let a demo person have their pages in a language, "en" or "sv", from now on; the language of a browser counts
    only for who has none of their own."""
    saved = visitor(site, who).submit("/preferences/", language=language, theme="auto", single_keys="on")
    assert saved.status == 302, f"{who} could not choose {language}: {saved.status}"


def open_as(browser: Browser, site: Site, who: str, **options: Any) -> Page:
    """A new window, in which a demo person has signed in; options are those of a browser context."""
    page = browser.new_context(base_url=site.url, timezone_id="Europe/Stockholm", **options).new_page()
    page.goto("/accounts/login/")
    if who:
        sign_in(page, who)
    return page


def show(page: Page, shown: Shown, places: Mapping[str, int | str]) -> None:
    """Go to a page of the table, and wait until it has come to rest: connected, the editor in its place, confirmed.

    Raises Amiss when the server answers with another status, or leads elsewhere.
    """
    asked = shown.path.format(**places)
    answer = page.goto(asked)
    if shown.confirms:
        confirm(page)
        page.wait_for_url(lambda url: "/reauthenticate/" not in url)
    status = answer.status if answer else 0
    here = urlsplit(page.url).path
    if status != shown.status or not here.startswith(shown.lands.format(**places) or urlsplit(asked).path):
        raise Amiss(f"{asked} gives {status} and leads to {here}")
    at_rest(page)
    if shown.press:
        page.keyboard.press(shown.press)
        page.locator("dialog[open], [popover]:popover-open").first.wait_for()


def confirm(page: Page) -> None:
    """Show once more who one is, where that is asked."""
    if "/reauthenticate/" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form .btn.primary").click()


def at_rest(page: Page) -> None:
    """Wait until the page is connected and its editor is there; whoever looks at it sees what is amiss otherwise."""
    try:
        page.wait_for_function(IN_PLACE, timeout=5_000)
    except TookTooLong:
        return
