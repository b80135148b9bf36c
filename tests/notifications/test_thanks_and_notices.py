"""Thanks reach who wrote the comment, and notices whoever is not looking: quietly, and no longer than they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.actions import people
from articles.actions.announcing import add_notice, edit_notice, end_notice, turn_notices
from articles.actions.commenting import add_comment, edit_comment, thank
from articles.models import Article, User
from notifications import inbox, presenting
from notifications.models import Delivery, Notification

Told = Callable[[User], list[tuple[str, str]]]
SignIn = Callable[[User], Client]


def tomorrow() -> Any:
    return timezone.now() + timedelta(days=1)


def test_thanks_are_one_quiet_line_for_who_wrote_the_comment(
    article: Article, alice: User, bob: User, mary: User, told: Told
) -> None:
    first, second = (add_comment(bob, article.pk, body).pk for body in ("Ask twice.", "And once more."))
    for person, comment in ((alice, first), (mary, first), (alice, second)):
        thank(person, comment)
    assert told(bob) == [("comment.thanked", "concerned")]
    one = Notification.objects.get(recipient=bob)
    assert presenting.sentence(one) == "You are thanked 3 times for your comments, most lately by Alice Ahlgren."
    assert presenting.place(one).endswith(f"#comment-{second}")
    assert not Delivery.objects.filter(recipient=bob).exists(), "neither mail nor desktop"
    assert ("comment.thanked", "concerned") not in told(alice)


def test_thanks_that_were_taken_back_or_come_again_are_not_told(
    article: Article, alice: User, bob: User, told: Told
) -> None:
    comment = add_comment(bob, article.pk, "Ask twice.").pk
    thank(alice, comment)
    thank(alice, comment, thanks=False)
    assert told(bob) == []
    for _ in range(3):
        thank(alice, comment)
        assert told(bob) == [("comment.thanked", "concerned")]
        thank(alice, comment, thanks=False)
    assert Notification.objects.get(recipient=bob).count == 1


def test_who_is_named_in_a_comment_is_told_once_however_often_it_is_edited(
    article: Article, alice: User, bob: User, mary: User, told: Told
) -> None:
    comment = add_comment(alice, article.pk, "@bob, is it so?").pk
    for words in ("Is it so?", "@bob, is it so?", "@csr and @mary, is it so?", "@mary, is it?"):
        edit_comment(alice, comment, words)
        told(bob)
    assert told(bob) == [("comment.added", "mention")]
    assert told(mary) == [("comment.edited", "mention")]


def test_a_notice_is_told_to_those_for_whom_it_is_and_says_what_it_says_now(
    article: Article, alice: User, bob: User, charlie: User, mary: User, told: Told, signed_in: SignIn
) -> None:
    notice = add_notice(mary, "Truck 4 is out.", tomorrow(), roles=["csr"], categories=["permits"])
    assert told(bob) == [("notice.added", "notice")]
    assert told(charlie) == told(alice) == told(mary) == [], "no topic, no role, wrote it"
    edit_notice(mary, notice.pk, text="Truck 4 is back at noon.")
    [said] = signed_in(bob).get("/api/v1/notifications").json()["items"]
    assert (said["text"], said["url"], said["article"]) == ("Notice: Truck 4 is back at noon.", "/", None)
    people.set_user_roles(None, bob.pk, ["readers"])
    assert "Truck" not in signed_in(bob).get("/api/v1/notifications").content.decode()


def test_a_planned_notice_is_told_when_its_hour_comes_and_put_away_when_it_is_over(
    bob: User, charlie: User, mary: User, told: Told
) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    notice = add_notice(mary, "The telephones are down.", tomorrow(), starts=soon)
    assert told(bob) == []
    turn_notices(soon)
    assert told(bob) == told(charlie) == [("notice.started", "notice")]
    assert told(mary) == []
    notice.refresh_from_db()
    type(notice).objects.filter(pk=notice.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    end_notice(mary, notice.pk)
    assert told(bob) == []
    assert inbox.unread_count(bob) == 0
    one = Notification.objects.get(recipient=bob)
    assert presenting.sentence(one) == "A notice that is not shown any more."


def test_telling_of_a_notice_asks_the_same_however_many_it_is_for(
    mary: User, told: Told, django_assert_max_num_queries: Any
) -> None:
    User.objects.bulk_create(User(username=f"person{n}", password="!") for n in range(400))
    people.tell_access_changed(None, None)
    assert told(mary) == []
    add_notice(mary, "The telephones are down.", tomorrow())
    with django_assert_max_num_queries(45):
        told(mary)
    assert Notification.objects.count() == 400


@pytest.mark.parametrize("kind", ["notice.added", "notice.started"])
def test_a_chat_system_is_told_no_text_of_a_notice(kind: str) -> None:
    assert presenting.sentence(Notification(kind=kind, data={"notice": 1})) == "A notice was put up."
