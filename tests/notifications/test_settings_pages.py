"""The pages of what one is told, without a script: inbox, settings, following."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions import audience, people
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import Article, User
from notifications import by_article
from notifications.actions import choosing, following
from notifications.actions.returning import come_back
from notifications.models import Delivery, DeliveryState, Follow, Notification
from notifications.telling.kinds import TABLE

SignIn = Callable[[User], Client]


@pytest.fixture
def told_bob(alice: User, bob: User, article: Article, tell_all: Callable[[], None]) -> Notification:
    """Bob follows the article and was told of a new version."""
    following.follow(bob, "article", article.pk)
    replace_draft(alice, article.pk, documents.from_markdown("It costs 800 kr.").document)
    publish_article(alice, article.pk, note="New fee")
    tell_all()
    return Notification.objects.get(recipient=bob)


def text(client: Client, address: str) -> str:
    """A page."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_bell_counts_and_the_inbox_shows_it_under_its_article(
    bob: User, article: Article, told_bob: Notification, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    assert 'data-unread="1"' in text(client, "/")
    page = text(client, "/notifications/")
    assert "Alice Ahlgren published version 2. New fee" in page
    assert "Building permit" in page
    answer = client.get(f"/notifications/{told_bob.pk}/")
    assert answer["Location"].startswith(article.get_absolute_url())
    assert ":~:text=It%20costs%20800%20kr." in answer["Location"]
    assert 'data-unread="0"' in text(client, "/")


@pytest.mark.parametrize("when", ["off", "daily"])
def test_what_pops_up_leads_to_the_article_also_where_the_inbox_holds_nothing_of_it(
    alice: User, bob: User, charlie: User, article: Article, tell_all: Callable[[], None], signed_in: SignIn, when: str
) -> None:
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix={"article.published": {"inbox": when, "desktop": "now"}})
    publish_article(alice, article.pk)
    tell_all()
    client = signed_in(bob)
    [shown] = client.get(f"/notifications/popups/?ids={Notification.objects.get().pk}").json()["items"]
    assert client.get(shown["url"])["Location"].startswith(article.get_absolute_url())
    assert client.get(f"/notifications/popups/?ids={Notification.objects.get().pk}").json() == {"items": []}, "read"
    assert signed_in(charlie).get(shown["url"]).status_code == 404
    audience.set_article_roles(alice, article.pk, ["writers"])
    assert client.get(shown["url"]).status_code == 404


def test_done_leaves_the_inbox_and_comes_back_as_unread(bob: User, told_bob: Notification, signed_in: SignIn) -> None:
    client, ids = signed_in(bob), str(told_bob.pk)
    client.post("/notifications/mark/", {"do": "done", "ids": ids})
    assert "New fee" not in text(client, "/notifications/")
    assert "New fee" in text(client, "/notifications/?show=done")
    quiet = client.post("/notifications/mark/", {"do": "unread", "ids": ids}, headers={"X-Quiet": "1"})
    assert quiet.status_code == 204, "a script brings the page up to date itself"
    assert "New fee" in text(client, "/notifications/?show=unread")
    client.post("/notifications/mark/", {"do": "mute", "ids": ids, "article": str(told_bob.article_id)})
    assert Follow.objects.get(user=bob).muted
    answer = client.post("/notifications/mark/", {"do": "read", "ids": ids, "back": "https://elsewhere.example.org/"})
    assert answer["Location"] == "/notifications/"


def test_the_inbox_shows_only_what_is_about_the_chosen_things(
    bob: User, told_bob: Notification, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    for group, there in (("articles", True), ("flags", False), ("talk", False), ("moon", True)):
        assert ("New fee" in text(client, f"/notifications/?group={group}")) == there, group
    assert "Nothing of this kind" in text(client, "/notifications/?group=flags")


def entry(bob: User, number: int, article: Article | None = None, kind: str = "flag.due_soon") -> Notification:
    """Something that Bob was told of; the newer, the higher its number."""
    at = timezone.now() - timedelta(hours=1_000 - number)
    return Notification.objects.create(
        recipient=bob, event=10**6 + number, newest=10**6 + number, kind=kind, article=article, at=at, shows_at=at,
        batch=1, reason="follow",
    )  # fmt: skip


def test_under_a_filter_only_what_it_shows_is_marked_and_put_away(
    bob: User, told_bob: Notification, signed_in: SignIn
) -> None:
    client, flag = signed_in(bob), entry(bob, 1)
    mine = Notification.objects.filter(recipient=bob)
    page = text(client, "/notifications/?group=flags")
    assert "Mark these as read" in page
    assert '<input type="hidden" name="group" value="flags">' in page
    assert ">1 unread<" in page, "of these"
    client.post("/notifications/mark/", {"do": "read-all", "group": "moon"})
    assert mine.filter(read_at=None).count() == 2
    client.post("/notifications/mark/", {"do": "read-all", "group": "flags"})
    assert mine.get(read_at=None) == told_bob
    assert "Mark these as read" not in text(client, "/notifications/?group=flags"), "all of these are read"
    client.post("/notifications/mark/", {"do": "read-all"})
    assert "Put away what is read" not in text(client, "/notifications/?show=unread")
    client.post("/notifications/mark/", {"do": "done-all", "group": "flags"})
    assert mine.get(done_at__isnull=False) == flag
    client.post("/notifications/mark/", {"do": "done-all"})
    assert mine.filter(done_at=None).count() == 0


def test_an_article_stands_once_in_the_inbox_where_its_newest_entry_stands(
    bob: User, make_article: Any, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_article, "PER_PAGE", 2)
    monkeypatch.setattr(by_article, "MOST_OF_ONE", 2)
    client, often, seldom = signed_in(bob), make_article("Told often"), make_article("Told seldom")
    for number in (1, 2, 9):
        entry(bob, number, often)
    entry(bob, 3, seldom)
    entry(bob, 8)
    entry(bob, 7)
    first, second = text(client, "/notifications/"), text(client, "/notifications/?page=2")
    assert re.findall(r"Told \w+", first) == ["Told often"]
    assert first.count("A flag of yours will soon be overdue.") == 3, "two of the article, and once what is about none"
    assert "Older ones stand here when these are put away." in first
    assert re.findall(r"Told \w+", second) == ["Told seldom"]
    assert "Older ones" not in second
    assert text(client, "/notifications/?page=3").count("Told often") == 1, "what stood there is gone: the first page"


def test_what_is_out_of_sight_is_on_no_page(
    alice: User, bob: User, article: Article, told_bob: Notification, signed_in: SignIn
) -> None:
    audience.set_article_roles(alice, article.pk, ["writers"])
    client = signed_in(bob)
    for address in ("/notifications/", "/notifications/latest/", "/notifications/follows/", "/notifications/settings/"):
        page = text(client, address)
        assert "Building permit" not in page, address
        assert "New fee" not in page, address
    assert client.get(f"/notifications/{told_bob.pk}/").status_code == 404
    assert client.get("/notifications/987654/").status_code == 404
    assert client.get(f"/notifications/popups/?ids={told_bob.pk}").json() == {"items": []}


def test_the_matrix_is_saved_by_a_plain_form_and_a_preview_saves_nothing(
    bob: User, told_bob: Notification, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    sent = {f"{kind}:{channel}": "off" for kind in TABLE for channel in ("inbox", "desktop", "email")}
    sent |= {"article.published:email": "now", "daily_at": "07:00", "most_mails": "5", "working_days": "1"}
    before = choosing.matrix_of(bob)
    page = client.post("/notifications/settings/", {**sent, "do": "preview"}).content.decode()
    assert "<strong>1</strong> mail" in page
    assert "<strong>0</strong> in the inbox" in page
    assert choosing.matrix_of(bob) == before
    assert client.post("/notifications/settings/", {**sent, "do": "save"}).status_code == 302
    assert choosing.matrix_of(bob)["article.published"] == {"inbox": "off", "desktop": "off", "email": "now"}
    assert choosing.settings_for(bob).most_mails == 5
    assert client.post("/notifications/settings/", {"do": "preset", "preset": "mine"}).status_code == 302
    assert choosing.matrix_of(bob) == before


def test_what_makes_no_sense_is_said_and_kept_in_the_form(bob: User, signed_in: SignIn) -> None:
    sent = {"quiet_from": "18:00", "daily_at": "07:00", "most_mails": "5", "working_days": "1", "do": "save"}
    answer = signed_in(bob).post("/notifications/settings/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say both when it becomes quiet and until when, or neither." in page
    assert 'value="18:00"' in page


def test_following_works_from_the_page_of_an_article_and_of_a_topic(
    bob: User, article: Article, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    assert 'value="follow" aria-pressed="false"' in text(client, article.get_absolute_url())
    sent = {"target": "article", "of": str(article.pk), "do": "follow"}
    assert client.post("/notifications/follow/", sent).status_code == 302
    assert 'value="stop" aria-pressed="true"' in text(client, article.get_absolute_url())
    assert "Building permit" in text(client, "/notifications/follows/")
    client.post("/notifications/follow/", {**sent, "do": "stop"})
    assert 'value="follow" aria-pressed="false"' in text(client, article.get_absolute_url())
    assert "Follow this topic" in text(client, "/categories/permits/")


def test_managers_see_what_is_stuck_and_send_it_again(
    mary: User, bob: User, told_bob: Notification, signed_in: SignIn
) -> None:
    Delivery.objects.update(state=DeliveryState.PARKED, problem="550 no such person")
    page = text(signed_in(mary), "/status/")
    assert "550 no such person" in page
    assert "Try again what was given up" in page
    assert signed_in(bob).post("/notifications/retry/").status_code == 403
    assert signed_in(mary).post("/notifications/retry/").status_code == 302
    assert not Delivery.objects.filter(state=DeliveryState.PARKED).exists()


def test_the_inbox_asks_the_same_for_one_and_for_many(
    bob: User, make_article: Any, signed_in: SignIn, tell_all: Callable[[], None], django_assert_max_num_queries: Any
) -> None:
    following.follow(bob, "all")
    for number in range(6):
        make_article(f"Article {number}")
    tell_all()
    client = signed_in(bob)
    for number in range(40):  # more than a page, and more than is shown of one
        entry(bob, number)
        entry(bob, 100 + number, Article.objects.earliest("pk"))
    client.get("/notifications/")
    with django_assert_max_num_queries(14):
        client.get("/notifications/")


def test_who_is_away_is_told_that_nothing_comes_meanwhile(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    assert "You are away, and expected back" not in text(client, "/notifications/settings/")
    people.set_absence(bob, bob.pk, timezone.localdate() + timedelta(days=3))
    assert "You are away, and expected back" in text(client, "/notifications/settings/")
    people.set_absence(bob, bob.pk, None)
    come_back(bob.pk, timezone.now())
    assert "You are away, and expected back" not in text(client, "/notifications/settings/")
