"""A person's own choices take effect with the next page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from articles.models import User

SignIn = Callable[[User], Client]
CHOSEN = {"language": "en", "theme": "auto", "single_keys": "on"}


def test_the_theme_holds_at_once(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    html = client.post("/preferences/", {**CHOSEN, "theme": "dark"}, follow=True).content.decode()
    assert 'data-theme="dark"' in html
    assert "Saved." in html


def test_the_language_holds_at_once_and_on_the_next_sign_in_page(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    html = client.post("/preferences/", {**CHOSEN, "language": "sv"}, follow=True).content.decode()
    assert '<html lang="sv"' in html
    assert "Sparat." in html
    client.logout()
    client.cookies["django_language"] = "sv"
    assert '<html lang="sv"' in client.get("/accounts/login/").content.decode()


def test_as_the_browser_follows_the_browser(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    client.post("/preferences/", {**CHOSEN, "language": "sv"})
    client.post("/preferences/", {**CHOSEN, "language": ""})
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="sv"' in client.get("/", headers={"accept-language": "sv,en;q=0.5"}).content.decode()


def test_single_keys_can_be_switched_off(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    assert 'data-single-keys="1"' in client.get("/preferences/").content.decode()
    without = {name: value for name, value in CHOSEN.items() if name != "single_keys"}
    html = client.post("/preferences/", without, follow=True).content.decode()
    assert 'data-single-keys="0"' in html


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"language": "de"}])
def test_what_is_not_offered_is_refused(wrong: dict[str, str], bob: User, signed_in: SignIn) -> None:
    response = signed_in(bob).post("/preferences/", {**CHOSEN, **wrong})
    assert response.status_code == 422
    bob.refresh_from_db()
    assert (bob.theme, bob.language) == ("auto", "")


def test_one_sees_ones_roles_and_the_way_to_password_and_second_step(bob: User, signed_in: SignIn) -> None:
    html = signed_in(bob).get("/preferences/").content.decode()
    assert "customer service, everyone, readers" in html
    for link in ("/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/"):
        assert f'href="{link}"' in html
    assert Client().get("/preferences/").status_code == 302
