"""Publishing with others: two who press at once, a proposal and its approval, a reader's suggestion."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Complaints, PageAs, sign_in
from tests.live.clients import Visitor, visitor
from tests.services.site import Site


def png() -> bytes:
    """A picture, 12 pixels wide."""
    out = io.BytesIO()
    Image.new("RGB", (12, 8), "green").save(out, "PNG")
    return out.getvalue()


def article_named(person: Visitor, beginning: str) -> int:
    """The id of the article whose title begins so."""
    items = person.api("GET", "articles?limit=200")["items"]
    return next(item["id"] for item in items if item["title"].startswith(beginning))


def change(person: Visitor, article: int, old: str, new: str) -> None:
    """Put other words into the draft."""
    markdown = person.api("GET", f"articles/{article}/draft")["markdown"]
    assert old in markdown
    person.api("PUT", f"articles/{article}/draft", {"markdown": markdown.replace(old, new, 1)})


def test_of_two_who_publish_one_does_and_the_other_is_shown_what_holds_now(
    site: Site, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expect("409")
    erik = visitor(site, "erik")
    article = article_named(erik, "Parking fine")
    change(erik, article, "parking", "car parking")
    first, second = page_as("erik"), page_as("maria")
    for page in (first, second):
        page.goto(f"/articles/{article}/publish/")
        expect(page.locator("ins").first).to_be_visible()
    first.get_by_label("What changed").fill("Says what it is about")
    first.get_by_role("button", name=re.compile("Publish version")).click()
    expect(first.locator(".notice.ok").first).to_contain_text("is what readers see now")
    second.get_by_label("What changed").fill("My own note")
    second.get_by_role("button", name=re.compile("Publish version")).click()
    expect(second.get_by_role("alert").first).to_contain_text("was published by Erik Sandberg meanwhile")
    expect(second.locator("main")).to_contain_text("Nothing to publish")
    assert len(erik.api("GET", f"articles/{article}/versions")["items"]) == 2


def test_what_an_editor_proposes_arrives_is_approved_and_reaches_readers(site: Site, page_as: PageAs) -> None:
    erik = visitor(site, "erik")
    article = article_named(erik, "School transport")
    change(erik, article, "bus", "school bus")
    maria, clara, editor = page_as("maria"), page_as("clara"), page_as("erik")
    maria.goto("/proposals/")
    clara.goto(f"/articles/{article}/")
    for page in (maria, clara):
        expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    editor.goto(f"/articles/{article}/publish/")
    expect(editor.get_by_role("button", name=re.compile("Publish version"))).to_have_count(0)
    editor.get_by_label("What changed").fill("Says which bus")
    editor.get_by_role("button", name="Propose for publication").click()
    expect(editor.locator("#proposal-state")).to_contain_text("Waits for approval")
    change(erik, article, "school bus", "half a thought")

    entry = maria.locator("#proposals li", has_text="Says which bus")
    expect(entry).to_be_visible()
    entry.get_by_role("link").click()
    expect(maria.locator(".compare")).to_contain_text("school bus")
    maria.get_by_role("button", name="Approve and publish").click()
    expect(maria.locator(".notice.ok").first).to_contain_text("is what readers see now")
    expect(clara.locator("#article-body")).to_contain_text("school bus")
    expect(clara.locator("#article-body")).not_to_contain_text("half a thought")
    expect(editor.locator("#proposal-state")).to_contain_text("Approved")


def test_a_reader_without_scripts_suggests_and_an_editor_chooses(
    site: Site, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expect("422")
    erik = visitor(site, "erik")
    article = article_named(erik, "Water meter")
    plain = page_as("clara", java_script_enabled=False)
    plain.goto(f"/articles/{article}/suggest/")
    text = plain.get_by_label("Text", exact=True)
    text.fill(
        text.input_value().replace("every second month", "every third month").replace("once a year", "twice a year")
    )
    plain.get_by_role("button", name="Send the suggestion").click()
    expect(plain.locator("main")).to_contain_text("Say in a sentence why")
    assert "every third month" in text.input_value()
    plain.get_by_label("Why").fill("The bill on my desk says so")
    plain.get_by_role("button", name="Send the suggestion").click()
    expect(plain.locator("#suggestion-state")).to_contain_text("Waits for an answer")

    change(erik, article, "The water bill comes every second month.", "The water bill comes in the odd months.")
    watching = page_as("clara")
    watching.goto(plain.url)
    expect(watching.locator("#live-status")).to_have_attribute("data-state", "live")
    editor = page_as("erik")
    editor.goto("/suggestions/")
    editor.locator("#suggestions li", has_text="The bill on my desk").get_by_role("link").click()
    place = editor.get_by_role("group", name="Place 1")
    expect(place).to_contain_text("odd months")
    place.get_by_label("As suggested").check()
    editor.get_by_role("button", name="Take it over into the draft").click()
    editor.wait_for_url(re.compile(rf"/articles/{article}/edit/"))
    draft = erik.api("GET", f"articles/{article}/draft")["text"]
    assert "every third month" in draft
    assert "Fee 2027" in draft, "what was written in the draft meanwhile is still there"
    expect(watching.locator("#suggestion-state")).to_contain_text("Taken over")


def test_a_reader_suggests_in_the_editor(site: Site, page_as: PageAs) -> None:
    erik = visitor(site, "erik")
    article = article_named(erik, "Interpreter")
    clara = page_as("clara")
    clara.goto(f"/articles/{article}/")
    clara.get_by_role("link", name="Suggest a change").first.click()
    writing = clara.locator(".ProseMirror")
    writing.locator("p").first.click()
    clara.keyboard.press("End")
    clara.keyboard.type(" Ask first.")
    clara.locator("#editor-files").set_input_files({"name": "sign.png", "mimeType": "image/png", "buffer": png()})
    clara.get_by_label("What the picture shows").fill("The sign at the desk")
    clara.get_by_role("button", name="Done").click()
    shown = writing.locator("img[alt='The sign at the desk']")
    expect(shown).to_have_js_property("naturalWidth", 12)
    clara.get_by_label("Why").fill("People forget")
    clara.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('kb-unsent:'))")
    clara.on("dialog", lambda dialog: dialog.accept())
    clara.reload()
    clara.get_by_role("button", name="Put it back").click()
    expect(writing).to_contain_text("Ask first.")
    expect(clara.get_by_label("Why")).to_have_value("People forget")
    clara.get_by_role("button", name="Send the suggestion").click()
    expect(clara.locator("#suggestion-state")).to_contain_text("Waits for an answer")
    expect(clara.locator(".compare ins").first).to_contain_text("Ask first.")
    assert clara.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kb-unsent:'))") == []
    suggestion = erik.api("GET", "suggestions")["items"][0]
    assert suggestion["reason"] == "People forget"
    editor = page_as("erik")
    editor.goto(f"/suggestions/{suggestion['id']}/")
    expect(editor.locator("ins img, img").first).to_have_js_property("naturalWidth", 12)
    assert erik.api("GET", f"suggestions/{suggestion['id']}")["clashes"] == []


def test_what_was_said_and_chosen_is_there_again_when_the_session_was_over(
    site: Site, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expect("401|WebSocket|htmx:")  # how many are asked is not answered any more when the page goes
    erik = visitor(site, "erik")
    article = article_named(erik, "Resident parking permit")
    change(erik, article, "permit", "parking permit")
    page = page_as("erik")
    page.goto(f"/articles/{article}/publish/")
    page.get_by_label("What changed").fill("Says which permit")
    page.get_by_role("radio", name="Must-read").check()
    role = page.locator("input[name=ask_roles]").first
    role.check()
    page.get_by_label("Days to confirm it").fill("9")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=re.compile("Publish version")).click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "erik")
    page.wait_for_url(f"**/articles/{article}/publish/")
    expect(page.get_by_label("What changed")).to_have_value("Says which permit")
    expect(page.get_by_role("radio", name="Must-read")).to_be_checked()
    expect(role).to_be_checked()
    expect(page.get_by_label("Days to confirm it")).to_have_value("9")
    page.reload()
    expect(page.get_by_label("What changed")).to_have_value("Says which permit")
    expect(page.get_by_role("radio", name="Must-read"), "days later a choice would surprise").not_to_be_checked()
