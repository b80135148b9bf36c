"""The door: signing in, the demo people, throttling, passwords, the language before anybody is known."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from articles.actions.people import set_active
from articles.demo import load
from articles.models import User
from tests.conftest import PASSWORD
from tests.pages.conftest import text_of


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/?next=/preferences/", {"login": login, "password": password})


def test_one_signs_in_with_the_name_or_the_address_and_comes_to_where_one_wanted(bob: User) -> None:
    for login in ("bob", "bob@example.org"):
        assert sign_in(Client(), login).headers["Location"] == "/preferences/"


def test_a_wrong_password_is_told_in_words_and_the_name_stays(bob: User) -> None:
    html = sign_in(Client(), "bob", "wrong").content.decode()
    assert "The name or the password is wrong." in html
    assert 'value="bob"' in html
    assert "wrong&quot;" not in html


def test_somebody_who_does_not_exist_is_told_the_same(bob: User) -> None:
    assert "The name or the password is wrong." in sign_in(Client(), "nobody", "wrong").content.decode()


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(bob: User) -> None:
    client = Client()
    for _ in range(5):
        sign_in(client, "bob", "wrong")
    html = sign_in(client, "bob").content.decode()
    assert "Too many wrong passwords." in html
    assert "_auth_user_id" not in client.session


def test_others_can_sign_in_while_one_has_to_wait(bob: User, alice: User) -> None:
    for _ in range(6):
        sign_in(Client(), "bob", "wrong")
    assert sign_in(Client(), "alice").status_code == 302


def test_a_closed_account_does_not_open(bob: User) -> None:
    set_active(None, bob.pk, False)
    client = Client()
    sign_in(client, "bob")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_from_outside(db: None) -> None:
    assert "Accounts are given" in Client().get("/accounts/signup/").content.decode()
    Client().post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_demo_people_are_offered_only_where_they_are(db: None) -> None:
    assert "Demo centre" not in Client().get("/accounts/login/").content.decode()
    load.load()
    html = Client().get("/accounts/login/").content.decode()
    assert "Demo centre" in html
    assert "Clara Nyström" in html
    offered = re.findall(r'data-sign-in-as="(\w+)" data-password="(\w+)"', html)
    assert [name for name, _password in offered] == ["clara", "carl", "erik", "ella", "maria", "admin"]
    name, password = offered[0]
    assert Client().post("/accounts/login/", {"login": name, "password": password}).status_code == 302


@pytest.mark.parametrize("setting", [{"HTTPS": True}, {"ALLOWED_HOSTS": ["kb.example.org", "testserver"]}])
def test_demo_people_are_never_offered_where_others_can_reach_the_centre(
    setting: dict[str, Any], db: None, settings: Any
) -> None:
    load.load()
    for name, value in setting.items():
        setattr(settings, name, value)
    html = Client().get("/accounts/login/").content.decode()
    assert "clara" not in html.lower()
    assert "demo" not in html.lower()


def test_a_real_person_with_a_demo_name_is_not_offered(db: None) -> None:
    User.objects.create(username="clara", email="clara@orebro.example")
    assert "clara" not in Client().get("/accounts/login/").content.decode()


def test_the_language_is_chosen_before_signing_in_and_remembered(db: None) -> None:
    client = Client()
    assert "Sign in" in client.get("/accounts/login/").content.decode()
    response = client.post("/i18n/setlang/", {"language": "sv", "next": "/accounts/login/?next=/search/"})
    assert response.headers["Location"] == "/accounts/login/?next=/search/"
    assert '<html lang="sv"' in client.get("/accounts/login/").content.decode()
    elsewhere = client.post("/i18n/setlang/", {"language": "sv", "next": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"


def test_a_forgotten_password_is_replaced_by_mail(bob: User) -> None:
    client = Client()
    assert client.post("/accounts/password/reset/", {"email": "bob@example.org"}).status_code == 302
    (letter,) = mail.outbox
    assert letter.subject == "Servicecenter: Choose a new password"
    assert "Your sign-in name is bob." in letter.body
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(letter.body))[1]  # type: ignore[index]
    page = client.get(link, follow=True)
    html = page.content.decode()
    assert "Choose a new password" in html
    new = "a completely new passphrase"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), "bob", new).status_code == 302
    assert "This link does not work any more" in client.get(link, follow=True).content.decode()


def test_asking_for_a_password_does_not_tell_who_has_an_account(bob: User) -> None:
    known = Client().post("/accounts/password/reset/", {"email": "bob@example.org"}, follow=True)
    unknown = Client().post("/accounts/password/reset/", {"email": "eve@example.org"}, follow=True)
    assert text_of(known) == text_of(unknown)
    assert "no account has this address" in mail.outbox[1].body


def test_a_new_password_needs_the_old_one(bob: User) -> None:
    client = Client()
    sign_in(client, "bob")
    new = "a completely new passphrase"
    wrong = client.post("/accounts/password/change/", {"oldpassword": "x", "password1": new, "password2": new})
    assert "Type the password that you have now." in wrong.content.decode()
    right = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", right).status_code == 302
    assert sign_in(Client(), "bob", new).status_code == 302


def test_signing_out_ends_the_session_and_says_so(bob: User) -> None:
    client = Client()
    sign_in(client, "bob")
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    html = client.post("/accounts/logout/", follow=True).content.decode()
    assert "You have signed out." in html
    assert client.get("/preferences/").status_code == 302


PAGES = [
    "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
    "/accounts/password/change/", "/accounts/email/", "/accounts/reauthenticate/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_account_is_drawn_in_the_frame(path: str, bob: User) -> None:
    client = Client()
    sign_in(client, "bob")
    html = client.get(path, follow=True).content.decode()
    assert 'class="skip"' in html
    assert "style=" not in html.replace("stylesheet", "")
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
