"""Signing in with more than a password, and the pages of one's account, in a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Complaints, PageAs, sign_in
from tests.gallery.browser import confirm
from tests.gallery.eyes import begin, faults


def on_localhost(site_url: str) -> str:
    """Passkeys belong to a name, not to an IP address."""
    return site_url.replace("127.0.0.1", "localhost")


def with_key(page: Page) -> None:
    """A security key in this browser, which says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code_for(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def seen(page: Page, path: str) -> list[str]:
    """What is amiss with a page that is opened."""
    begin(page, "en")
    answer = page.goto(path)
    arrived = [] if answer and answer.status == 200 and page.url.endswith(path) else [f"leads to {page.url}"]
    return [f"{path}: {problem}" for problem in (*arrived, *faults(page, "en"))]


def test_a_passkey_is_added_and_opens_the_account_alone(page_as: PageAs, site: Any) -> None:
    page = page_as("carl", at=on_localhost(site.url))
    with_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("The passkey is added.").wait_for()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("Signs you in alone")).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.get_by_role("button", name="Your menu: Carl Lindqvist")).to_be_visible()


def test_when_no_passkey_is_used_it_is_said_in_words(page_as: PageAs, site: Any) -> None:
    page = page_as(None, at=on_localhost(site.url))
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    page.reload()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_then_asked_for(page_as: PageAs, complaints: Complaints) -> None:
    page = page_as("erik", reduced_motion="reduce")
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    expect(page.locator(".qr svg")).to_be_visible()
    page.locator("details summary").click()
    secret = page.locator(".key").inner_text()
    page.get_by_label("Code", exact=True).or_(page.locator("#id_code")).first.fill(code_for(secret))
    page.locator("main form .btn.primary").click()
    page.locator(".codes").wait_for()
    recovery = page.locator(".codes code").first.inner_text()
    # The pages that only who has such an app is shown: the table of pages has none of them.
    wrong = seen(page, "/accounts/2fa/recovery-codes/") + seen(page, "/accounts/2fa/recovery-codes/generate/")
    wrong += seen(page, "/accounts/2fa/totp/deactivate/") + seen(page, "/accounts/2fa/reauthenticate/")
    page.goto("/accounts/logout/")
    page.locator("main form .btn.primary").click()
    page.locator("input[name=login]").fill("erik")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    wrong += seen(page, "/accounts/2fa/authenticate/")
    assert wrong == []
    page.locator("#id_code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".wrong").first).to_be_visible()
    page.locator("#id_code").fill(recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_whoever_signed_out_on_the_page_for_it_is_not_led_back_there(page_as: PageAs) -> None:
    page = page_as("clara")
    page.goto("/accounts/logout/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    # As when the socket closes before the form's own answer: the session ends while the page is open.
    # Nothing waits for the answer: the page may be gone before it comes.
    page.evaluate(
        """() => { void fetch("/accounts/logout/", { method: "POST", keepalive: true, headers: {
            "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)[1] } }); }"""
    )
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "clara")
    assert "/accounts/" not in page.url


def test_a_demo_person_signs_in_with_one_press(page_as: PageAs) -> None:
    page = page_as(None)
    page.get_by_role("button", name="Maria Holmgren").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.get_by_role("button", name="Your menu: Maria Holmgren")).to_be_visible()


def test_the_language_is_chosen_at_the_door(page_as: PageAs) -> None:
    page = page_as(None)
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", name="Logga in", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_theme_is_seen_before_it_is_saved_and_kept_after(page_as: PageAs) -> None:
    page = page_as("clara")
    page.goto("/preferences/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_label("Dark", exact=True).check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.locator("[data-preferences]").get_by_role("button", name="Save").click()
    page.get_by_text("Saved. It holds from now on").wait_for()
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
