"""Signing in through a provider of OpenID Connect: a small one of our own, on this machine."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.live.clients import Answer, Visitor
from tests.services.site import Site, prepared_site


class Provider(ThreadingHTTPServer):
    """Lets everybody in, and says of them what `claims` says."""

    claims: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.path.startswith("/.well-known/"):
            names = ("authorization", "token", "userinfo")
            ways = {f"{name}_endpoint": f"{self.server.url}/{name}" for name in names}
            self._say({"issuer": self.server.url, "jwks_uri": f"{self.server.url}/keys", **ways})
        else:
            self._say(self.server.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        now = int(time.time())
        told = {**self.server.claims, "iss": self.server.url, "aud": "centre", "iat": now, "exp": now + 60}
        signed = jwt.encode(told, "x" * 40, headers={"kid": "1"})
        self._say({"access_token": "t", "token_type": "Bearer", "id_token": signed})

    def _say(self, data: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the library
        pass


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def city(demo_centre: Site, provider: Provider) -> Iterator[Site]:
    """A centre whose people come from the provider."""
    settings = {
        "OIDC_SERVER_URL": provider.url, "OIDC_CLIENT_ID": "centre", "OIDC_CLIENT_SECRET": "a secret",
        "OIDC_NAME": "City account", "OIDC_ROLES": "Redaktion=editor,Chefer=manager",
    }  # fmt: skip
    with prepared_site(like=demo_centre, environment=settings) as site:
        site.manage("migrate", "--verbosity", "0")
        site.start()
        yield site


def sign_in(site: Site, provider: Provider, **claims: Any) -> tuple[Visitor, Answer]:
    """Somebody presses the button and is let in by the provider, which says this of them."""
    provider.claims = claims
    visitor = Visitor(site.url)
    page = visitor.request("GET", "/accounts/login/?next=/scope/").body.decode()
    button = re.search(r'<a class="btn whole" href="([^"]+)">.*?Sign in with City account', page, re.DOTALL)
    assert button, page
    there = urlsplit(visitor.request("GET", unescape(button[1])).headers["Location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider.url}/authorization"
    asked = parse_qs(there.query)
    assert (asked["client_id"], asked["code_challenge_method"]) == (["centre"], ["S256"])
    back = urlsplit(asked["redirect_uri"][0]).path
    assert back == "/accounts/oidc/sso/login/callback/"
    return visitor, visitor.request("GET", f"{back}?code=c&state={asked['state'][0]}")


def roles_of(visitor: Visitor) -> set[str]:
    return set(visitor.api("GET", "me")["roles"]) - {"everyone"}


def test_people_of_the_provider_sign_in_and_have_the_roles_that_their_groups_give_them(
    city: Site, provider: Provider
) -> None:
    ines = {"sub": "1", "preferred_username": "ines", "given_name": "Inés", "family_name": "Öberg"}
    visitor, answer = sign_in(city, provider, **ines, email="ines@example.org", groups=["Parkering"])
    assert (answer.status, answer.headers["Location"]) == (302, "/scope/")
    me = visitor.api("GET", "me")
    assert (me["username"], me["name"]) == ("ines", "Inés Öberg")
    assert roles_of(visitor) == set(), "nobody said that she has one"
    for groups, roles in ((["Redaktion", "Chefer"], {"editor", "manager"}), (["Redaktion"], {"editor"}), ([], set())):
        again, _answer = sign_in(city, provider, **ines, email="ines@example.org", groups=groups)
        assert again.api("GET", "me")["id"] == me["id"], "the same person"
        assert roles_of(again) == roles


def test_nobody_gets_the_account_of_another_by_its_address(city: Site, provider: Provider) -> None:
    visitor, answer = sign_in(city, provider, sub="2", preferred_username="c", email="Clara@example.org")
    assert answer.status == 409
    assert "There is an account with your e-mail address already." in answer.body.decode()
    assert visitor.request("GET", "/api/v1/me").status == 401


def test_a_provider_that_does_not_answer_is_told(city: Site, provider: Provider) -> None:
    provider.server_close()
    answer = Visitor(city.url).request("GET", "/accounts/oidc/sso/login/")
    assert answer.status == 503
    assert "does not answer" in answer.body.decode()
