"""The main job on real input: import a handbook in the web page, find the right article, see a change arrive.

The handbook is 250 real government pages that are not part of the project; KB_SHARED names the folder that holds
`corpus/handbook`, by default `../shared` beside the project. Without it these tests are left out.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, PageAs
from tests.live.clients import visitor
from tests.services.site import PROJECT, Site

HANDBOOK = Path(os.environ.get("KB_SHARED", PROJECT.parent / "shared")) / "corpus" / "handbook"
# Once: on PostgreSQL the same handbook is imported by tests/transfer, and what is published arrives by tests/live.
pytestmark = [pytest.mark.once, pytest.mark.skipif(not HANDBOOK.is_dir(), reason=f"{HANDBOOK} is not here")]

SEARCHES = {
    "travel card": "Get a travel card",
    "parental leave": "Paid parental leave (PPL)",
    "laptop": None,  # several pages are about laptops: one of them must be first
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook as somebody would upload it."""
    return Path(shutil.make_archive(str(tmp_path_factory.mktemp("upload") / "handbook"), "zip", HANDBOOK))


@pytest.fixture(scope="module")
def centre(site: Site, archive: Path) -> Site:
    """The demo centre, with a category for the handbook."""
    admin = visitor(site, "admin")
    grants = {"everyone": ["view"], "editor": ["publish"], "manager": ["manage"]}
    admin.api("POST", "categories", {"name": "Staff handbook", "slug": "handbook", "grants": grants})
    return site


def test_a_centre_imports_its_handbook_finds_the_answer_and_sees_a_change_arrive(
    centre: Site, page_as: PageAs, archive: Path, complaints: Complaints
) -> None:
    maria, clara = page_as("maria"), page_as("clara")
    import_in_the_page(maria, archive)
    for query, title in SEARCHES.items():
        first = search(clara, query)
        if title:
            assert first == title
        else:
            assert query in clara.locator("#article-body").inner_text().lower()
    search(clara, "parental leave")
    expect(clara.locator("#live-status")).to_have_attribute("data-state", "live")
    erik = visitor(centre, "erik")
    article = int(re.findall(r"/articles/(\d+)/", clara.url)[0])
    markdown = erik.api("GET", f"articles/{article}/draft")["markdown"]
    erik.api("PUT", f"articles/{article}/draft", {"markdown": markdown.replace("12 weeks", "14 weeks", 1)})
    erik.api("POST", f"articles/{article}/publish", {"note": "Two weeks more"})
    expect(clara.locator("#article-body")).to_contain_text("14 weeks")
    expect(clara.locator("#article-notice")).to_contain_text("Two weeks more")


def import_in_the_page(page: Page, archive: Path) -> None:
    page.goto("/import/")
    page.locator("input[type=file]").first.set_input_files(archive)
    page.locator("[name=category]").select_option("handbook")
    page.locator("input[name=publish]").check()
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/import/\d+/"))
    expect(page.locator("main")).to_contain_text("Done", timeout=400_000)
    report = page.locator("main").inner_text()
    assert "251 files" in report
    assert "Paid parental leave" in report or page.get_by_role("link", name="Next").is_visible()


def search(page: Page, words: str) -> str:
    """Search from the top bar and open the first hit; gives its title."""
    page.goto("/")
    page.locator("input[name=q]").first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    hit = page.locator("[data-hit] h2 a").first
    title = hit.inner_text()
    hit.click()
    page.wait_for_url(re.compile("/articles/"))
    return title
