"""The API of following and being told, as INTERFACE.md has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles import access, documents
from articles.actions import audience
from articles.actions.commenting import add_comment
from articles.actions.draft import replace_draft
from articles.actions.noting import add_note
from articles.actions.people import create_role, set_user_roles
from articles.actions.publishing import publish_article
from articles.events import KINDS
from articles.models import Article, User
from notifications import inbox, log
from notifications.actions import following
from notifications.telling.kinds import TABLE

Client_ = Callable[[User], Client]


def publish(by: User, article: Article, text: str, note: str = "") -> None:
    """The next version, saying something else."""
    replace_draft(by, article.pk, documents.from_markdown(text).document)
    publish_article(by, article.pk, note=note)


def call(client: Client, method: str, path: str, data: Any = None) -> Any:
    """What the API answers; fails on an error."""
    answer = getattr(client, method)(f"/api/v1/{path}", data, **({"content_type": "application/json"} if data else {}))
    assert answer.status_code < 400, answer.content
    return answer.json() if answer.content else None


def test_what_is_followed_is_listed_and_let_go(bob: User, article: Article, signed_in: Client_) -> None:
    client = signed_in(bob)
    made = call(client, "post", "follows", {"target": "article", "id": article.pk})
    again = call(client, "post", "follows", {"target": "article", "id": article.pk})
    assert made["id"] == again["id"]
    call(client, "post", "follows", {"target": "category", "id": "permits"})
    call(client, "post", "follows", {"target": "all"})
    listed = call(client, "get", "follows")["items"]
    assert [(one["target"], one["of"]) for one in listed] == [
        ("all", None), ("category", article.category_id), ("article", article.pk)
    ]  # fmt: skip
    call(client, "delete", f"follows/{made['id']}")
    assert len(call(client, "get", "follows")["items"]) == 2
    assert client.delete(f"/api/v1/follows/{made['id']}").status_code == 404


def test_follows_of_others_and_of_what_is_out_of_sight_are_not_there(
    alice: User, bob: User, charlie: User, article: Article, signed_in: Client_
) -> None:
    one, _new = following.follow(bob, "article", article.pk)
    assert signed_in(charlie).delete(f"/api/v1/follows/{one.pk}").status_code == 404
    audience.set_article_roles(alice, article.pk, ["writers"])
    assert call(signed_in(bob), "get", "follows")["items"] == []
    hidden, absent = (
        signed_in(bob).post("/api/v1/follows", {"target": "article", "id": pk}, content_type="application/json")
        for pk in (article.pk, 987_654)
    )
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, hidden.content)


@pytest.mark.parametrize(
    "data", [{"target": "article"}, {"target": "article", "id": "x"}, {"target": "moon"}, {"target": "search"}]
)
def test_following_nothing_is_refused_with_what_to_do(bob: User, signed_in: Client_, data: Any) -> None:
    answer = signed_in(bob).post("/api/v1/follows", data, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]


def test_a_notification_says_what_happened_and_is_read_once(
    alice: User, bob: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "It costs 800 kr.", note="New fee")
    tell_all()
    client = signed_in(bob)
    answer = call(client, "get", "notifications?unread=true")
    [one] = answer["items"]
    assert answer["unread_count"] == 1
    assert one["kind"] == "article.published"
    assert one["article"] == article.pk
    assert one["actor"] == {"id": alice.pk, "name": "Alice Ahlgren"}
    assert one["text"] == "Building permit: Alice Ahlgren published version 2. New fee"
    assert one["url"].startswith(article.get_absolute_url())
    assert one["read"] is False
    assert call(client, "post", "notifications/read", {"ids": [one["id"]]}) == {"read": 1, "unread_count": 0}
    assert call(client, "post", "notifications/read", {"all": True}) == {"read": 0, "unread_count": 0}
    assert call(client, "get", "notifications?unread=true")["items"] == []
    assert call(client, "get", "notifications")["items"][0]["read"] is True


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("read", {"ids": [10**20]}),
        ("done", {"ids": [10**20]}),
        ("done", {"ids": [-1]}),
        ("seen", {"article": 10**20, "until": 1}),
        ("seen", {"article": None, "until": -1}),
        ("seen", {"article": None, "until": 10**20}),
    ],
)
def test_numbers_that_are_none_are_refused(
    bob: User, article: Article, signed_in: Client_, path: str, data: dict[str, Any]
) -> None:
    sent = {name: article.pk if value is None else value for name, value in data.items()}
    answer = signed_in(bob).post(f"/api/v1/notifications/{path}", sent, content_type="application/json")
    assert answer.status_code == 422


def test_nobody_reads_the_notifications_of_others(
    alice: User, bob: User, charlie: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.")
    tell_all()
    [one] = call(signed_in(bob), "get", "notifications")["items"]
    assert call(signed_in(charlie), "get", "notifications")["items"] == []
    assert call(signed_in(charlie), "post", "notifications/read", {"ids": [one["id"]]})["read"] == 0
    assert call(signed_in(bob), "get", "notifications")["unread_count"] == 1


def test_what_one_may_no_longer_see_leaves_inbox_and_count_with_every_word_of_it(
    alice: User, bob: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.", note="A secret note")
    tell_all()
    client = signed_in(bob)
    assert "Building permit" in client.get("/api/v1/notifications").content.decode()
    audience.set_article_roles(alice, article.pk, ["writers"])
    tell_all()
    answer = client.get("/api/v1/notifications").content.decode()
    assert "Building permit" not in answer
    assert "secret" not in answer
    assert client.get("/api/v1/notifications").json()["unread_count"] == 0


def test_the_bell_counts_what_the_lists_show(
    alice: User, bob: User, mary: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    create_role(None, "desk")
    for person in (bob, mary):
        set_user_roles(None, person.pk, ["readers", "desk"])
    following.follow(bob, "article", article.pk)
    add_note(mary, article.pk, "Ask twice", audience="desk")
    add_comment(mary, article.pk, "Hello")
    tell_all()

    def shown() -> tuple[int, int]:
        answer = call(signed_in(bob), "get", "notifications?unread=true")
        assert inbox.unread_counts([access.view_of(one) for one in (bob, mary)])[bob.pk] == answer["unread_count"]
        return len(answer["items"]), answer["unread_count"]

    assert shown() == (2, 2)
    set_user_roles(None, bob.pk, ["readers"])
    assert shown() == (1, 1), "what is for a team is nobody else's"


def test_settings_are_read_changed_and_obeyed_by_the_next_event(
    alice: User, bob: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    client = signed_in(bob)
    following.follow(bob, "article", article.pk)
    before = call(client, "get", "notification-settings")
    assert before["matrix"]["article.published"] == {"inbox": "now", "desktop": "off", "email": "daily"}
    assert before["quiet_hours"] == {"from": None, "to": None}
    changed = call(client, "put", "notification-settings", {
        "matrix": {"article.published": {"inbox": "off"}}, "quiet_hours": {"from": "18:00", "to": "07:30"},
        "working_days": [1, 2, 3, 4, 5],
    })  # fmt: skip
    assert changed["matrix"]["article.published"] == {"inbox": "off", "desktop": "off", "email": "daily"}
    assert changed["quiet_hours"] == {"from": "18:00", "to": "07:30"}
    assert call(client, "get", "notification-settings") == changed
    publish(alice, article, "Other.")
    tell_all()
    assert call(client, "get", "notifications")["items"] == []
    call(client, "put", "notification-settings", {"matrix": {"article.published": {"inbox": "now"}}})
    publish(alice, article, "Yet another.")
    tell_all()
    assert len(call(client, "get", "notifications")["items"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"matrix": {"no.such": {"inbox": "now"}}},
        {"matrix": {"article.published": {"pigeon": "now"}}},
        {"matrix": {"article.published": {"inbox": "sometimes"}}},
        {"quiet_hours": {"from": "18:00"}},
        {"quiet_hours": {"from": "18:00", "to": "18:00"}},
        {"working_days": []},
        {"working_days": [8]},
        {"most_mails": 0},
        {"preset": "nothing"},
        {"matrix": {"category.changed": {"pigeon": "now"}}},
        {"matrix": {"article.published": {"inbox": "off"}, "acknowledgement.given": {"inbox": "sometimes"}}},
        {"sound": "loud"},
        {"quiet_hours": {"from": "18:00", "until": "07:00"}},
        {"on_call_until": "2099-01-01T00:00:00Z"},
        {"on_call_until": "2026-01-01T00:00:00"},
    ],
)
def test_settings_that_mean_nothing_are_refused(bob: User, signed_in: Client_, data: Any) -> None:
    client = signed_in(bob)
    before = call(client, "get", "notification-settings")
    answer = client.put("/api/v1/notification-settings", data, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert call(client, "get", "notification-settings") == before


def test_every_kind_of_event_has_a_line_and_one_that_tells_nobody_stays_off(bob: User, signed_in: Client_) -> None:
    client = signed_in(bob)
    matrix = call(client, "get", "notification-settings")["matrix"]
    assert set(matrix) == set(KINDS) >= NAMED
    everything = {kind: dict.fromkeys(cells, "now") for kind, cells in matrix.items()}
    changed = call(client, "put", "notification-settings", {"matrix": everything})["matrix"]
    for kind, cells in changed.items():
        assert set(cells.values()) == {"now" if kind in TABLE else "off"}, kind


def test_what_does_not_exist_is_refused_with_what_does(bob: User, signed_in: Client_) -> None:
    sent = {"matrix": {"no.such": {"inbox": "now"}}}
    answer = signed_in(bob).put("/api/v1/notification-settings", sent, content_type="application/json")
    said = answer.json()["error"]["fields"]["matrix"]
    assert said.startswith("There is no kind of event named no.such. Choose among these: ")
    assert all(kind in said for kind in TABLE)
    unknown = signed_in(bob).put("/api/v1/notification-settings", {"sound": "loud"}, content_type="application/json")
    assert list(unknown.json()["error"]["fields"]) == ["sound"]


# The kinds that INTERFACE.md names.
NAMED = {
    "article.created", "article.published", "article.updated", "article.moved", "article.audience_changed",
    "article.archived", "article.restored", "draft.edited", "comment.added", "comment.edited", "comment.resolved",
    "comment.deleted", "flag.raised", "flag.assigned", "flag.resolved", "flag.declined", "flag.reopened",
    "flag.accepted", "flag.overdue", "note.added", "note.edited", "note.deleted", "category.changed",
    "user.access_changed", "notification.created", "acknowledgement.given", "review.due",
}  # fmt: skip


def test_what_was_read_can_be_sent_back(bob: User, signed_in: Client_) -> None:
    client = signed_in(bob)
    for change in ({"quiet_hours": {"from": "18:00", "to": "07:30"}}, {"on_call": True}, {"on_call": False}):
        said = call(client, "put", "notification-settings", change)
        assert call(client, "put", "notification-settings", said) == said


def test_the_log_tells_each_person_only_what_is_theirs(
    alice: User, bob: User, mary: User, article: Article, signed_in: Client_, tell_all: Callable[[], None]
) -> None:
    start = log.newest()
    for one in (bob, mary):
        following.follow(one, "article", article.pk)
    publish(alice, article, "Other.")
    tell_all()

    def created(user: User) -> list[Any]:
        items = call(signed_in(user), "get", f"events?since={start}")["items"]
        return [item["data"] for item in items if item["kind"] == "notification.created"]

    [for_bob], [for_mary] = created(bob), created(mary)
    assert for_bob["unread"] == for_mary["unread"] == 1
    assert len(for_bob["ids"]) == 1
    assert for_bob["ids"] != for_mary["ids"]
    assert created(alice) == []
    assert "recipients" not in for_bob
    assert "batch" not in for_bob


def test_the_inbox_is_paged_and_asks_the_same_for_many(
    alice: User, bob: User, make_article: Callable[..., Article], signed_in: Client_, tell_all: Callable[[], None],
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    following.follow(bob, "all")
    for number in range(5):
        make_article(f"Article {number}")
    tell_all()
    client = signed_in(bob)
    first = call(client, "get", "notifications?limit=3")
    second = call(client, "get", f"notifications?limit=3&cursor={first['next']}")
    assert [item["text"][:9] for item in first["items"] + second["items"]] == [f"Article {n}" for n in (4, 3, 2, 1, 0)]
    assert second["next"] is None
    call(client, "get", "notifications?limit=1")
    with django_assert_max_num_queries(12):
        call(client, "get", "notifications?limit=5")
