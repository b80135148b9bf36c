"""Mail against a real server: when it comes, what it says, how one gets out of it, and what happens when it is down."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions import audience
from articles.actions.draft import replace_draft
from articles.actions.people import change_preferences, set_active
from articles.actions.publishing import publish_article
from articles.models import Article, User
from kbcentre import settings as configured
from notifications import log, presenting
from notifications.actions import choosing, following, reading
from notifications.channels import claims, email
from notifications.models import Channel, Delivery, DeliveryState, Notification
from notifications.telling.schedule import APART
from tests.notifications.smtp import MailServer, html_of, mail_server, text_of

NOW = {"article.published": {"email": "now"}}
Send = Callable[[], list[Any]]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server to which this centre sends."""
    with mail_server() as one:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", one.port, 10
        settings.SITE_URL = "https://kb.example.org"
        yield one


@pytest.fixture
def bob(bob: User, article: Article) -> User:
    """He follows the article, and wants mail at once."""
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix=NOW)
    return bob


@pytest.fixture
def send(server: MailServer, tell_all: Callable[[], None]) -> Send:
    """`send()`: tell everything on, let the moment pass in which more may come, send; gives what arrived by now."""

    def run() -> list[Any]:
        tell_all()
        Delivery.objects.filter(at_once=True, due_at__lt=timezone.now() + timedelta(minutes=1)).update(
            due_at=timezone.now()
        )
        while email.send_due():
            continue
        return server.letters

    return run


def publish(by: User, article: Article, text: str, **more: Any) -> None:
    """The next version, saying something else."""
    replace_draft(by, article.pk, documents.from_markdown(text).document)
    publish_article(by, article.pk, **more)


def leads(user: User | None, path: str) -> str | int:
    """Where an address leads somebody, or the status when it leads nowhere."""
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    return answer["Location"] if answer.status_code == 302 else answer.status_code


def test_a_mail_says_what_happened_where_and_how_to_get_out(
    alice: User, bob: User, article: Article, send: Send
) -> None:
    publish(alice, article, "A permit costs **745 kr**.\n\n## Fees\n\nA late fee of 90 kr is new.", note="Late fee")
    [letter] = send()
    assert letter["To"] == "bob@example.org"
    assert letter["Subject"] == "Building permit"
    assert "Alice Ahlgren published version 2. Late fee" in text_of(letter)
    path = f"/notifications/{Notification.objects.get(recipient=bob).pk}/"
    assert f"https://kb.example.org{path}" in text_of(letter)
    assert f'"https://kb.example.org{path}"' in html_of(letter)
    assert leads(alice, path) == leads(alice, "/notifications/987654/") == 404, "forwarded: as if it were not there"
    assert leads(None, path) == f"/accounts/login/?next={path}"
    assert leads(bob, path) == f"{article.get_absolute_url()}#fees:~:text=Fees"
    assert letter["References"] == letter["In-Reply-To"] == f"<article-{article.pk}@kb.example.org>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    unsubscribe = letter["List-Unsubscribe"].strip(" <>").removeprefix("https://kb.example.org")
    outside = Client(enforce_csrf_checks=True)
    assert outside.get(unsubscribe).status_code == 200, "looking at it changes nothing"
    assert choosing.matrix_of(bob)["article.published"]["email"] == "now"
    assert outside.post(unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert choosing.matrix_of(bob)["article.published"]["email"] == "off"
    forged = unsubscribe[:-2] + "x/"
    assert outside.post(forged).status_code == 404


def test_one_mail_in_six_hours_about_an_article_and_the_rest_after(
    alice: User, bob: User, article: Article, send: Send
) -> None:
    publish(alice, article, "One.")
    assert len(send()) == 1
    reading.mark_read(bob)
    publish(alice, article, "Two.")
    assert len(send()) == 1
    waiting = Delivery.objects.get(state=DeliveryState.WAITING)
    assert waiting.due_at > timezone.now() + timedelta(hours=5)
    Delivery.objects.filter(pk=waiting.pk).update(due_at=timezone.now())
    Delivery.objects.filter(state=DeliveryState.SENT).update(sent_at=timezone.now() - timedelta(hours=7))
    assert len(send()) == 2


def test_what_joins_a_notification_that_was_mailed_comes_six_hours_later_unless_it_was_read(
    alice: User, bob: User, article: Article, send: Send
) -> None:
    publish(alice, article, "One.")
    assert len(send()) == 1
    sent_at = Delivery.objects.get().sent_at
    assert sent_at is not None
    publish(alice, article, "Two.")
    assert len(send()) == 1
    again = Delivery.objects.get()
    assert (again.state, again.due_at) == (DeliveryState.WAITING, sent_at + APART)
    reading.mark_read(bob)
    six_hours_pass()
    assert len(send()) == 1
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    reading.mark_unread(bob, [again.notification_id])
    publish(alice, article, "Three.")
    six_hours_pass()
    first, second = send()
    assert "3 new versions" in text_of(second)
    assert first["Message-ID"] != second["Message-ID"], "mail programs show both"


def test_what_joins_while_the_mail_is_on_its_way_comes_with_the_next(
    alice: User, bob: User, article: Article, send: Send, tell_all: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = email._send

    def slowly(*arguments: Any) -> None:
        right(*arguments)
        publish(alice, article, "Two.")
        tell_all()

    monkeypatch.setattr(email, "_send", slowly)
    publish(alice, article, "One.")
    [letter] = send()
    assert "published version 2" in text_of(letter)
    one = Delivery.objects.get()
    assert one.sent_at is not None
    assert (one.state, one.due_at) == (DeliveryState.WAITING, one.sent_at + APART)


@pytest.mark.parametrize(("timing", "comes"), [("hourly", 1), ("daily", 2)])
def test_an_hourly_mail_about_an_article_waits_for_the_six_hours_too_a_daily_one_does_not(
    alice: User, bob: User, article: Article, send: Send, timing: str, comes: int
) -> None:
    publish(alice, article, "One.")
    assert len(send()) == 1
    reading.mark_read(bob)
    choosing.change_settings(bob, matrix={"article.published": {"email": timing}})
    publish(alice, article, "Two.")
    assert len(send()) == 1
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=timezone.now())
    assert len(send()) == comes
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=timezone.now())
    Delivery.objects.filter(state=DeliveryState.SENT).update(sent_at=timezone.now() - APART)
    assert len(send()) == 2


def six_hours_pass() -> None:
    """The clock of what is mailed goes on."""
    Delivery.objects.update(due_at=F("due_at") - APART, sent_at=F("sent_at") - APART)


def test_beyond_the_cap_of_the_day_the_rest_comes_as_one_digest(
    alice: User, bob: User, make_article: Any, send: Send
) -> None:
    following.follow(bob, "all")
    choosing.change_settings(bob, most_mails=2)
    for number in range(2):
        make_article(f"Article {number}")
        assert len(send()) == number + 1
    for number in range(2, 6):
        make_article(f"Article {number}")
    assert len(send()) == 2
    rest = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert set(rest.values_list("at_once", flat=True)) == {False}
    rest.update(due_at=timezone.now())
    letters = send()
    assert len(letters) == 3, "whatever happened, one mail"
    assert letters[2]["Subject"].strip().startswith("4 things have happened: Article 5, Article 4, Article 3")
    assert [f"Article {n}" in text_of(letters[2]) for n in range(6)] == [False, False, True, True, True, True]


def see(bob: User, article: Article) -> None:
    """Bob has the article before his eyes, on an open page."""
    reading.saw(bob, article.pk, log.newest())


@pytest.mark.parametrize(
    ("inbox", "change"),
    [
        ("now", lambda bob, article: reading.mark_read(bob)),
        ("now", see),
        ("daily", see),
        ("off", see),
        (
            "now",
            lambda bob, article: audience.set_article_roles(
                User.objects.get(username="alice"), article.pk, ["writers"]
            ),
        ),
        ("now", lambda bob, article: set_active(None, bob.pk, active=False)),
        ("now", lambda bob, article: choosing.stop_mail(bob)),
    ],
    ids=["read", "seen", "seen-before-the-inbox-has-it", "seen-without-the-inbox", "restricted", "closed", "off"],
)
def test_what_is_seen_unwanted_or_out_of_sight_when_it_is_sent_is_not_sent(
    alice: User, bob: User, article: Article, send: Send, tell_all: Callable[[], None], inbox: str, change: Any
) -> None:
    choosing.change_settings(bob, matrix={"article.published": {"inbox": inbox}})
    publish(alice, article, "A secret text.", note="A secret note")
    tell_all()
    change(bob, article)
    assert send() == []
    assert Delivery.objects.get(channel=Channel.EMAIL).state == DeliveryState.DROPPED


def test_quiet_hours_calls_and_free_days_hold_mail_back(alice: User, bob: User, article: Article, send: Send) -> None:
    choosing.start_call(bob, timezone.now() - choosing.CALL / 2)
    publish(alice, article, "Other.")
    assert send() == []
    choosing.start_call(bob)
    assert send() == []
    held = Delivery.objects.get()
    assert held.due_at > timezone.now() + timedelta(minutes=50)
    choosing.end_call(bob)
    assert Delivery.objects.get().due_at <= timezone.now(), "what waited for the end of the call comes now"
    today = str(timezone.localtime().isoweekday())
    choosing.change_settings(bob, working_days="1234567".replace(today, ""))
    Delivery.objects.update(due_at=timezone.now())
    assert send() == []
    assert Delivery.objects.get().due_at > timezone.now()
    choosing.change_settings(bob, working_days="1234567")
    assert len(send()) == 1, "what waited for a day that is none of his any more"


def test_each_reads_mail_in_their_own_language(alice: User, bob: User, article: Article, send: Send) -> None:
    change_preferences(bob, language="sv")
    publish(alice, article, "Other.")
    [letter] = send()
    assert "Alice Ahlgren publicerade version 2." in text_of(letter)
    assert '<html lang="sv">' in html_of(letter)


def test_a_dead_server_costs_nothing_but_time(
    alice: User, bob: User, mary: User, article: Article, send: Send, server: MailServer, settings: Any
) -> None:
    publish(alice, article, "Other.")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(OSError):
        send()
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert Delivery.objects.get().attempts == 0, "it is not the fault of the mail"
    assert Delivery.objects.get().due_at > timezone.now() + claims.FIRST_WAIT / 2, "others go first the next time"
    settings.EMAIL_PORT = port
    assert len(send()) == 1
    assert len(send()) == 1


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up_after_a_while(
    alice: User, bob: User, article: Article, send: Send, settings: Any
) -> None:
    assert claims.CLAIM.total_seconds() > configured.EMAIL_TIMEOUT * 10, "before another takes it over"
    publish(alice, article, "Other.")
    port, settings.EMAIL_TIMEOUT = settings.EMAIL_PORT, 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        with pytest.raises(OSError, match="timed out"):
            send()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts, waiting.claimed_until) == (DeliveryState.WAITING, 0, None)
    settings.EMAIL_PORT = port
    assert len(send()) == 1


def test_what_cannot_be_said_fails_alone_and_not_as_if_the_server_were_down(
    alice: User, bob: User, mary: User, article: Article, make_article: Any, send: Send,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    following.follow(mary, "all")
    choosing.change_settings(mary, matrix=NOW)
    publish(alice, article, "Other.")
    other = make_article("Fence")
    right = presenting.sentence

    def fails(one: Notification) -> str:
        if one.article_id == article.pk:
            raise LookupError("no words for it")
        return right(one)

    monkeypatch.setattr(presenting, "sentence", fails)
    [letter] = send()
    assert (letter["To"], letter["Subject"]) == ("mary@example.org", "Fence")
    assert set(Delivery.objects.values_list("article", "state", "attempts")) == {
        (article.pk, DeliveryState.WAITING, 1), (other.pk, DeliveryState.SENT, 0),
    }  # fmt: skip
    assert "no words for it" in Delivery.objects.filter(article=article)[0].problem


def test_a_mail_that_is_refused_delays_no_other_and_is_parked_in_the_end(
    alice: User, bob: User, mary: User, article: Article, send: Send, server: MailServer
) -> None:
    server.refuses["bob@example.org"] = "550 no such person"
    following.follow(mary, "article", article.pk)
    choosing.change_settings(mary, matrix=NOW)
    publish(alice, article, "Other.")
    assert [letter["To"] for letter in send()] == ["mary@example.org"]
    waiting = Delivery.objects.get(recipient=bob)
    assert (waiting.attempts, waiting.state) == (1, DeliveryState.WAITING)
    assert "550" in waiting.problem
    for _ in range(7):
        Delivery.objects.filter(recipient=bob).update(due_at=timezone.now())
        send()
    assert Delivery.objects.get(recipient=bob).state == DeliveryState.PARKED
    assert len(server.letters) == 1


def test_a_mail_on_which_the_server_hangs_up_holds_no_other_up(
    alice: User, bob: User, mary: User, article: Article, send: Send, server: MailServer
) -> None:
    server.hangs_up.add("bob@example.org")
    following.follow(mary, "article", article.pk)
    choosing.change_settings(mary, matrix=NOW)
    publish(alice, article, "Other.")
    assert [letter["To"] for letter in send()] == ["mary@example.org"]
    waiting = Delivery.objects.get(recipient=bob)
    assert (waiting.attempts, waiting.state, waiting.claimed_until) == (1, DeliveryState.WAITING, None)
    assert waiting.due_at > timezone.now()
    with pytest.raises(OSError, match="closed"):
        send()
    alone = Delivery.objects.get(recipient=bob)
    assert (alone.attempts, alone.claimed_until) == (1, None), "nobody knows whether the server takes any"
    assert alone.due_at > timezone.now()


def test_who_dies_after_the_server_took_it_repeats_only_that_mail(
    alice: User, bob: User, article: Article, send: Send, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(alice, article, "Other.")

    def die(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(claims, "sent", die)
    with pytest.raises(KeyboardInterrupt):
        send()
    monkeypatch.undo()
    assert len(send()) == 1, "somebody has it still"
    Delivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    first, again = send()
    assert first["Message-ID"] == again["Message-ID"], "mail programs show it once"


def test_a_title_cannot_write_headers(alice: User, bob: User, article: Article, send: Send) -> None:
    from articles.actions.article import update_article

    update_article(alice, article.pk, title="Fee <b>&amp; more")
    publish(alice, article, "Other.")
    [letter] = send()
    assert letter["Subject"] == "Fee <b>&amp; more"
    assert "<b>" not in re.sub(r"<title>.*?</title>", "", html_of(letter))


def test_what_is_wanted_at_once_by_now_comes_at_once_although_the_digest_was_to_tell_it(
    alice: User, bob: User, article: Article, send: Send
) -> None:
    for timing in ("off", "daily"):
        choosing.change_settings(bob, matrix={"article.published": {"email": timing}})
        publish(alice, article, f"As it was when mail was {timing}.")
        assert send() == []
    choosing.change_settings(bob, matrix=NOW)
    publish(alice, article, "At once.")
    [letter] = send()
    assert "3 new versions" in text_of(letter)
    publish(alice, article, "Within the same minutes.")
    assert len(send()) == 1
