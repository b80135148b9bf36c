"""Pictures and what is pasted from elsewhere, as they arrive in the editor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image as Picture
from playwright.sync_api import expect

from tests.browser.conftest import Complaints, PageAs
from tests.browser.editors import at_end, choose, markdown, opened, saved, stored, write
from tests.gallery.eyes import axe
from tests.live.clients import Visitor, visitor
from tests.services.site import Site

pytestmark = pytest.mark.once
CLIPBOARD = Path(__file__).parent / "clipboard"


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


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
    page.evaluate(
        """async address => {
        const blob = await (await fetch(address)).blob();
        const data = new DataTransfer();
        data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
        const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector(".ProseMirror").dispatchEvent(event);
    }""",
        page.locator(".ProseMirror .image img").get_attribute("src"),
    )
    dialog.get_by_label("What the picture shows").fill("Pasted")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror .image img")).to_have_count(2)
    saved(page)
    assert "Pasted" in stored(erik, article)


PASTE = """([html, plain]) => {
    const { editor } = document.querySelector(".ProseMirror");
    editor.chain().clearContent().focus("start").run();
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", plain);
    editor.view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_what_is_pasted_from_elsewhere_arrives_clean(page_as: PageAs, erik: Visitor) -> None:
    article = write(erik, "")
    page = page_as("erik")
    opened(page, article)
    for file in sorted(CLIPBOARD.glob("*.html")):
        page.evaluate(PASTE, [file.read_text(), ""])
        assert markdown(page) == file.with_suffix(".md").read_text(), file.name
    expect(page.locator(".editor-problem")).to_contain_text("Pictures in what you pasted could not be taken along: 1.")
    page.evaluate(PASTE, ["", "Size\tFee\nSmall\t545\n"])
    assert markdown(page) == "| Size | Fee |\n| --- | --- |\n| Small | 545 |\n"
    page.evaluate(PASTE, ["", "fees"])
    page.keyboard.press("Control+a")
    page.evaluate(PASTE.replace('.clearContent().focus("start")', ""), ["", "https://www.example.org/fees"])
    assert markdown(page) == "[fees](https://www.example.org/fees)\n"
