"""The tour: begun and walked through with the keyboard alone, ended with Esc, and then offered no more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs

pytestmark = pytest.mark.once


def walk_through(page: Page) -> None:
    """From the offer on the home page to the end of the tour, and on to a page that offers it no more."""
    page.goto("/")
    page.get_by_role("link", name="Take the tour").focus()
    with page.expect_response("**/help/tour/"):
        page.keyboard.press("Enter")
    tour = page.get_by_role("dialog")
    expect(tour.get_by_role("heading")).to_have_text("Ask as the caller asks")
    expect(page.locator("#search")).to_have_class("search tour-here")
    page.keyboard.press("ArrowRight")
    expect(tour.get_by_role("heading")).to_have_text("Your topics first")
    page.keyboard.press("ArrowLeft")
    expect(tour.get_by_role("button", name="Back")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    expect(page.locator(".tour-here")).to_have_count(0)
    page.reload()
    expect(page.locator("#tour-offer")).to_have_count(0)


def test_the_tour_needs_no_mouse_and_is_offered_once(page_as: PageAs) -> None:
    walk_through(page_as("clara"))
