"""Who was away: told nothing meanwhile, and on return what waited, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.actions import people
from articles.actions.asking import Asks
from articles.actions.publishing import publish_article
from articles.models import Article, Event, User
from notifications import dispatcher
from notifications.actions import choosing, following
from notifications.actions.acknowledging import acknowledge
from notifications.actions.pushing import subscribe
from notifications.actions.returning import come_back, due_returns
from notifications.channels import email, push
from notifications.models import Channel, Delivery, DeliveryState, Notification, PushSubscription
from notifications.promises import tell_what_is_due
from notifications.telling.schedule import held_until

from .conftest import PublishMustRead

SignIn = Callable[[User], Client]


def tell_all() -> None:
    """Everything that has happened is told on."""
    while dispatcher.run_once()[0]:
        continue


def away(user: User, days: int = 5) -> None:
    """From today on."""
    people.set_absence(user, user.pk, timezone.localdate() + timedelta(days=days))


def back(user: User) -> None:
    """They say so, and the worker sees it."""
    people.set_absence(user, user.pk, None)
    tell_what_is_due(threading.Event())
    tell_all()


def asked(user: User) -> list[tuple[int | None, Any, Any]]:
    """(article, version, why) of each must-read in somebody's inbox."""
    rows = Notification.objects.filter(recipient=user, kind="acknowledgement.requested", shows_at__isnull=False)
    return [(one.article_id, one.data["version"], one.data["reason"]) for one in rows.order_by("event")]


def test_who_is_back_finds_each_must_read_in_the_inbox_once(
    article: Article, make_article: Any, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    tell_all()
    away(bob)
    other = make_article("Other")
    must_read(article)
    must_read(other)
    must_read(article, "Newer words.")
    tell_all()
    assert asked(bob) == [], "not while away"
    back(bob)
    assert sorted(asked(bob)) == [(article.pk, 3, "return"), (other.pk, 2, "return")], "what is asked now, once"
    assert asked(mary), "others were asked at once, and are not asked again"
    assert {reason for _article, _version, reason in asked(mary)} == {"published"}
    back(bob)
    away(bob)
    back(bob)
    assert len(asked(bob)) == 2, "away again and back: they know it already"


def test_what_was_told_before_or_is_confirmed_is_not_told_again(
    article: Article, make_article: Any, must_read: PublishMustRead, bob: User
) -> None:
    tell_all()
    must_read(article)
    tell_all()
    away(bob)
    confirmed = make_article("Confirmed on the train")
    acknowledge(bob, confirmed.pk, must_read(confirmed).number)
    tell_all()
    back(bob)
    assert asked(bob) == [(article.pk, 2, "published")]


def test_the_return_comes_in_the_morning_after_the_last_day_by_itself(
    article: Article, must_read: PublishMustRead, bob: User
) -> None:
    tell_all()
    away(bob, days=0)
    must_read(article)
    tell_all()
    bob.refresh_from_db()
    assert bob.back_from is not None
    local = timezone.localtime(bob.back_from)
    assert (local.date(), local.hour) == (timezone.localdate() + timedelta(days=1), 8)
    before = bob.back_from - timedelta(minutes=1)
    assert due_returns(before) == []
    assert come_back(bob.pk, before) is False
    User.objects.filter(pk=bob.pk).update(absent_until=timezone.localdate() - timedelta(days=1))
    assert due_returns(bob.back_from) == [bob.pk]
    assert come_back(bob.pk, bob.back_from)
    assert not come_back(bob.pk, bob.back_from), "another worker has nothing left to tell"
    tell_all()
    assert asked(bob) == [(article.pk, 2, "return")]


def test_a_must_read_of_the_night_before_is_told_once(article: Article, must_read: PublishMustRead, bob: User) -> None:
    tell_all()
    away(bob)
    User.objects.filter(pk=bob.pk).update(absent_until=timezone.localdate() - timedelta(days=1))
    must_read(article)  # after midnight: by the date they are here
    User.objects.filter(pk=bob.pk).update(back_from=timezone.now())
    tell_what_is_due(threading.Event())
    tell_all()
    assert [version for _article, version, _reason in asked(bob)] == [2]


def test_mails_are_held_while_away_and_come_as_one(
    article: Article, make_article: Any, must_read: PublishMustRead, bob: User, mailoutbox: list[Any]
) -> None:
    tell_all()
    following.follow(bob, "all")
    choosing.change_settings(
        bob, matrix={"article.published": {"email": "now"}, "article.archived": {"email": "daily"}}
    )
    tell_all()
    away(bob)
    for number in range(3):
        make_article(f"Article {number}")
    must_read(article)
    tell_all()
    for _ in range(3):
        Delivery.objects.filter(channel=Channel.EMAIL).update(due_at=timezone.now())
        email.send_due()
    assert mailoutbox == []
    held = Delivery.objects.filter(recipient=bob, state=DeliveryState.WAITING)
    bob.refresh_from_db()
    assert held.count() == 3
    assert set(held.values_list("due_at", flat=True)) == {bob.back_from}
    back(bob)
    Delivery.objects.update(due_at=timezone.now())
    while email.send_due():
        continue
    [letter] = mailoutbox
    assert letter.to == ["bob@example.org"]
    assert [f"Article {n}" in letter.body for n in range(3)] == [True] * 3
    assert "While you were away: version 2 must be read." in letter.body


def test_the_desktop_is_quiet_while_away_and_is_not_flooded_on_return(
    article: Article, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn
) -> None:
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix={"article.published": {"desktop": "now"}})
    monkeypatch.setattr("notifications.channels.outgoing.check", lambda address: None)
    key = "B" + "A" * 86
    subscribe(bob, "https://push.example.org/1", key, "A" * 22, session="there")
    assert PushSubscription.objects.count() == 1
    pushed: list[bytes] = []

    def has_it(_browser: object, message: bytes) -> bool:
        pushed.append(message)
        return True

    monkeypatch.setattr(push, "_push", has_it)
    tell_all()
    away(bob)
    publish_article(alice, article.pk)
    tell_all()
    Delivery.objects.update(due_at=timezone.now())
    push.send_due()
    one = Notification.objects.get(recipient=bob)
    assert one.pops
    assert pushed == []
    client = signed_in(User.objects.get(pk=bob.pk))
    assert client.get(f"/notifications/popups/?ids={one.pk}").json() == {"items": []}
    back(bob)
    Delivery.objects.update(due_at=timezone.now())
    push.send_due()
    assert pushed == [], "what popped up for others meanwhile is over"
    assert Delivery.objects.get(channel=Channel.DESKTOP).state == DeliveryState.DROPPED


def test_who_comes_back_is_named_to_nobody(
    article: Article, must_read: PublishMustRead, alice: User, bob: User, signed_in: SignIn
) -> None:
    tell_all()
    away(bob)
    must_read(article)
    seq = Event.objects.latest("seq").seq
    back(bob)
    said = signed_in(alice).get(f"/api/v1/events?since={seq}").json()["items"]
    [one] = [one for one in said if one["kind"] == "acknowledgement.requested"]
    assert (one["actor"], one["data"]) == (None, {"version": 2, "reason": "return"})


def test_quiet_hours_go_on_after_the_return(bob: User) -> None:
    own = choosing.settings_for(bob)
    now = timezone.now()
    assert held_until(own, now) is None
    then = now + timedelta(days=3)
    assert held_until(own, now, back_from=then) == then
    late: datetime | None = held_until(own, now, back_from=now - timedelta(minutes=5))
    assert late is not None, "the worker has not let it out yet"
    assert late > now


@pytest.mark.parametrize("asks", [Asks(), Asks(days=3)])
def test_the_number_of_questions_does_not_grow_with_what_waits(
    make_article: Any, alice: User, bob: User, asks: Asks, django_assert_max_num_queries: Any
) -> None:
    away(bob)
    for number in range(4):
        made = make_article(f"Article {number}")
        publish_article(alice, made.pk, significance="must-read", asks=asks)
    people.set_absence(bob, bob.pk, None)
    with django_assert_max_num_queries(24):
        come_back(bob.pk, timezone.now())
    assert Event.objects.filter(kind="acknowledgement.requested", data__reason="return").count() == 4
