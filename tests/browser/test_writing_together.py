"""Many in one draft, in real browsers: they see each other, and nobody's text is ever lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, WebSocketRoute, expect

from tests.browser.conftest import ARGUMENTS, TIMEOUT_MS, Complaints, PageAs, sign_in
from tests.browser.editors import asked_at_leaving
from tests.browser.one_draft import (
    SAVED,
    SOCKET,
    is_saved,
    is_stored,
    kept_by,
    mark,
    open_editor,
    shows,
    stored,
    withhold_acknowledgements,
    write,
)
from tests.live.clients import Visitor, visitor
from tests.services.install import chromium_binary
from tests.services.proxy import without_websockets
from tests.services.site import Site

TEXT = "The fee is 700 kr.\n\nIt is paid in advance.\n"
UPDATES = re.compile(r"/draft/updates")
NETWORK = "WebSocket|ERR_|Failed to load|Failed to fetch"
expect.set_options(timeout=TIMEOUT_MS)
OFFLINE = re.compile(r"^(Offline since|Utan kontakt sedan) \d\d:\d\d: ")


@pytest.fixture(scope="module")
def erik(site: Site) -> Visitor:
    return visitor(site, "erik")


@pytest.fixture(scope="module")
def admin(site: Site) -> Visitor:
    return visitor(site, "admin")


@pytest.fixture
def article(erik: Visitor) -> int:
    """A published article that Erik and Ella may edit, and Clara reads."""
    made: int = erik.api("POST", "articles", {"title": "Bulky waste", "category": "waste", "markdown": TEXT})["id"]
    erik.api("POST", f"articles/{made}/publish", {})
    return made


def test_two_people_write_in_one_sentence_and_a_reader_sees_who(page_as: PageAs, erik: Visitor, article: int) -> None:
    reader = page_as("clara")
    reader.goto(f"/articles/{article}/")
    one, two = (open_editor(page_as(name), article) for name in ("erik", "ella"))
    for at in range(4):
        write(one, "The fee" + "!" * at, "!")
        write(two, "is 700 kr" + "?" * at, "?")
    expected = "The fee!!!! is 700 kr????.\nIt is paid in advance."
    for page in (one, two):
        expect(page.locator("#draft-status")).to_have_text(SAVED)
        shows(page, expected)
    assert "The fee!!!! is 700 kr????." in stored(erik, article)
    mark(one, "700 kr")
    one.keyboard.press("Control+k")
    dialog = one.get_by_role("dialog", name="Link")
    expect(dialog.get_by_label("Words in the text")).to_have_value("700 kr")
    dialog.get_by_label("Address").fill("https://www.example.org/fees")
    write(two, "The", " small")
    write(two, "700 kr", " net")
    shows(one, "The small fee!!!! is 700 kr net????.")
    one.keyboard.press("Enter")  # a link on what was marked, wherever it stands now, and on nothing else
    is_stored(erik, article, "The small fee!!!! is [700 kr](https://www.example.org/fees) net????.")
    one.wait_for_timeout(600)  # what follows is another step of undo
    write(one, "in advance", " always")
    write(two, "net", "to")
    shows(one, "700 kr netto????.\nIt is paid in advance always.")
    one.keyboard.press("Control+z")  # of one's own words, not of hers that came later
    is_stored(erik, article, "[700 kr](https://www.example.org/fees) netto????.\n\nIt is paid in advance.")
    other = one.locator("#people-here button", has_text="Ella")
    expect(other).to_contain_text("writing")
    expect(one.locator("#people-here li").last).to_contain_text("(you)")
    one.evaluate("document.body.style.paddingBlockStart = '3000px'")  # far away from where she writes
    other.press("Enter")
    expect(one.locator(".ProseMirror p").first).to_be_in_viewport()
    expect(reader.locator("#article-writers")).to_contain_text("editing")
    expect(reader.locator("#article-writers")).to_have_attribute("href", f"/articles/{article}/edit/")
    two.close()
    expect(one.locator("#people-here li")).to_have_count(1)


def test_a_list_that_was_left_stays_closed_while_others_write(page_as: PageAs, article: int) -> None:
    one, two = (open_editor(page_as(name), article) for name in ("erik", "ella"))
    one.locator(".ProseMirror").last.click()
    one.keyboard.press("Control+End")
    one.keyboard.press("Enter")
    one.keyboard.type("/")
    choices = one.locator(".suggestions.choices")
    expect(choices).to_be_visible()
    one.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    write(two, "in advance", " (Ella)")
    shows(one, "in advance (Ella).")
    expect(choices).to_be_hidden()
    one.keyboard.press("Backspace")
    one.keyboard.type("/")
    expect(choices).to_be_visible()


def test_offline_it_goes_on_and_says_so_and_merges_when_it_is_back(
    page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    one, two = (open_editor(page_as(name), article) for name in ("erik", "ella"))
    one.context.set_offline(True)
    write(one, "The fee", " (Erik, offline)")
    expect(one.locator("#draft-status")).to_have_text(re.compile(r"^Offline since \d\d:\d\d: kept in this browser$"))
    write(two, "in advance", " (Ella)")
    is_saved(two)
    assert "offline" not in stored(erik, article)
    one.context.set_offline(False)
    is_saved(one)
    shows(one, "in advance (Ella).")
    shows(two, "The fee (Erik, offline) is")
    asked = asked_at_leaving(one)
    one.evaluate(
        """() => { document.querySelector(".ProseMirror").editor.commands.insertContentAt(1, "Now: ");
        document.querySelector(".writing-actions a").click(); }"""
    )
    one.wait_for_url(f"**/articles/{article}/publish/")  # as soon as it is stored
    assert asked == []
    assert "Now: The fee" in stored(erik, article)


def test_what_a_closed_tab_kept_is_sent_by_the_one_that_is_open_and_by_any_page(
    page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    one = open_editor(page_as("erik"), article)
    two = open_editor(one.context.new_page(), article)
    one.context.set_offline(True)
    for page, behind, words in ((one, "The fee", " (of the closed tab)"), (two, "in advance", " (of the other)")):
        write(page, behind, words)
        expect(page.locator("#draft-status")).to_contain_text("kept in this browser")
    one.close()
    two.context.set_offline(False)
    shows(two, "The fee (of the closed tab) is")
    is_saved(two)
    is_stored(erik, article, "(of the closed tab)")
    assert [stored(erik, article).count(words) for words in ("closed tab", "of the other")] == [1, 1]
    two.context.set_offline(True)
    write(two, "in advance", ", and later")
    expect(two.locator("#draft-status")).to_contain_text("kept in this browser")
    home = two.context.new_page()
    two.close()
    home.context.set_offline(False)
    home.goto("/")
    is_stored(erik, article, "in advance, and later")


def test_where_sockets_are_blocked_the_same_page_writes_over_http(
    site: Site, page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    with without_websockets(site.url) as address:
        blocked = open_editor(page_as("erik", at=address), article)
        other = open_editor(page_as("ella"), article)
        expect(blocked.locator("#draft-status")).to_contain_text("Slow connection")
        write(blocked, "The fee", " posted")
        expect(blocked.locator("#draft-status")).to_have_text(re.compile(r"Slow connection: saved \d\d:\d\d"))
        shows(other, "The fee posted is")
        write(other, "in advance", " heard")
        shows(blocked, "in advance heard")
        blocked.goto("/")  # its long poll ends with the proxy


@pytest.fixture
def crashing(browser: Browser, tmp_path: Path, site: Site) -> Iterator[Callable[[], BrowserContext]]:
    """Starts a browser whose profile stays when it is killed."""
    opened: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium_binary(), args=ARGUMENTS, base_url=site.url, locale="en-GB"
        )
        context.set_default_timeout(TIMEOUT_MS)
        opened.append(context)
        return context

    yield start
    opened[-1].close()


def kill_browser(profile: Path) -> None:
    """kill -9 of all processes of the browser with this profile."""
    mark = f"--user-data-dir={profile}".encode()
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and process.name != str(os.getpid()):
            try:
                if mark in (process / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                continue  # it has ended meanwhile


def test_a_crash_loses_nothing_and_another_tab_sends_what_the_dead_one_had(
    crashing: Callable[[], BrowserContext], tmp_path: Path, erik: Visitor, article: int
) -> None:
    context = crashing()
    page = context.pages[0]
    page.goto("/accounts/login/")
    sign_in(page, "erik")
    open_editor(page, article)
    context.set_offline(True)
    write(page, "The fee", " (typed before the crash)")
    expect(page.locator("#draft-status")).to_contain_text("kept in this browser")
    kill_browser(tmp_path)
    assert "crash" not in stored(erik, article)
    again = crashing()
    again.clear_cookies(name="sessionid")  # written to the disk every half minute: it may have died with the browser
    page = again.pages[0]
    page.goto(f"/articles/{article}/edit/")
    sign_in(page, "erik")
    shows(page, "The fee (typed before the crash) is")
    is_saved(page)
    is_stored(erik, article, "typed before the crash")
    assert stored(erik, article).count("typed before the crash") == 1


def test_a_restart_is_slept_through_and_an_ended_session_leads_back_with_the_text(
    site: Site, page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    page = open_editor(page_as("erik"), article)
    site.web.kill()
    write(page, "The fee", " during the restart")
    expect(page.locator("#draft-status")).to_contain_text("kept in this browser")
    site.web.start()
    is_saved(page)
    is_stored(erik, article, "during the restart")
    site.web.kill()
    write(page, "in advance", " and without a session")
    expect(page.locator("#draft-status")).to_contain_text("kept in this browser")
    page.context.clear_cookies(name="sessionid")
    site.web.start()
    page.wait_for_url("**/accounts/login/?next=*")
    sign_in(page, "erik")
    page.wait_for_url(f"**/articles/{article}/edit/")
    shows(page, "in advance and without a session.")
    is_saved(page)
    is_stored(erik, article, "without a session")


def test_signing_out_says_what_is_not_saved_and_wipes_it(
    site: Site, page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    page = page_as("erik")
    page.add_init_script(  # as in a browser that does not tell which databases there are
        "window.databases = IDBFactory.prototype.databases; IDBFactory.prototype.databases = undefined"
    )
    withhold_acknowledgements(page)
    page.route(UPDATES, lambda route: route.abort())
    open_editor(page, article)
    page.context.set_offline(True)
    write(page, "The fee", " never sent")
    expect(page.locator("#draft-status")).to_contain_text("kept in this browser")
    page.wait_for_timeout(2_300)  # what people can read of it is kept after two seconds
    page.route_web_socket(SOCKET, lambda socket: socket.close())
    page.context.set_offline(False)
    page.goto("/")
    dialog = page.locator("dialog.draft-offer")
    sign_out = page.locator("form[action='/accounts/logout/'] button")
    page.locator("[popovertarget=user-menu]").first.click()
    sign_out.click()
    expect(dialog).to_contain_text("The fee never sent is 700 kr.")
    expect(dialog.get_by_role("link")).to_have_text("Bulky waste")  # nobody has touched the title of the draft
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_have_count(0)
    assert len(kept_by(page)) == 1
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=413, json={"error": {"code": "too_large"}})

    page.unroute(UPDATES)
    page.route(UPDATES, refuse)
    page.goto("/")
    expect(dialog).to_contain_text("could not be saved")
    expect(dialog).to_contain_text("The fee never sent is 700 kr.")
    dialog.get_by_role("button", name="Close").click()
    page.locator("[popovertarget=user-menu]").first.click()
    sign_out.click()
    dialog.get_by_role("button", name="Throw it away and sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert kept_by(page) == []
    assert len(refused) == 1, "what the server will never take is not sent again"
    assert "never sent" not in stored(erik, article)


@pytest.fixture
def set_roles(admin: Visitor) -> Iterator[Callable[[str, list[str]], None]]:
    """Changes the roles of people, and gives back what they had at the end."""
    people = {one["username"]: one for one in admin.api("GET", "users?limit=200")["items"]}
    changed: set[str] = set()

    def change(name: str, roles: list[str]) -> None:
        changed.add(name)
        admin.api("PUT", f"users/{people[name]['id']}/roles", {"roles": roles})

    yield change
    for name in changed:
        change(name, people[name]["roles"])


def test_who_loses_the_right_to_write_is_stopped_and_offered_the_text(
    page_as: PageAs,
    complaints: Complaints,
    set_roles: Callable[[str, list[str]], None],
    admin: Visitor,
    article: int,
) -> None:
    complaints.expect(NETWORK + "|403|404")
    page = page_as("erik")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    withhold_acknowledgements(page)
    open_editor(page, article)
    write(page, "The fee", " <unsaved>")
    expect(page.locator("#draft-status")).to_have_text("Saving")
    set_roles("erik", ["csr", "waste"])
    dialog = page.locator("dialog.draft-offer")
    expect(dialog).to_contain_text("You may no longer write here")
    expect(dialog.locator(".offered")).to_have_text("The fee <unsaved> is 700 kr.")
    expect(page.locator(".ProseMirror")).to_have_attribute("contenteditable", "false")
    dialog.get_by_role("button", name="Copy as text").click()
    expect(dialog.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "The fee <unsaved> is 700 kr.\n"
    dialog.get_by_role("button", name="Copy with formatting").click()
    page.wait_for_function("async () => (await navigator.clipboard.read())[0].types.includes('text/html')")
    assert "<p>The fee &lt;unsaved&gt;" in page.evaluate(
        "async () => (await (await navigator.clipboard.read())[0].getType('text/html')).text()"
    )
    dialog.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#draft-status")).to_have_text("You are watching the draft live")
    admin.api("PATCH", f"articles/{article}", {"roles": ["social-care"]})
    expect(page.get_by_role("heading", name="The draft is not open to you any more")).to_be_visible()
    expect(page.locator(".ProseMirror")).to_have_count(0)


def test_a_reader_watches_the_draft_live_and_cannot_write(page_as: PageAs, article: int) -> None:
    writer = open_editor(page_as("erik"), article)
    watcher = open_editor(page_as("clara"), article)
    expect(watcher.locator("#draft-status")).to_have_text("You are watching the draft live")
    expect(watcher.locator(".ProseMirror")).to_have_attribute("contenteditable", "false")
    write(writer, "The fee", " seen live")
    shows(watcher, "The fee seen live is")
    expect(writer.locator("#people-here button", has_text="Clara")).to_contain_text("reading")


def test_after_a_new_schema_the_page_reloads_once_and_the_text_is_there(
    page_as: PageAs, complaints: Complaints, erik: Visitor, article: int
) -> None:
    complaints.expect(NETWORK)
    page = page_as("erik")
    opened: list[str] = []

    def between(browser: WebSocketRoute) -> None:
        opened.append(browser.url)
        if len(opened) > 1:
            browser.connect_to_server()
            return
        server = browser.connect_to_server()

        def refuse(data: str | bytes) -> None:
            is_update = isinstance(data, bytes) and data[0] == 0 and data[1] == 2
            browser.close(code=4409) if is_update else server.send(data)

        browser.on_message(refuse)

    page.route_web_socket(SOCKET, between)
    open_editor(page, article)
    with page.expect_navigation():
        write(page, "The fee", "!")
    shows(page, "The fee! is")
    is_saved(page)
    assert len(opened) == 2


@pytest.mark.parametrize("keeps", [True, False], ids=["kept here", "kept nowhere"])
def test_nobody_leaves_unasked_what_is_not_on_the_server(
    page_as: PageAs, complaints: Complaints, article: int, keeps: bool
) -> None:
    complaints.expect(NETWORK)
    page = page_as("erik")
    if not keeps:
        page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('no') } })")
    withhold_acknowledgements(page)
    open_editor(page, article)
    asked = asked_at_leaving(page)
    write(page, "The fee", "!")
    page.context.set_offline(True)
    expect(page.locator("#draft-status")).to_contain_text(
        "kept in this browser" if keeps else "this browser keeps nothing"
    )
    page.context.set_offline(False)
    page.goto("/")
    assert asked == ["beforeunload"]
