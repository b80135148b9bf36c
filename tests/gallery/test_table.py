"""No page escapes the eyes that look at all of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import Page

from tests.gallery.browser import Amiss, show
from tests.gallery.pages import NO_PAGE, PAGES, Shown, excuses, routes


def test_every_address_is_in_the_table_of_pages_or_says_why_not() -> None:
    shown = {page.route for page in PAGES}
    missing = ", ".join(route for route in routes() if route not in shown and not excuses(route))
    assert not missing, f"Add a line to PAGES in tests/gallery/pages.py (or a reason to NO_PAGE) for: {missing}"


def test_reasons_stand_only_for_addresses_that_the_table_has_not() -> None:
    used = {excuse for route in routes() for excuse in excuses(route)}
    assert set(NO_PAGE) - used == set()
    assert [page.name for page in PAGES if excuses(page.route)] == []


def test_each_picture_has_a_name_of_its_own() -> None:
    names = [page.name for page in PAGES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("status", "url"), [(404, "/articles/3/history/"), (200, "/accounts/login/?next=/articles/3/history/"), (200, "/")]
)
def test_a_page_that_is_not_the_one_asked_for_is_amiss(status: int, url: str) -> None:
    page = SimpleNamespace(url=f"http://127.0.0.1:8000{url}", goto=lambda _path: SimpleNamespace(status=status))
    with pytest.raises(Amiss, match="/articles/3/history/ gives"):
        show(cast(Page, page), Shown("history", "clara", "/articles/{many}/history/"), {"many": 3})
