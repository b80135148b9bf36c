"""Pictures and what is pasted from elsewhere, as they arrive in the editor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image as Picture
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, PageAs
from tests.browser.editors import asked_at_leaving, at_end, choose, markdown, opened, saved, stored, write
from tests.gallery.eyes import axe
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

pytestmark = pytest.mark.once
CLIPBOARD = Path(__file__).parent / "clipboard"


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


GIVE_PICTURE = """async ([address, how]) => {
    const blob = await (await fetch(address)).blob();
    const data = new DataTransfer();
    data.items.add(new File([blob], "given.png", { type: "image/png" }));
    const text = document.querySelector(".ProseMirror");
    const { x, y } = text.getBoundingClientRect();
    const common = { bubbles: true, cancelable: true };
    text.dispatchEvent(how === "paste"
        ? new ClipboardEvent("paste", { ...common, clipboardData: data })
        : new DragEvent("drop", { ...common, dataTransfer: data, clientX: x + 30, clientY: y + 30 }));
}"""


def test_pictures_are_sent_and_asked_what_they_show(
    page_as: PageAs, complaints: Complaints, erik: Visitor, tmp_path: Path
) -> None:
    complaints.expect("422")
    good, bad = tmp_path / "bin.png", tmp_path / "broken.png"
    Picture.new("RGB", (40, 30), "brown").save(good)
    bad.write_bytes(b"no picture")
    article = write(erik, "Look: ")
    page = page_as("erik")
    opened(page, article)
    at_end(page)
    page.locator("#editor-files").set_input_files(good)
    dialog = page.get_by_role("dialog", name="Picture")
    expect(dialog.get_by_label("What the picture shows")).to_be_focused()
    assert not axe(page)
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator(".no-alt")).to_have_text("No alternative text")
    expect(page.locator("#editor-findings")).to_contain_text("A picture without an alternative text.")
    page.locator("#editor-findings button").click()
    choose(page, "place", "What it shows…")
    page.keyboard.type("A brown bin")
    page.keyboard.press("Enter")
    expect(page.locator(".no-alt")).to_have_count(0)
    assert re.fullmatch(r"Look: ?<?!?.*A brown bin.*\n", markdown(page))
    saved(page)
    page.locator("#editor-files").set_input_files(bad)
    expect(page.locator(".editor-problem")).to_contain_text("not a picture")
    source = page.locator(".ProseMirror .image img").get_attribute("src")
    for count, how in enumerate(("paste", "drop"), start=2):
        page.evaluate(GIVE_PICTURE, [source, how])
        dialog.get_by_label("What the picture shows").fill(f"By {how}")
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator(".ProseMirror .image img")).to_have_count(count)
    saved(page)
    text = stored(erik, article)
    assert "By paste" in text
    assert "By drop" in text
    asked = asked_at_leaving(page)
    page.route(re.compile("/images$"), lambda _route: None)  # it stays under way
    page.locator("#editor-files").set_input_files(good)
    expect(page.locator(".ProseMirror .sending")).to_be_visible()
    page.goto("/")
    assert asked == ["beforeunload"]


DROP_FILE = """([place, name, type, size]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(size)], name, { type }));
    const { x, y } = document.querySelector(place).getBoundingClientRect();
    const events = ["dragover", "drop"].map(kind => new DragEvent(kind, {
        bubbles: true, cancelable: true, dataTransfer: data, clientX: x + 30, clientY: y + 30 }));
    return events.map(event => !document.querySelector(place).dispatchEvent(event));
}"""


def test_files_that_are_not_taken_are_said_wherever_they_are_dropped_and_never_opened(
    page_as: PageAs, erik: Visitor
) -> None:
    article = write(erik, "Text.")
    page = page_as("erik")
    opened(page, article)
    problem = page.locator(".editor-problem")
    for place, name in ((".ProseMirror", "rules.pdf"), (".rail.right", "fees.docx")):
        assert page.evaluate(DROP_FILE, [place, name, "application/octet-stream", 9]) == [True, True], (
            "not the browser's"
        )
        expect(problem).to_have_text(f"{name} is not a picture that can be shown. PNG, JPEG, GIF and WebP can.")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(DROP_FILE, [".ProseMirror", "town.png", "image/png", settings.IMAGE_MAX_BYTES + 1])
    expect(problem).to_have_text("town.png: The picture is larger than 10 MB. Make it smaller.")
    page.goto(f"/articles/{article}/edit/?as=markdown")
    page.evaluate(DROP_FILE, ["#id_text", "town.png", "image/png", settings.IMAGE_MAX_BYTES + 1])
    expect(page.locator("[data-problem]")).to_have_text("town.png: The picture is larger than 10 MB. Make it smaller.")
    assert not [address for address in sent if address.endswith("/images")]


COPY = """([html, plain, into]) => {
    const { editor } = document.querySelector(".ProseMirror");
    if (into === "an empty text") editor.commands.clearContent();
    editor.view.focus();
    // Without this nothing is copied where nothing is marked.
    document.addEventListener("beforecopy", event => event.preventDefault(), { capture: true, once: true });
    document.addEventListener("copy", event => {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (html) event.clipboardData.setData("text/html", html);
        event.clipboardData.setData("text/plain", plain);
    }, { capture: true, once: true });
}"""


def paste(page: Page, html: str, plain: str = "", into: str = "an empty text") -> None:
    """Put this on the clipboard as other programs do, byte for byte, and paste it with the keyboard.

    `navigator.clipboard.write` would tidy the HTML, and nothing would be left of what only Word writes.
    """
    page.evaluate(COPY, [html, plain, into])
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")


def test_what_is_pasted_from_elsewhere_arrives_clean(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "")
    page = page_as("erik")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, article)
    for file in sorted(CLIPBOARD.glob("*.html")):
        paste(page, file.read_text())
        assert markdown(page) == file.with_suffix(".md").read_text(), file.name
    expect(page.locator(".editor-problem")).to_contain_text("Pictures in what you pasted could not be taken along: 1.")
    paste(page, "", "Size\tFee\nSmall\t545\n")
    assert markdown(page) == "| Size | Fee |\n| --- | --- |\n| Small | 545 |\n"
    paste(page, "", "fees")
    page.keyboard.press("Control+a")
    paste(page, "", "https://www.example.org/fees", into="what is marked")
    assert markdown(page) == "[fees](https://www.example.org/fees)\n"
