"""The plain editor in a browser: nothing typed gets lost, and the small helps work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image as Picture
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Complaints, PageAs, sign_in
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

TEXT = "First line.\n\nSecond line.\n"


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


@pytest.fixture
def editor(erik: Visitor) -> str:
    """The address of the editor of a published article of Erik's."""
    made = erik.api("POST", "articles", {"title": "To be written", "category": "waste", "markdown": TEXT})["id"]
    erik.api("POST", f"articles/{made}/publish", {})
    return f"/articles/{made}/edit/?as=markdown"


def area(page: Page) -> str:
    return page.locator("#id_text").input_value()


def draft(erik: Visitor, editor: str) -> str:
    text: str = erik.api("GET", editor.replace("/edit/?as=markdown", "/draft").lstrip("/"))["markdown"]
    return text


def type_more(page: Page, words: str) -> None:
    page.locator("#id_text").press("Control+End")
    page.keyboard.type(words)


def test_ctrl_s_saves_and_says_so(page_as: PageAs, erik: Visitor, editor: str) -> None:
    page = page_as("erik")
    page.goto(editor)
    type_more(page, "Third line.")
    page.keyboard.press("Control+s")
    expect(
        page.get_by_text("Saved. In this topic what is written is published by itself after a pause.")
    ).to_be_visible()
    assert "Third line." in draft(erik, editor)
    expect(page).not_to_have_url(re.compile("saved="))


def test_the_preview_stands_in_the_place_of_the_text(page_as: PageAs, editor: str) -> None:
    page = page_as("erik")
    page.goto(editor)
    type_more(page, "**Strong** words.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview strong")).to_have_text("Strong")
    expect(page.locator("#id_text")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#id_text")).to_be_focused()
    assert area(page).endswith("**Strong** words.")


def test_what_was_never_saved_is_offered_again_and_goes_once_it_is_saved(
    page_as: PageAs, erik: Visitor, editor: str
) -> None:
    page = page_as("erik")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(editor)
    type_more(page, "Hours of work.")
    page.goto("/")
    page.goto(editor)
    assert "Hours of work." not in area(page)
    page.get_by_role("button", name="Put it back").click()
    assert "Hours of work." in area(page)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved. In this topic").wait_for()
    page.reload()
    expect(page.locator("#id_text")).to_be_visible()
    expect(page.get_by_text("Unsaved text")).to_have_count(0)
    assert "Hours of work." in draft(erik, editor)


def test_an_old_copy_merges_with_what_others_saved_since(page_as: PageAs, erik: Visitor, editor: str) -> None:
    page = page_as("erik")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(editor)
    type_more(page, "Mine.")
    page.goto("/")
    erik.api(
        "PUT",
        editor.replace("/edit/?as=markdown", "/draft").lstrip("/"),
        {"markdown": TEXT.replace("First", "Their first")},
    )
    page.goto(editor)
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved. In this topic").wait_for()
    assert "Their first line." in draft(erik, editor)
    assert "Mine." in draft(erik, editor)


def test_leaving_with_unsaved_words_is_asked_and_without_is_not(page_as: PageAs, editor: str) -> None:
    page = page_as("erik")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(editor)
    page.locator(".brand").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto(editor)
    type_more(page, "Unsaved.")
    page.locator(".brand").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert editor in page.url


def test_when_the_session_ends_the_text_is_there_to_be_saved_after_signing_in_again(
    page_as: PageAs, complaints: Complaints, erik: Visitor, editor: str
) -> None:
    complaints.expect("401|WebSocket")
    page = page_as("erik")
    page.goto(editor)
    type_more(page, "Typed while the session ran out.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Your text is not saved yet")).to_be_visible()
    assert "Typed while the session ran out." in area(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(opened.value, "erik")
    page.bring_to_front()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved. In this topic").wait_for()
    assert "Typed while the session ran out." in draft(erik, editor)


def test_after_signing_in_again_elsewhere_an_open_form_still_saves(
    page_as: PageAs, complaints: Complaints, erik: Visitor, editor: str
) -> None:
    complaints.expect("WebSocket")
    page = page_as("erik")
    page.goto(editor)
    type_more(page, "Before the other tab.")
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    other.goto("/accounts/login/")
    sign_in(other, "erik")
    page.bring_to_front()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved. In this topic").wait_for()
    assert "Before the other tab." in draft(erik, editor)


def test_signing_out_leaves_nothing_of_the_text_on_the_computer(page_as: PageAs, editor: str) -> None:
    page = page_as("erik")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(editor)
    type_more(page, "A secret.")
    page.goto("/")
    assert "A secret." in page.evaluate("JSON.stringify(localStorage)")
    page.get_by_role("button", name=re.compile("Your menu")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("What you have only typed in an editor is not kept")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert "A secret." not in page.evaluate("JSON.stringify(localStorage)")


def test_an_editor_in_another_tab_keeps_nothing_after_signing_out(page_as: PageAs, editor: str) -> None:
    page = page_as("erik")
    page.goto(editor)
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    type_more(page, "A secret.")
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert "A secret." not in other.evaluate("JSON.stringify(localStorage)")


def test_when_the_session_is_ended_from_elsewhere_the_text_is_offered_after_signing_in(
    page_as: PageAs, site: Site, editor: str
) -> None:
    page = page_as("erik")
    page.goto(editor)
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    type_more(page, "Not lost.")
    elsewhere = visitor(site, "erik")
    elsewhere.cookies["sessionid"] = next(
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid"
    )
    elsewhere.sign_out()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "erik")
    page.wait_for_url(lambda url: url.endswith(editor))
    page.get_by_role("button", name="Put it back").click()
    assert "Not lost." in area(page)


def test_a_picture_goes_into_the_text_where_the_cursor_is(page_as: PageAs, editor: str, tmp_path: Path) -> None:
    file = tmp_path / "bin.png"
    Picture.new("RGB", (4, 4), "brown").save(file)
    page = page_as("erik")
    page.goto(editor)
    page.locator("#id_text").press("Control+Home")
    page.locator("#id_picture").set_input_files(file)
    expect(page.locator(".picture")).to_have_count(1)
    assert re.match(r"!\[What the picture shows\]\(/articles/\d+/images/\d+/bin\.png\)First line\.", area(page))
    page.keyboard.type("A brown bin")  # the description is marked, to be written over
    assert "![A brown bin](" in area(page)
    page.locator("#id_text").press("Control+End")
    page.locator(".picture").get_by_role("button", name="Insert").click()
    assert re.search(r"Second line\.\n!\[bin\.png\]\(/articles/\d+/images/\d+/bin\.png\)$", area(page))


def test_what_is_no_picture_is_said_and_the_text_stays(
    page_as: PageAs, complaints: Complaints, editor: str, tmp_path: Path
) -> None:
    complaints.expect("422")
    file = tmp_path / "bin.png"
    file.write_bytes(b"no picture")
    page = page_as("erik")
    page.goto(editor)
    page.locator("#id_picture").set_input_files(file)
    expect(page.locator("[data-problem]")).to_contain_text("not a picture")
    assert area(page) == TEXT


def test_writing_and_publishing_need_no_javascript(page_as: PageAs, erik: Visitor, editor: str) -> None:
    page = page_as("erik", java_script_enabled=False)
    page.goto(editor)
    page.locator("#id_text").fill(TEXT + "\n::: warning\nMind this.\n:::\n")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview .callout")).to_contain_text("Mind this.")
    page.get_by_role("button", name="Publish…").click()
    expect(page.locator(".compare ins")).to_contain_text("Mind this.")
    page.get_by_label("What changed").fill("A warning")
    page.locator("input[name=significance][value=must-read]").check()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.locator("#article-body .callout")).to_contain_text("Mind this.")
    version = erik.api("GET", editor.replace("/edit/?as=markdown", "/versions/2").lstrip("/"))
    assert (version["note"], version["significance"]) == ("A warning", "must-read")


def test_a_new_article_is_begun_with_the_keyboard_alone(page_as: PageAs) -> None:
    page = page_as("erik")
    page.goto("/articles/new/?category=waste")
    page.locator("#id_title").focus()
    page.keyboard.type("Begun without a mouse")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/articles/\d+/edit/"))
    expect(page.locator("#editor-title")).to_have_value("Begun without a mouse")
    page.locator(".ProseMirror[contenteditable=true]").wait_for()
    page.locator("#editor-title").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("It works.")
    expect(page.locator(".ProseMirror")).to_have_text("It works.")
    expect(page.locator("#draft-status")).to_have_attribute("data-kind", "saved")
