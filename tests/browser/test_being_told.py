"""Being told, in a browser: the bell in every tab, following, settings by keyboard, the desktop, and mail that leads
back to the changed passage."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import PageAs, sign_in
from tests.live.clients import Visitor
from tests.notifications.smtp import MailServer, mail_server, text_of
from tests.services.site import Site, running_site

PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """Where the mail of this centre goes."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def site(demo_centre: Site, mail: MailServer) -> Iterator[Site]:
    """The demo centre, with a mail server."""
    with running_site(like=demo_centre, environment={"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}) as one:
        yield one


@pytest.fixture
def admin(site: Site) -> Visitor:
    """Who publishes."""
    return Visitor(site.url).sign_in("admin")


def article_about(admin: Visitor, title: str) -> int:
    """A published article in "parking"."""
    made = admin.api("POST", "articles", {"title": title, "category": "parking", "markdown": "It costs 700 kr."})
    admin.api("POST", f"articles/{made['id']}/publish", {})
    number: int = made["id"]
    return number


def publish(admin: Visitor, article: int, text: str, note: str = "") -> None:
    """Its next version."""
    admin.api("PUT", f"articles/{article}/draft", {"markdown": text})
    admin.api("POST", f"articles/{article}/publish", {"note": note})


def told_all(admin: Visitor, username: str) -> None:
    """Wait until somebody was told of everything that has happened: people are told in the order of the log."""
    article = article_about(admin, "The last thing that happened")
    person = Visitor(admin.url).sign_in(username)
    person.api("POST", "follows", {"target": "article", "id": article})
    publish(admin, article, "It costs nothing.")
    until = time.monotonic() + 120
    while article not in {one["article"] for one in person.api("GET", "notifications?limit=20")["items"]}:
        assert time.monotonic() < until, "The dispatcher does not come to the end of the log."
        time.sleep(0.2)


def read_all(page: Page) -> None:
    """Begin with nothing unread."""
    page.goto("/notifications/")
    button = page.get_by_role("button", name="Mark all as read")
    if button.count():
        button.click()
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0")


def test_the_bell_rings_in_every_tab_and_reading_in_one_is_seen_in_the_other(page_as: PageAs, admin: Visitor) -> None:
    article = article_about(admin, "Bell ringing")
    first = page_as("carl")
    first.goto(f"/articles/{article}/")
    first.get_by_role("button", name="Follow", exact=True).click()
    expect(first.get_by_role("button", name="Following")).to_have_attribute("aria-pressed", "true")
    told_all(admin, "carl")
    read_all(first)
    first.goto("/")
    second = first.context.new_page()
    second.goto("/search/")
    for page in (first, second):
        expect(page.locator("#live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    publish(admin, article, "It costs 800 kr.", "New fee")
    for page in (first, second):
        expect(page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=PATIENCE_MS)
    first.locator("#bell").click()
    expect(first.locator("#bell-menu")).to_contain_text("New fee")
    first.get_by_role("button", name="All read").click()
    for page in (first, second):
        expect(page.locator("#bell")).to_have_attribute("data-unread", "0", timeout=PATIENCE_MS)
    walk_the_inbox(first)


def walk_the_inbox(page: Page) -> None:
    """By keyboard: the focus stays with what is marked, goes on from what is put away, and no page is loaded anew."""
    page.goto("/notifications/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    titles = page.locator("[data-inbox] > li h2 a")
    first, second = titles.nth(0), titles.nth(1)
    gone, last = second.get_attribute("href"), titles.count() == 2
    heir = (titles.nth(0) if last else titles.nth(2)).get_attribute("href")
    page.evaluate("window.isTheSame = true")
    page.keyboard.press("j")
    expect(first).to_be_focused()
    for key, button, said in (("u", "Mark as read", "Marked as unread"), ("r", "Mark as unread", "Marked as read")):
        page.keyboard.press(key)
        expect(page.locator("[data-inbox] > li").first.get_by_role("button", name=button)).to_be_visible()
        expect(page.locator("#said")).to_have_text(said)
        expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator(f'[data-inbox] a[href="{gone}"]')).to_have_count(0)
    expect(page.locator(f'[data-inbox] h2 a[href="{heir}"]')).to_be_focused()
    expect(page.locator("#said")).to_have_text("Put away")
    assert page.evaluate("window.isTheSame")


def test_a_page_that_was_drawn_before_does_not_set_the_bell_back(page_as: PageAs, admin: Visitor) -> None:
    article = article_about(admin, "Rung before")
    page = page_as("carl")
    carl = Visitor(admin.url).sign_in("carl")
    carl.api("POST", "follows", {"target": "article", "id": article})
    told_all(admin, "carl")
    read_all(page)
    page.goto("/search/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    publish(admin, article, "It costs 850 kr.")
    expect(page.locator("#bell")).to_have_attribute("data-unread", "1", timeout=PATIENCE_MS)
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if route.request.headers.get("x-live") and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/search/", hold)
    page.evaluate("document.dispatchEvent(new CustomEvent('live:ask'))")
    while not held:
        page.wait_for_timeout(50)
    assert 'data-unread="1"' in held[0][1].text()
    carl.api("POST", "notifications/read", {"all": True})
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0", timeout=PATIENCE_MS)
    with page.expect_response(lambda response: response.url.endswith("/search/")):
        held[0][0].fulfill(response=held[0][1])
    page.wait_for_timeout(500)  # until it is taken over
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0")


def test_what_is_before_ones_eyes_does_not_ring(page_as: PageAs, admin: Visitor) -> None:
    article = article_about(admin, "Before my eyes")
    page = page_as("carl")
    told_all(admin, "carl")
    read_all(page)
    page.goto(f"/articles/{article}/")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    publish(admin, article, "It costs 900 kr.")
    expect(page.locator("#article-body")).to_contain_text("900 kr", timeout=PATIENCE_MS)
    carl = Visitor(admin.url).sign_in("carl")
    until = time.monotonic() + PATIENCE_MS / 1_000
    while True:  # told and seen, or seen before it was told: in the end nothing is unread
        known = carl.api("GET", "notifications?limit=200")
        mine = [one for one in known["items"] if one["article"] == article]
        if all(one["read"] for one in mine) and known["unread_count"] == 0:
            break
        assert time.monotonic() < until, known
        time.sleep(0.2)
    expect(page.locator("#bell")).to_have_attribute("data-unread", "0", timeout=PATIENCE_MS)


def test_mail_is_switched_on_with_the_keyboard_comes_and_leads_to_the_passage(
    page_as: PageAs, admin: Visitor, mail: MailServer
) -> None:
    article = article_about(admin, "Mail about fees")
    page = page_as("clara", viewport={"width": 390, "height": 844})
    page.goto(f"/articles/{article}/")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    page.goto("/notifications/settings/")
    choice = page.locator('select[name="article.published:email"]')
    choice.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(choice).to_have_value("now")
    expect(page.locator("#preview")).to_contain_text("Last week")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It holds for what happens from now on.")).to_be_visible()
    expect(choice).to_have_value("now")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/")  # not before the article, or it would be seen
    publish(admin, article, "It costs 700 kr.\n\n## Late fees\n\nWho pays late pays 90 kr more.", "Late fees")
    letter = _letter(mail, "Mail about fees")
    assert letter["To"] == "clara@example.org"
    found = re.search(r"http://\S+/notifications/\d+/", text_of(letter))
    assert found, text_of(letter)
    page.context.clear_cookies()  # whoever reads mail at home has to sign in on the way
    page.goto(found[0])
    sign_in(page, "clara")
    expect(page.get_by_text("Who pays late pays 90 kr more.")).to_be_visible()
    assert page.evaluate("location.hash").partition(":~:")[0] == "#late-fees"


def _letter(mail: MailServer, subject: str) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for letter in mail.letters:
            if letter["Subject"] == subject:
                return letter
        time.sleep(0.2)
    raise AssertionError(f"No mail about {subject}: {[letter['Subject'] for letter in mail.letters]}")


def test_the_desktop_shows_it_while_the_tab_is_in_the_background(page_as: PageAs, admin: Visitor) -> None:
    article = article_about(admin, "On the desktop")
    page = page_as("carl")
    carl = Visitor(admin.url).sign_in("carl")
    carl.api("POST", "follows", {"target": "article", "id": article})
    carl.api("PUT", "notification-settings", {"matrix": {"article.published": {"desktop": "now"}}})
    page.context.grant_permissions(["notifications"])
    # The browser's own notification, and its word that it was shown. A browser without windows calls every tab visible,
    # also one with another before it: only that is told to the page in its stead.
    page.add_init_script(
        """
        window.shown = [];
        window.Notification = class extends window.Notification {
          constructor(title, options) {
            super(title, options);
            this.addEventListener("show", () => window.shown.push({ title, ...options }));
          }
        };
        Object.defineProperty(document, "hidden", { get: () => true });
        """
    )
    page.goto("/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    page.context.new_page().bring_to_front()
    publish(admin, article, "It costs 1 000 kr.", "Dearer")
    until = time.monotonic() + PATIENCE_MS / 500
    ours = "window.shown.filter((one) => one.title === 'On the desktop')"  # the demo centre has deadlines of its own
    while not (found := page.evaluate(ours)):
        assert time.monotonic() < until, page.evaluate("window.shown.map((one) => one.title)")
        page.wait_for_timeout(100)
    [shown] = found
    assert "Dearer" in shown["body"]
    # Where a worker may be pushed to, what the page shows is the worker's: what is pushed later takes its place.
    page.evaluate(
        "navigator.serviceWorker.register('/service-worker.js')"
        ".then(() => navigator.serviceWorker.ready).then(() => {})"
    )
    publish(admin, article, "It costs 1 100 kr.", "Dearer still")
    theirs = (
        "navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map((one) => one.tag))"
    )
    until = time.monotonic() + PATIENCE_MS / 1_000
    while (tags := page.evaluate(theirs)).count(shown["tag"]) == 0:
        assert time.monotonic() < until
        page.wait_for_timeout(100)
    assert tags.count(shown["tag"]) == 1
    assert len(page.evaluate(ours)) == 1
