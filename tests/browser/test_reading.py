"""Reading as a person does: with eyes, a keyboard, a phone, and with scripts switched off."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.live.clients import visitor
from tests.services.site import Site

pytestmark = pytest.mark.once

PageAs = Callable[..., Page]
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
FOR_ROLES = re.compile(r"\n*\[(?:Only for|Endast för) .*?\]\n.*?\n\[(?:End of|Slut på) .*?\]", re.DOTALL)


def find(page: Page, title: str) -> int:
    """The id of the article of that title, through the API."""
    cursor = ""
    while True:
        answer = page.request.get(f"/api/v1/articles?limit=200{cursor}").json()
        for item in answer["items"]:
            if item["title"] == title:
                return int(item["id"])
        assert answer["next"], f"no article is called {title!r}"
        cursor = f"&cursor={answer['next']}"


def garden(page: Page) -> int:
    """A long article: facts, steps, a table, a contact, callouts, four headings."""
    return find(page, "Garden waste bin: order, season and fee")


def copied(page: Page) -> str:
    """What is in the clipboard."""
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def clara(page_as: PageAs) -> Page:
    """Clara at her desk, who lets the page read the clipboard."""
    return page_as("clara", viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])


@pytest.mark.parametrize(("viewport", "theme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def test_the_forms_of_an_article_are_accessible_and_fit_the_screen(
    page_as: PageAs, viewport: dict[str, int], theme: str
) -> None:
    page = page_as("erik", viewport=viewport, color_scheme=theme)
    article = garden(page)
    addresses = [f"/articles/{article}/{form}/" for form in ("restore/1", "move", "readers", "archive")]
    problems: list[str] = []
    for address in addresses:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        problems += [f"{address}: {one['id']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            problems.append(f"{address}: {too_wide} px too wide")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_while_a_page_arrives(page_as: PageAs, viewport: dict[str, int]) -> None:
    page = page_as("clara", viewport=viewport)
    for address in ("/", "/categories/waste/", f"/articles/{garden(page)}/"):
        page.goto(address)
        expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
        shifted = page.evaluate(
            """() => new Promise((done) => {
                const moved = { sum: 0, what: [] };
                new PerformanceObserver((list) => { for (const entry of list.getEntries()) {
                    moved.sum += entry.value;
                    for (const { node, previousRect: from, currentRect: to } of entry.sources) moved.what.push(
                        `${node?.nodeName} ${node?.id} ${node?.className} "${node?.textContent.trim().slice(0, 40)}": `
                        + `${from.x},${from.y} ${from.width}x${from.height} -> ${to.x},${to.y} ${to.width}x${to.height}`
                    );
                } }).observe({ type: "layout-shift", buffered: true });
                setTimeout(() => done(moved), 100);
            })"""
        )
        assert shifted["sum"] < 0.001, f"{address} shifted by {shifted['sum']}: " + "; ".join(shifted["what"])


def test_the_first_paint_waits_for_the_style_sheet_alone(clara: Page) -> None:
    clara.goto(f"/articles/{garden(clara)}/")
    blocking = clara.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking')"
        ".map((one) => new URL(one.name).pathname)"
    )
    assert len(blocking) == 1
    assert re.fullmatch(r"/static/kb/app\.\w+\.css", blocking[0])


def test_the_copied_answer_is_the_clean_text_of_the_api(clara: Page) -> None:
    answer = clara.request.get("/api/v1/articles?limit=30").json()
    ids = [item["id"] for item in answer["items"] if item["status"] == "published"]
    different = []
    for one in [garden(clara), *ids[:24]]:
        clara.goto(f"/articles/{one}/")
        clara.locator("[data-copy=answer]").click()
        expect(clara.locator("[data-copy=answer]")).to_contain_text("Copied")
        wanted = FOR_ROLES.sub("", clara.request.get(f"/api/v1/articles/{one}").json()["text"])
        lines = zip_longest(copied(clara).split("\n"), wanted.split("\n"))
        different += [f"{one}: {ours!r} instead of {theirs!r}" for ours, theirs in lines if ours != theirs][:3]
    assert not different, "\n".join(different)


@pytest.fixture
def for_waste(site: Site) -> int:
    """An article with facts, of which a passage is for the waste team."""
    erik = visitor(site, "erik")
    text = (
        "It costs 745 kr.\n\n::: facts\nFee: 745 kr\nSeason: April\n:::\n\n## Refunds\n\nAsk for the invoice.\n\n"
        "::: roles waste\n### Codes\n\nCode K3, up to 900 kr.\n:::\n"
    )
    made: int = erik.api("POST", "articles", {"title": "Oddly named bin", "category": "waste", "markdown": text})["id"]
    erik.api("POST", f"articles/{made}/publish", {"note": "First"})
    return made


def test_what_is_for_certain_roles_is_copied_only_by_those_who_choose_it(clara: Page, for_waste: int) -> None:
    without = "Copied without the passage for waste"
    clara.goto(f"/articles/{for_waste}/")
    expect(clara.locator("#article-body [data-roles]")).to_contain_text("Code K3")
    clara.keyboard.press("y")
    expect(clara.locator("[data-copy=answer]")).to_contain_text(without)
    assert copied(clara) == "It costs 745 kr.\n\nFee: 745 kr\nSeason: April\n\nRefunds\n\nAsk for the invoice."
    clara.locator(".prose > h2").hover()
    clara.locator(".prose > h2 + .heading-tools [data-copy=section]").click()
    expect(clara.locator(".heading-tools").first).to_contain_text(without)
    assert copied(clara) == "Refunds\n\nAsk for the invoice."
    clara.locator("[data-roles] h3").hover()
    clara.locator("[data-roles] h3 + .heading-tools [data-copy=section]").click()
    clara.wait_for_function(
        "async () => (await navigator.clipboard.readText()) === 'Codes\\n\\nCode K3, up to 900 kr.'"
    )


def test_the_palette_and_the_preview_copy_no_more_than_the_page(clara: Page, for_waste: int) -> None:
    clara.goto("/")
    clara.keyboard.press("Control+k")
    clara.keyboard.type("oddly named bin")
    expect(clara.locator("#palette-preview [data-roles]")).to_contain_text("Code K3")
    clara.keyboard.press("Control+Enter")
    expect(clara.locator("#palette-said")).to_have_text("Copied without the passage for waste")
    assert "Ask for the invoice." in copied(clara)
    assert "K3" not in copied(clara)
    clara.evaluate("navigator.clipboard.writeText('')")
    clara.locator("#palette-preview [data-copy-preview]").click()
    clara.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
    assert "K3" not in copied(clara)


def test_what_is_archived_is_copied_with_a_word_of_warning(clara: Page, site: Site, for_waste: int) -> None:
    visitor(site, "erik").api("PATCH", f"articles/{for_waste}", {"status": "archived"})
    clara.goto(f"/articles/{for_waste}/")
    clara.keyboard.press("y")
    clara.locator("#article-actions summary").click()
    clara.get_by_role("button", name="Copy the text").click()
    expect(clara.locator("[data-copy=answer]")).to_contain_text("Copied")
    assert copied(clara).startswith("Archived: “Oddly named bin” no longer holds.\n\nIt costs 745 kr.")


def test_quick_facts_stand_once_on_the_screen_and_on_paper(clara: Page, for_waste: int) -> None:
    clara.goto(f"/articles/{for_waste}/")
    for media in ("screen", "print"):
        clara.emulate_media(media=media)
        assert [box.is_visible() for box in clara.locator(".facts").all()] == [True, False], media


def test_a_selection_a_section_and_a_link_are_copied(clara: Page) -> None:
    clara.goto(f"/articles/{garden(clara)}/")
    clara.evaluate("getSelection().selectAllChildren(document.querySelector('.prose .steps > li'))")
    clara.keyboard.press("y")
    expect(clara.locator("[data-copy=answer]")).to_contain_text("Copied")
    assert copied(clara).startswith("Check that the caller owns the property.")
    assert "\n" not in copied(clara)
    heading = clara.locator(".prose h2").first
    heading.hover()
    tools = heading.locator("+ .heading-tools")
    tools.locator("[data-copy=section]").click()
    assert copied(clara).startswith(heading.inner_text())
    assert clara.locator(".prose h2").nth(1).inner_text() not in copied(clara)
    tools.locator("[data-copy=link]").click()
    assert copied(clara).endswith(f"#{heading.get_attribute('id')}")
    clara.goto(copied(clara))
    expect(heading).to_be_in_viewport()


def test_the_keyboard_is_enough(clara: Page) -> None:
    clara.goto("/categories/waste/")
    clara.keyboard.press("j")
    clara.keyboard.press("j")
    title = clara.locator(".list h2 a").nth(1)
    expect(title).to_be_focused()
    clara.keyboard.press("k")
    expect(clara.locator(".list h2 a").first).to_be_focused()
    clara.keyboard.press("j")
    wanted = title.inner_text()
    clara.keyboard.press("Enter")
    expect(clara.locator("#article-title")).to_have_text(wanted)
    after = clara.locator("a[rel=next]").get_attribute("href")
    clara.keyboard.press("j")
    clara.wait_for_url(f"**{after}")
    clara.keyboard.press("?")
    expect(clara.locator("#shortcuts")).to_be_visible()
    clara.keyboard.press("j")  # a dialog is open: keys mean nothing to what lies under it
    clara.keyboard.press("Escape")
    expect(clara.locator("#shortcuts")).to_be_hidden()
    assert clara.url.endswith(str(after))
    clara.keyboard.press("/")
    expect(clara.locator("#palette input")).to_be_focused()
    clara.keyboard.type("jky?")
    expect(clara.locator("#palette input")).to_have_value("jky?")


def test_single_keys_can_be_switched_off(page_as: PageAs, site: Site) -> None:
    change = "from articles.models import User; User.objects.filter(username='carl').update(single_keys={})"
    site.manage("shell", "-c", change.format(False))
    try:
        carl = page_as("carl", viewport=WIDE)
        carl.goto("/")
        for key in ("/", "j", "?"):
            carl.keyboard.press(key)
        expect(carl.locator("#search input")).not_to_be_focused()
        expect(carl.locator("#shortcuts")).to_be_hidden()
        assert carl.locator("[aria-keyshortcuts]").count() == 0
        carl.locator("#live-status[data-state=live]").wait_for()
        note = carl.locator("#changes .outside-note")
        for shown in ("Everything is shown", "more outside your topics"):
            carl.keyboard.press("Alt+g")  # no single key
            expect(note).to_contain_text(shown)
        assert carl.locator("[aria-keyshortcuts]").count() == 0, "nor after the page was brought up to date"
        carl.locator("#changes h3 a").first.click()
        carl.wait_for_url("**/articles/**")
        carl.locator("#live-status[data-state=live]").wait_for()
        carl.keyboard.press("Control+k")
        carl.keyboard.type("favourite")
        star = carl.locator("#palette-list").get_by_role("option", name="Favourite", exact=True)
        expect(star).to_be_visible()
        expect(star.locator("kbd")).to_have_count(0)
    finally:
        site.manage("shell", "-c", change.format(True))


def test_titles_are_suggested_while_one_types(clara: Page) -> None:
    field = clara.locator("#search input")
    field.press_sequentially("garden wa")
    first = clara.locator("#suggestions [role=option]").first
    expect(first).to_contain_text("Garden waste bin")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
    field.press("Escape")
    expect(clara.locator("#suggestions")).to_be_hidden()
    expect(field).to_have_value("garden wa")
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(clara.locator("#article-title")).to_contain_text("Garden waste bin")


def test_nobody_is_suggested_what_they_may_not_read(clara: Page, page_as: PageAs) -> None:
    title = "Financial assistance: routine for the reception"
    admin = page_as("admin", viewport=WIDE)
    admin.locator("#search input").press_sequentially("financial assi")
    expect(admin.locator("#suggestions")).to_contain_text(title)
    with clara.expect_response(lambda answer: "/search/suggest" in answer.url and "assi" in answer.url):
        clara.locator("#search input").press_sequentially("financial assi")
    expect(clara.locator("#suggestions")).not_to_contain_text(title)


def test_a_form_opens_in_a_dialog_and_does_what_it_says(page_as: PageAs) -> None:
    erik = page_as("erik", viewport=WIDE)
    article = find(erik, "Hazardous waste from households")
    erik.goto(f"/articles/{article}/")
    erik.locator(".actions summary").click()
    erik.get_by_role("link", name="Move…").click()
    dialog = erik.locator("dialog[open]")
    expect(dialog.get_by_role("heading")).to_have_text("Move to another topic")
    erik.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    erik.locator(".actions summary").click()
    erik.get_by_role("button", name="Archive", exact=True).click()
    expect(erik.locator("#article-banners")).to_contain_text("This no longer holds.")
    erik.get_by_role("button", name="Undo").click()
    expect(erik.locator("#article-banners")).not_to_contain_text("This no longer holds.")


def test_the_comparison_folds_what_is_the_same(clara: Page) -> None:
    clara.goto(f"/articles/{garden(clara)}/compare/?from=1&to=4")
    fold = clara.locator(".compare-fold").first
    expect(fold).not_to_have_attribute("open", "")
    clara.locator("[data-unfold]").click()
    expect(fold).to_have_attribute("open", "")


def test_on_a_phone_topics_are_in_a_drawer_and_actions_at_the_thumb(page_as: PageAs) -> None:
    page = page_as("clara", viewport=NARROW, has_touch=True)
    page.goto(f"/articles/{garden(page)}/")
    box = page.locator(".actions").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(NARROW["height"], abs=1)
    expect(page.locator("#topics")).to_be_hidden()
    page.locator("[popovertarget=topics]").click()
    page.locator("#topics").get_by_role("link", name=re.compile("Building permits")).click()
    expect(page.locator("h1")).to_have_text("Building permits")


def test_everything_can_be_read_and_done_without_scripts(
    site: Site, open_context: Callable[..., BrowserContext], page_as: PageAs
) -> None:
    page = page_as("erik", viewport=WIDE, java_script_enabled=False)
    page.goto("/categories/waste/?language=en&sort=changed")
    page.get_by_role("link", name="Garden waste bin: order, season and fee").first.click()
    expect(page.locator(".facts dd").first).to_contain_text("745 kr")
    expect(page.locator("[data-copy=answer]")).to_be_hidden()
    expect(page.locator("#live-status")).to_be_hidden()
    page.locator(".actions summary").click()
    page.get_by_role("link", name="Move…").click()
    expect(page.get_by_role("heading", name="Move to another topic")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Version 4").click()
    page.get_by_role("button", name="Compare the two chosen").click()
    expect(page.locator("h1")).to_contain_text("Version 3 and version 4")
    page.locator("#search input").fill("garden")
    page.locator("#search input").press("Enter")
    page.wait_for_url("**/search/?q=garden")


def test_what_a_topic_brings_is_said_and_tags_are_found_while_one_types(clara: Page) -> None:
    clara.goto("/scope/")
    branch = clara.locator(".scope-topics > li", has=clara.locator("input[value=waste]"))
    branch.locator("input[value=waste]").uncheck()
    expect(branch.locator("ul .included").first).to_be_hidden()
    branch.locator("input[value=waste]").check()
    expect(branch.locator("ul .included").first).to_be_visible()
    expect(branch.locator(".included").first).to_be_hidden()  # it is chosen itself
    tags = clara.locator("#scope-tags .check")
    tags.nth(1).locator("input").check()
    clara.locator("#tag-filter").fill("parking")
    expect(clara.locator("#scope-tags .check:visible")).to_have_count(2)  # what is ticked stays
    clara.locator("#tag-filter").press("Enter")
    clara.locator("#tag-filter").fill("")
    assert clara.locator("#scope-tags .check:visible").count() == tags.count() > 12
    expect(clara.get_by_role("button", name="Save", exact=True)).to_be_in_viewport()


def test_printing_leaves_the_answer_and_what_it_is_worth(clara: Page) -> None:
    clara.goto(f"/articles/{garden(clara)}/")
    clara.emulate_media(media="print")
    for shown in ("#article-title", "#article-body", ".trust", "#article-about"):
        expect(clara.locator(shown)).to_be_visible()
    for hidden in ("header.top", "#topics", ".actions", ".onward", "#contents-rail .toc"):
        expect(clara.locator(hidden).first).to_be_hidden()


def test_the_page_speaks_the_language_and_wears_the_theme_of_the_person(page_as: PageAs, site: Site) -> None:
    change = "from articles.models import User; User.objects.filter(username='ella').update(theme='{}')"
    site.manage("shell", "-c", change.format("dark"))
    try:
        ella: Any = page_as("ella", viewport=WIDE, color_scheme="light")
        background = ella.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(20, 23, 26)"
    finally:
        site.manage("shell", "-c", change.format("auto"))
