"""The editor in a browser: every kind of block survives it, every tool works, also by keyboard and on a phone."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Complaints, PageAs
from tests.browser.editing import put_caret
from tests.browser.editors import at_end, choose, markdown, opened, saved, stored, tool, write
from tests.gallery.eyes import axe, overflow
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

pytestmark = pytest.mark.once

EVERYTHING = """Plain, **bold**, *italic*, ~~gone~~, `code`, <u>under</u>, H<sub>2</sub>O and m<sup>2</sup>, \
[a link](https://www.example.org/fees "Fees").

## A heading

- one
  1. inner
- two

> Quoted.

::: warning
Mind this.
:::

::: steps
1. First
2. Second
:::

::: contact
phone: 019-21 10 00
email: a@example.org
:::

::: facts
Fee 2026: 745 kr
:::

::: details More
Folded.
:::

| Size | Fee |
| --- | --: |
| Small | 545 kr |

```py
print("hello")
```

---

::: roles waste
Only here.
:::
"""


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


def test_every_kind_of_block_comes_through_the_editor_unchanged_and_is_read_as_it_will_be(
    page_as: PageAs, erik: Visitor
) -> None:
    article = write(erik, EVERYTHING)
    before = stored(erik, article)
    page = page_as("erik")
    text = opened(page, article)
    assert markdown(page) == before
    expect(text.locator(".callout")).to_have_attribute("aria-label", "Warning")
    expect(text.locator(".contact select").first).to_have_value("phone")
    expect(text.locator(".facts dt input")).to_have_value("Fee 2026")
    expect(text.locator("section[data-roles]")).to_have_attribute("aria-label", "Only for waste · not for callers")
    expect(page.locator("#editor-no-findings")).to_be_visible()
    at_end(page)
    page.keyboard.type("x")
    saved(page)
    assert stored(erik, article) == before.replace("Only here.", "Only here.x")
    page.keyboard.press("Control+z")
    saved(page)
    assert stored(erik, article) == before
    assert not axe(page)


def test_what_is_typed_in_the_ways_of_markdown_becomes_what_it_means(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "")
    page = page_as("erik")
    opened(page, article).click()
    for line in (
        "# Fees", "It is **745 kr** and *not* ~~700~~ `x`.",
        "See [the **fees** of 2026](https://www.example.org/fees), ***not*** [this](x).", "- one", "two", "", "1. first", "second", "",
        "> said", "", "www.example.org now",
    ):  # fmt: skip
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.keyboard.type("---```py ")
    page.keyboard.type("a = 1")
    assert markdown(page) == (
        "## Fees\n\nIt is **745 kr** and *not* ~~700~~ `x`.\n\n"
        "See [the **fees** of 2026](https://www.example.org/fees), <strong><em>not</em></strong> \\[this\\](x).\n\n- one\n- two\n\n1. first\n2. second\n\n> said\n\n"
        "[www.example.org](https://www.example.org) now\n\n***\n\n```py\na = 1\n```\n"
    )


def test_blocks_and_articles_are_found_with_a_slash_and_two_brackets(page_as: PageAs, erik: Visitor) -> None:
    target = write(erik, "Text.", "Zebra crossings on Main Street")
    erik.api("POST", f"articles/{target}/publish", {})
    while not erik.api("GET", "search/suggest?q=zebra%20cro")["items"]:
        time.sleep(0.2)  # until the indexer has seen it: what is typed is asked for once
    article = write(erik, "")
    page = page_as("erik")
    text = opened(page, article)
    text.click()
    listbox = page.get_by_role("listbox", name="Blocks")
    for typed, count in (("/", page.locator("[data-slash]").count()), ("kontakt", 1), ("quote", 1), ("citat", 1)):
        page.keyboard.type(typed)
        expect(listbox.get_by_role("option")).to_have_count(count)
        for _ in typed.removeprefix("/"):
            page.keyboard.press("Backspace")
    page.keyboard.type("war")
    expect(listbox.get_by_role("option")).to_have_count(1)
    expect(text).to_have_attribute("aria-activedescendant", "editor-choice-0")
    expect(page.locator("#said")).to_contain_text("1 to choose from")
    page.keyboard.press("Enter")
    expect(listbox).to_be_hidden()
    page.keyboard.type("Beware of [[zebra cro")
    option = page.get_by_role("listbox", name="Articles").get_by_role("option", name=re.compile("Zebra crossings"))
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(" and /nothing like that")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert markdown(page) == (
        f"::: warning\nBeware of [Zebra crossings on Main Street](/articles/{target}/) and /nothing like that\n:::\n"
    )


def test_the_toolbar_is_one_stop_and_its_menus_are_for_arrow_keys(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "One two three.")
    page = page_as("erik")
    opened(page, article).click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    expect(page.locator("#editor-count")).to_have_text("1 of 3 words marked")
    page.keyboard.press("Alt+F10")
    expect(tool(page, "Undo")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(tool(page, "Bold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(tool(page, "Bold")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+F10")
    expect(tool(page, "Bold")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitemradio", name="Text")).to_be_focused()
    assert not axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-style-name]")).to_have_text("Heading")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("Escape")
    expect(page.locator(".ProseMirror")).to_be_focused()
    assert markdown(page) == "## **One** two three.\n"
    assert page.locator("[role=toolbar] button[tabindex='0']").count() == 1


def test_boxes_lists_and_rows_are_made_changed_and_unmade(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "First.")
    page = page_as("erik")
    opened(page, article).click()
    tool(page, "Steps").click()
    assert markdown(page) == "::: steps\n1. First.\n:::\n"
    tool(page, "Numbered list").click()
    assert markdown(page) == "1. First.\n"
    tool(page, "Numbered list").click()
    choose(page, "insert", "Good to know")
    choose(page, "place", "Warning")
    assert markdown(page) == "::: warning\nFirst.\n:::\n"
    choose(page, "place", "Only its text")
    choose(page, "insert", "Only for role…")
    dialog = page.get_by_role("dialog", name="Only for certain roles")
    dialog.get_by_role("button", name="Done").click()
    expect(dialog.get_by_text("Choose at least one role.")).to_be_visible()
    dialog.get_by_label("waste").check()
    dialog.get_by_role("button", name="Done").click()
    assert markdown(page) == "::: roles waste\nFirst.\n:::\n"
    choose(page, "place", "Only its text")
    page.keyboard.press("End")
    choose(page, "insert", "Contact")
    page.keyboard.type("Waste desk")
    page.keyboard.press("Enter")
    page.keyboard.type("Ring first")
    choose(page, "place", "Row up")
    page.locator(".contact select").nth(0).select_option("note")
    assert "::: contact\nnote: Ring first\nname: Waste desk\n" in markdown(page)
    choose(page, "place", "Delete it")
    assert "contact" not in markdown(page)
    choose(page, "insert", "Folded away")
    page.keyboard.type("More about it: ")
    page.keyboard.press("Enter")
    page.keyboard.type("Inside.")
    assert "::: details More about it: " in markdown(page)
    assert "\nInside.\n:::" in markdown(page)


ROWS = """Before.

::: facts
Fee: 100 kr
:::

::: contact
phone: 019-21 10 00
note: Ring
:::

::: facts
Place: Hall
Open: Daily
:::
"""


def test_tab_goes_through_the_rows_of_a_box_and_leaves_the_text_from_a_paragraph(
    page_as: PageAs, erik: Visitor
) -> None:
    article = write(erik, ROWS)
    page = page_as("erik")
    opened(page, article)
    put_caret(page, "Hall")
    for keys in ("way", "Tab", "ing", "Tab", " now", "Tab", "Every day"):
        page.keyboard.press(keys) if keys == "Tab" else page.keyboard.type(keys)
    expected = ROWS.replace("Place: Hall\nOpen: Daily\n:::", "Place: Hallway\nOpening: Daily now\n:::\n\nEvery day")
    assert markdown(page) == expected
    put_caret(page, "019-21 10 00")
    page.keyboard.press("Tab")
    page.keyboard.type(" first")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".contact select").nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Between.")
    assert markdown(page) == expected.replace("Ring", "Ring first").replace("::: contact", "Between.\n\n::: contact")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.ProseMirror')")


def test_a_table_grows_shrinks_merges_and_names_its_columns(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "")
    page = page_as("erik")
    opened(page, article).click()
    tool(page, "Table").click()
    for words in ("Size", "Fee", "Season", "Small", "545 kr", "All year"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    choose(page, "place", "Delete the row")
    choose(page, "place", "Column after")
    page.locator(".ProseMirror th").nth(3).click()
    choose(page, "place", "Delete the column")
    assert markdown(page) == "| Size | Fee | Season |\n| --- | --- | --- |\n| Small | 545 kr | All year |\n"
    choose(page, "place", "Row below")
    choose(page, "place", "Row of headers")
    expect(page.locator("#editor-findings")).to_contain_text("A table without a row of headers.")
    page.keyboard.press("Control+z")
    expect(page.locator("#editor-findings")).to_be_hidden()
    cells = page.locator(".ProseMirror td")
    cells.nth(0).click()
    cells.nth(1).click(modifiers=["Shift"])
    choose(page, "place", "Merge cells")
    expect(page.locator(".ProseMirror td[colspan='2']")).to_have_count(1)
    choose(page, "place", "Split the cell")
    expect(page.locator(".ProseMirror td[colspan='2']")).to_have_count(0)
    choose(page, "place", "Delete the table")
    assert "|" not in markdown(page)


def test_a_link_leads_to_an_address_or_to_an_article_that_is_found_by_its_title(page_as: PageAs, erik: Visitor) -> None:
    target = write(erik, "Text.", "Quarry permits in the north")
    erik.api("POST", f"articles/{target}/publish", {})
    article = write(erik, "Ask here.")
    page = page_as("erik")
    opened(page, article).click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Shift+ArrowLeft")
    expect(page.locator("#editor-count")).to_have_text("1 of 2 words marked")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    expect(dialog.get_by_label("Words in the text")).to_have_value("here")
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("That is not an address.")
    dialog.get_by_label("Address").fill("quarry permi")
    expect(dialog.get_by_role("option", name=re.compile("Quarry"))).to_be_visible(timeout=20_000)
    assert not axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Address")).to_have_value(f"/articles/{target}/")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert markdown(page) == f"Ask [here](/articles/{target}/).\n"
    finding = page.locator("#editor-findings button")
    expect(finding).to_contain_text("The words of a link say nothing")
    finding.click()
    page.keyboard.press("Control+k")
    dialog.get_by_label("Words in the text").fill("the quarry desk")
    dialog.get_by_label("Address").fill("quarry@example.org")
    page.keyboard.press("Enter")
    assert markdown(page) == "Ask [the quarry desk](mailto:quarry@example.org).\n"
    expect(page.locator("#editor-no-findings")).to_be_visible()


def test_words_are_found_replaced_and_counted_and_ctrl_s_says_that_all_is_saved(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "The fee is a Fee.\n\nPay the fee.")
    page = page_as("erik")
    opened(page, article).click()
    expect(page.locator("#editor-count")).to_have_text("8 words")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    find = page.get_by_role("search", name="Find and replace")
    page.keyboard.type("fee")
    expect(find.locator("output")).to_have_text("1 of 3")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(find.locator("output")).to_have_text("3 of 3")
    find.get_by_label("Upper and lower case").check()
    find.get_by_label("Replace with").fill("charge")
    assert not axe(page)
    find.get_by_role("button", name="All").click()
    expect(find.locator("output")).to_have_text("2 replaced")
    page.keyboard.press("Escape")
    expect(page.locator(".ProseMirror")).to_be_focused()
    assert markdown(page) == "The charge is a Fee.\n\nPay the charge.\n"
    page.keyboard.press("Control+f")
    find.get_by_label("Find", exact=True).fill("charge")
    find.get_by_label("Replace with").fill("$$1 & $&")  # a price is no pattern
    find.get_by_role("button", name="All").click()
    page.keyboard.press("Escape")
    expect(page.locator(".ProseMirror p")).to_have_text(["The $$1 & $& is a Fee.", "Pay the $$1 & $&."])
    saved(page)
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_have_text("Saved: everything you type is kept at once.")
    page.keyboard.press("Control+a")
    expect(page.locator("#editor-count")).to_have_text("8 of 8 words marked")


def test_two_write_a_title_and_see_each_other_and_what_is_known_about_the_article(
    page_as: PageAs, complaints: Complaints, erik: Visitor
) -> None:
    complaints.expect("WebSocket|ERR_|Failed to load")
    article = write(erik, "Text.\n\n::: facts\nFee: 745 kr\n:::\n", "Old title")
    one, other = page_as("erik"), page_as("maria")
    opened(one, article)
    opened(other, article)
    one.locator("#editor-title").press("End")
    one.keyboard.type(", and more")
    expect(other.locator("#editor-title")).to_have_value("Old title, and more")
    other.locator("#editor-title").press("Home")
    other.keyboard.type("Very ")
    expect(one.locator("#editor-title")).to_have_value("Very Old title, and more")
    one.locator("#editor-title").press("Control+a")
    one.keyboard.press("Delete")
    finding = one.locator("#editor-findings button")
    expect(finding).to_contain_text(
        "The title is missing. Until there is one, the article keeps the title it has: Old title"
    )
    finding.click()
    expect(one.locator("#editor-title")).to_be_focused()
    one.keyboard.type("Very Old title, and more")
    expect(one.locator("#editor-no-findings")).to_be_visible()
    labels = [page.locator(".facts dt input") for page in (one, other)]
    one.context.set_offline(True)
    labels[0].press("End")
    one.keyboard.type(" 2026")
    labels[1].press("Home")
    other.keyboard.type("The ")
    one.context.set_offline(False)
    for label in labels:
        expect(label).to_have_value("The Fee 2026")
    expect(one.locator("#live-status")).to_have_attribute("data-state", "live", timeout=20_000)
    one.locator("#editor-title").press("Enter")
    expect(one.locator(".ProseMirror")).to_be_focused()
    expect(other.locator(".caret")).to_contain_text("Erik")
    expect(other.locator(".caret > span")).to_have_css(
        "opacity", "0", timeout=20_000
    )  # the name is not in the way for long
    for page, name in ((one, "fees"), (other, "seasons")):
        page.get_by_label("Tags").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#about-said")).to_have_text("Saved")
    for page in (one, other):
        expect(page.locator("#about-tags li")).to_have_text(["fees", "seasons"])
    other.get_by_label("Review date").fill("2027-03-01")
    other.get_by_label("Language").select_option("sv")
    expect(one.get_by_label("Review date")).to_have_value("2027-03-01")
    expect(one.get_by_label("Language")).to_have_value("sv")
    one.get_by_role("button", name="Remove the tag fees").click()
    expect(other.locator("#about-tags li")).to_have_text(["seasons"])
    saved(one)
    assert erik.api("GET", f"articles/{article}")["review_date"] == "2027-03-01"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_phone_has_the_tools_at_the_thumb_and_everything_in_swedish(
    page_as: PageAs, erik: Visitor, look: str
) -> None:
    article = write(erik, EVERYTHING)
    page = page_as("ella", viewport={"width": 390, "height": 844}, color_scheme=look, has_touch=True, locale="sv-SE")
    text = opened(page, article)
    expect(page.get_by_role("toolbar", name="Formatering")).to_be_visible()
    expect(page.locator("#editor-count")).to_contain_text(" ord")
    box = page.locator("#editor-tools").bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert not overflow(page)
    assert not axe(page)
    text.get_by_text("Mind this.").tap()
    page.locator('[data-menu="tools-insert"]').scroll_into_view_if_needed()
    page.locator('[data-menu="tools-insert"]').tap()
    page.get_by_role("menuitem", name="Fakta i korthet").tap()
    expect(page.locator(".callout .facts")).to_have_count(1)
    assert not overflow(page)
