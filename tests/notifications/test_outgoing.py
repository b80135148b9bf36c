"""What goes to addresses that others have chosen: push and webhooks. Only outwards, only to whom it is meant for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles import access, documents, events
from articles.actions import audience
from articles.actions.draft import replace_draft
from articles.actions.problems import Invalid
from articles.actions.publishing import publish_article
from articles.models import Article, Event, User
from notifications.actions import choosing, following, hooking, pushing
from notifications.channels import outgoing, push, webhooks
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    PushSubscription,
    Stuck,
    Webhook,
    WebhookDelivery,
)
from notifications.telling import hooks

Tell = Callable[[], None]


class Sink:
    """A server on loopback that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.requests.append((self.path, dict(self.headers), body))
                self.send_response(sink.status)
                self.send_header("Location", "http://127.0.0.1/elsewhere")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?room=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """One that this centre may send to, although it is in its own network."""
    settings.OUTGOING_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    one = Sink()
    yield one
    one.server.shutdown()


def publish(by: User, article: Article, text: str, **more: Any) -> None:
    """The next version, saying something else."""
    replace_draft(by, article.pk, documents.from_markdown(text).document)
    publish_article(by, article.pk, **more)


# --- Where to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1/",
        "https://0.0.0.0/",
        "https://user:password@example.org/",
        "https://example.org:22/",
        "https://example.org:x/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org",
        "",
    ],
)
def test_addresses_that_lead_inwards_or_are_none_are_refused(url: str) -> None:
    with pytest.raises(outgoing.NotAllowed):
        outgoing.post(url, b"", {})


def test_a_name_that_leads_inwards_is_refused_when_it_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def inwards(*_arguments: Any, **_named: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]

    monkeypatch.setattr("socket.getaddrinfo", inwards)
    with pytest.raises(outgoing.NotAllowed):
        outgoing.post("https://rebinding.example.org/", b"", {})


def test_browsers_subscribe_with_a_public_address_and_real_keys_only(bob: User) -> None:
    for endpoint, p256dh, auth in (
        ("https://127.0.0.1/push", KEY, AUTH), ("http://push.example.org/", KEY, AUTH),
        ("https://push.example.org/", "x", AUTH), ("https://push.example.org/", KEY, "x"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            pushing.subscribe(bob, endpoint, p256dh, auth, session="there")
    assert not PushSubscription.objects.exists()


# --- Push --------------------------------------------------------------------------------------------------


BROWSER = ec.generate_private_key(ec.SECP256R1())
_POINT = BROWSER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
KEY = base64.urlsafe_b64encode(_POINT).decode().rstrip("=")
AUTH = base64.urlsafe_b64encode(b"a" * 16).decode().rstrip("=")


def opened(body: bytes) -> dict[str, str]:
    """What the browser reads in what was pushed to it."""
    found: dict[str, str] = json.loads(
        http_ece.decrypt(body, private_key=BROWSER, auth_secret=b"a" * 16, version="aes128gcm")
    )
    return found


@pytest.fixture
def pushed(alice: User, bob: User, article: Article, sink: Sink, tell_all: Tell) -> Callable[[], None]:
    """Bob follows the article on his desktop; `pushed()` publishes, tells and pushes."""
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix={"article.published": {"desktop": "now"}})
    pushing.subscribe(bob, sink.url, KEY, AUTH, "Firefox, Linux", session="there")

    def run() -> None:
        publish(alice, article, f"Text {Delivery.objects.count()}.")
        tell_all()
        Delivery.objects.update(due_at=timezone.now())
        push.send_due()

    return run


def test_only_the_browser_can_read_what_is_pushed_to_it(
    bob: User, article: Article, sink: Sink, pushed: Callable[[], None]
) -> None:
    pushed()
    [(_path, headers, body)] = sink.requests
    assert b"Building permit" not in body
    shown = opened(body)
    assert shown["title"] == "Building permit"
    assert shown["body"] == "Alice Ahlgren published version 2."
    assert shown["url"].startswith("/notifications/")
    assert headers["Authorization"].startswith("vapid t=")
    assert headers["Content-Encoding"] == "aes128gcm"
    assert len(base64.urlsafe_b64decode(push.public_key() + "==")) == 65
    assert push.public_key() == push.public_key()


def test_nothing_is_pushed_of_what_is_out_of_sight_by_then(
    alice: User, bob: User, article: Article, sink: Sink, pushed: Callable[[], None], tell_all: Tell
) -> None:
    publish(alice, article, "Secret.")
    tell_all()
    audience.set_article_roles(alice, article.pk, ["writers"])
    Delivery.objects.update(due_at=timezone.now())
    push.send_due()
    assert sink.requests == []
    assert Delivery.objects.get(channel=Channel.DESKTOP).state == DeliveryState.DROPPED


def test_a_browser_that_is_gone_is_forgotten_and_one_that_fails_is_tried_again(
    bob: User, sink: Sink, pushed: Callable[[], None]
) -> None:
    sink.status = 500
    pushed()
    one = Delivery.objects.get(channel=Channel.DESKTOP)
    assert (one.state, one.attempts) == (DeliveryState.WAITING, 1)
    assert PushSubscription.objects.get().failures == 1
    sink.status = 410
    Delivery.objects.update(due_at=timezone.now())
    push.send_due()
    assert not PushSubscription.objects.exists()
    assert Delivery.objects.get(channel=Channel.DESKTOP).state == DeliveryState.DROPPED, "nobody has it"


@pytest.mark.parametrize(
    ("first", "other", "becomes"),
    [
        (410, 500, DeliveryState.WAITING),
        (500, 410, DeliveryState.WAITING),
        (410, 410, DeliveryState.DROPPED),
        (410, 201, DeliveryState.SENT),
        (500, 201, DeliveryState.SENT),
    ],
)
def test_a_browser_that_is_gone_neither_has_it_nor_keeps_it_from_being_tried_again(
    bob: User, sink: Sink, pushed: Callable[[], None], monkeypatch: pytest.MonkeyPatch, first: int, other: int,
    becomes: str,
) -> None:  # fmt: skip
    pushing.subscribe(bob, sink.url + "&second", KEY, AUTH, "Chrome, Linux", session="there")
    answers = iter([first, other])
    monkeypatch.setattr(outgoing, "post", lambda *_arguments: outgoing.Answer(next(answers), ""))
    pushed()
    assert Delivery.objects.get(channel=Channel.DESKTOP).state == becomes
    assert PushSubscription.objects.count() == 2 - [first, other].count(410)


def subscribed(user: User, sink: Sink) -> Client:
    """Their browser, which they are pushed to."""
    client = Client()
    client.force_login(user)
    data = {"endpoint": sink.url, "keys": {"p256dh": KEY, "auth": AUTH}}
    assert client.post("/notifications/push/", data, content_type="application/json").status_code == 201
    return client


def resume(client: Client, sink: Sink) -> int:
    """What the page asks after signing in."""
    return client.put("/notifications/push/", {"endpoint": sink.url}, content_type="application/json").status_code


def pushed_to(client: Client) -> str:
    """The browsers that the settings name to this one as pushed to."""
    page = client.get("/notifications/settings/").content.decode()
    return page.partition('data-pushed-to="')[2].partition('"')[0]


def test_signing_out_ends_what_a_browser_shows_until_the_same_person_signs_in_there_again(
    bob: User, charlie: User, sink: Sink, pushed: Callable[[], None]
) -> None:
    client = subscribed(bob, sink)
    digest = hashlib.sha256(sink.url.encode()).hexdigest()
    assert pushed_to(client) == digest
    client.post("/accounts/logout/")
    pushed()
    assert sink.requests == [], "nobody is signed in there"
    client.force_login(charlie)
    assert (pushed_to(client), resume(client, sink)) == ("", 404)
    client.force_login(bob)
    assert pushed_to(client) == ""
    assert "signed out there" in client.get("/notifications/settings/").content.decode()
    assert resume(client, sink) == 204
    assert pushed_to(client) == digest
    pushed()
    assert len(sink.requests) == 1
    client.post("/notifications/push/forget/", {"id": str(PushSubscription.objects.get().pk)})
    client.post("/accounts/logout/")
    client.force_login(bob)
    assert resume(client, sink) == 404, "what was forgotten stays so"


def test_the_service_worker_stands_at_the_root(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")


# --- Webhooks ----------------------------------------------------------------------------------------------


@pytest.fixture
def hook(admin: User, article: Article, sink: Sink) -> Webhook:
    """A chat channel that hears what readers may see."""
    role = Group.objects.get(name="readers")
    return hooking.save_webhook(admin, Webhook(name="Chat", url=sink.url, role=role))


def test_a_webhook_hears_what_its_role_may_see_signed_so_that_it_can_be_checked(
    alice: User, article: Article, hook: Webhook, sink: Sink, tell_all: Tell
) -> None:
    publish(alice, article, "Other.", note="New fee")
    tell_all()
    assert webhooks.send_due() is False
    [(path, headers, body)] = sink.requests
    assert path == "/hook?room=1"
    said = json.loads(body)
    assert said["type"] == "article.published"
    assert said["text"].startswith("Building permit: Alice Ahlgren published version 2. New fee http")
    assert said["data"]["article"] == {"id": article.pk, "title": "Building permit"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"


def test_a_webhook_hears_nothing_that_its_role_may_not_see_by_then(
    alice: User, article: Article, make_article: Any, hook: Webhook, sink: Sink, tell_all: Tell
) -> None:
    make_article("For writers only", roles=["writers"])
    publish(alice, article, "Secret.")
    tell_all()
    audience.set_article_roles(alice, article.pk, ["writers"])
    webhooks.send_due()
    assert sink.requests == []
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {DeliveryState.DROPPED}


def test_a_webhook_hears_what_could_not_be_decided_at_first_and_people_hear_it_once(
    alice: User, bob: User, article: Article, hook: Webhook, tell_all: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.")
    tell_all()

    def fails(_told: Any) -> list[int]:
        raise LookupError("not my day")

    monkeypatch.setattr(hooks, "wanting", fails)
    publish(alice, article, "Another.")
    tell_all()
    monkeypatch.undo()
    Stuck.objects.update(due_at=timezone.now())
    tell_all()
    assert not Stuck.objects.exists()
    kinds = [Event.objects.get(seq=one.event).kind for one in WebhookDelivery.objects.all()]
    assert kinds.count("article.published") == 2
    assert Notification.objects.get(recipient=bob).count == 2


def test_a_webhook_is_not_told_of_versions_that_an_import_brings_along(
    alice: User, article: Article, hook: Webhook, tell_all: Tell
) -> None:
    with events.imported():
        publish(alice, article, "Other.")
    tell_all()
    assert not WebhookDelivery.objects.exists()
    publish(alice, article, "By hand.")
    tell_all()
    assert WebhookDelivery.objects.exists()


def test_a_webhook_that_does_not_answer_is_tried_again_with_the_same_id_and_parked_in_the_end(
    alice: User, article: Article, hook: Webhook, sink: Sink, tell_all: Tell
) -> None:
    sink.status = 302
    publish(alice, article, "Other.")
    tell_all()
    for _ in range(8):
        WebhookDelivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        webhooks.send_due()
    one = WebhookDelivery.objects.get()
    assert one.state == DeliveryState.PARKED
    assert "302" in one.problem
    assert len(sink.requests) == 8, "a redirect is not followed"
    assert len({headers["webhook-id"] for _path, headers, _body in sink.requests}) == 1


def test_an_address_that_does_not_answer_keeps_no_other_waiting_however_much_is_due_for_it(
    admin: User, alice: User, article: Article, hook: Webhook, sink: Sink, tell_all: Tell
) -> None:
    publish(alice, article, "Other.")
    tell_all()
    [one] = WebhookDelivery.objects.all()
    dead = hooking.save_webhook(admin, Webhook(name="Dead", url="http://127.0.0.1:1/", role=hook.role))
    Webhook.objects.filter(pk=dead.pk).update(from_seq=0)
    long_ago = timezone.now() - timedelta(hours=1)
    seqs = Event.objects.filter(kind="article.published").values_list("seq", flat=True)
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=dead, event=seq, due_at=long_ago) for seq in [*seqs, *range(9_000, 9_060)]
    )
    assert webhooks.send_due(), "there may be more, behind what is for the dead one"
    webhooks.send_due()
    one.refresh_from_db()
    assert one.state == DeliveryState.SENT
    late = WebhookDelivery.objects.filter(webhook=dead, state=DeliveryState.WAITING, due_at__lte=timezone.now())
    assert not late.exists(), "what is for the dead one waits a little"


def test_only_administrators_set_up_webhooks_and_only_to_the_outside(
    admin: User, mary: User, alice: User, article: Article, settings: Any
) -> None:
    role = Group.objects.get(name="readers")
    for user in (mary, alice):
        with pytest.raises(access.Forbidden):
            hooking.save_webhook(user, Webhook(name="x", url="https://chat.example.org/", role=role))
    with pytest.raises(Invalid):
        hooking.save_webhook(admin, Webhook(name="x", url="https://10.0.0.1/", role=role))
    with pytest.raises(Invalid):
        hooking.save_webhook(admin, Webhook(name="x", url="https://chat.example.org/", role=role, kinds=["no.such"]))
    assert not Webhook.objects.exists()


def test_the_key_of_a_webhook_is_shown_once_it_is_the_one_that_signs(
    admin: User, roles: tuple[str, str], client: Client
) -> None:
    client.force_login(admin)
    assert "whsec_" not in client.get("/admin/notifications/webhook/add/").content.decode()
    role = Group.objects.get(name=roles[1])
    hook = Webhook(name="Chat", url="https://chat.example.org/", role=role)
    hooking.save_webhook(admin, hook)
    assert hook.secret in client.get(f"/admin/notifications/webhook/{hook.pk}/change/").content.decode()
