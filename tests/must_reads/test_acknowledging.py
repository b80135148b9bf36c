"""Confirming a must-read: that version or a later one, once, and never an older one than the one that is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, asked
from articles.actions import people
from articles.actions.audience import set_article_roles
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.actions.publishing import publish_article
from articles.models import Article, Event, MustRead, User
from notifications import record
from notifications.actions.acknowledging import acknowledge, deadlines_to_tell, remind, tell_deadline
from notifications.models import Acknowledgement
from tests.conftest import MakeArticle

from .conftest import PublishMustRead

SignIn = Callable[[User], Client]


def waits_for(user: User) -> list[tuple[str, int]]:
    user = User.objects.get(pk=user.pk)
    return [(one.question.title, one.confirmed) for one in record.waiting_for(user)]


def test_it_waits_until_that_version_is_confirmed(article: Article, must_read: PublishMustRead, bob: User) -> None:
    version = must_read(article)
    assert waits_for(bob) == [(article.title, 0)]
    given, is_new = acknowledge(bob, article.pk, version.number)
    assert (given.person, given.number, is_new) == (bob, 2, True)
    assert waits_for(bob) == []
    event = Event.objects.latest("seq")
    assert (event.kind, event.actor, event.data) == ("acknowledgement.given", bob, {"version": 2})


def test_a_second_time_changes_nothing(article: Article, must_read: PublishMustRead, bob: User) -> None:
    must_read(article)
    first, _ = acknowledge(bob, article.pk, 2)
    again, is_new = acknowledge(bob, article.pk, 2)
    assert (again, is_new) == (first, False)
    assert Event.objects.filter(kind="acknowledgement.given").count() == 1


def test_a_later_version_that_is_not_must_read_confirms_it_too(
    article: Article, must_read: PublishMustRead, alice: User, bob: User
) -> None:
    must_read(article)
    publish_article(alice, article.pk)
    acknowledge(bob, article.pk, 3)
    assert waits_for(bob) == []


def test_a_later_must_read_asks_again_and_an_older_one_cannot_be_confirmed_any_more(
    article: Article, must_read: PublishMustRead, bob: User
) -> None:
    must_read(article)
    acknowledge(bob, article.pk, 2)
    must_read(article, "Other words.")
    assert waits_for(bob) == [(article.title, 2)]
    with pytest.raises(Conflict, match="Version 3 must be read now"):
        acknowledge(bob, article.pk, 2)
    acknowledge(bob, article.pk, 3)
    assert waits_for(bob) == []
    assert list(Acknowledgement.objects.order_by("number").values_list("number", flat=True)) == [2, 3]


def test_what_is_not_there_cannot_be_confirmed(
    article: Article, must_read: PublishMustRead, bob: User, charlie: User
) -> None:
    with pytest.raises(Conflict):
        acknowledge(bob, article.pk, 1)
    must_read(article)
    with pytest.raises(Invalid):
        acknowledge(bob, article.pk, 3)
    with pytest.raises(access.NotFound):
        acknowledge(charlie, article.pk, 2)


def test_whoever_loses_access_is_not_asked_and_not_counted(
    article: Article, must_read: PublishMustRead, alice: User, bob: User, mary: User
) -> None:
    must_read(article)
    question = asked.question_of(article.pk)
    assert question is not None
    assert record.progress_of([question])[0].required == 2
    set_article_roles(alice, article.pk, ["manager"])
    assert waits_for(bob) == []
    question = asked.question_of(article.pk)
    assert question is not None
    progress = record.progress_of([question])[0]
    assert (progress.required, progress.missing) == (1, 1)


def test_whoever_is_away_is_asked_on_return(
    article: Article, must_read: PublishMustRead, bob: User, mary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    people.set_absence(mary, bob.pk, today + timedelta(days=10))
    must_read(article, days=3)
    assert waits_for(bob) == []
    entries = {one.user.username: one.state for one in record.entries_of(asked.questions()[0])}
    assert entries == {"bob": "absent", "mary": "waiting"}
    assert [one.username for one in record.missing(article)] == ["mary"]
    User.objects.filter(pk=bob.pk).update(absent_until=today - timedelta(days=1))
    assert waits_for(bob) == [(article.title, 0)]


def test_the_days_to_confirm_count_from_the_return(article: Article, must_read: PublishMustRead, bob: User) -> None:
    must_read(article, days=3)
    question, today = asked.questions()[0], timezone.localdate()
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))
    bob.refresh_from_db()
    assert question.due_for(bob) == today + timedelta(days=3)
    bob.absent_until = today + timedelta(days=5)
    assert question.due_for(bob) == today + timedelta(days=8)


def test_whoever_comes_back_early_is_asked_at_once(article: Article, must_read: PublishMustRead, bob: User) -> None:
    people.set_absence(bob, bob.pk, timezone.localdate() + timedelta(days=10))
    must_read(article)
    people.set_absence(bob, bob.pk, None)
    assert waits_for(bob) == [(article.title, 0)]


def test_absence_is_ones_own_or_said_by_managers(bob: User, charlie: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(access.Forbidden):
        people.set_absence(charlie, bob.pk, tomorrow)
    with pytest.raises(Invalid):
        people.set_absence(bob, bob.pk, timezone.localdate() - timedelta(days=1))
    people.set_absence(bob, bob.pk, tomorrow)
    bob.refresh_from_db()
    assert bob.is_absent(timezone.localdate())


# --- Reminders and deadlines -------------------------------------------------------------------------


def test_managers_remind_whoever_has_not_confirmed_and_not_too_often(
    article: Article, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    must_read(article)
    with pytest.raises(access.Forbidden):
        remind(bob, article.pk)
    assert remind(mary, article.pk) == 2
    with pytest.raises(TooMany) as refused:
        remind(mary, article.pk)
    assert 0 < refused.value.wait <= 12 * 3600
    MustRead.objects.update(reminded_at=timezone.now() - timedelta(hours=13))
    acknowledge(bob, article.pk, 2)
    acknowledge(mary, article.pk, 2)
    with pytest.raises(Conflict):
        remind(mary, article.pk)


def told_until(days: int, since: int) -> list[tuple[str, Any]]:
    """What the worker tells of deadlines when it looks so many days from now: (kind, whose deadline or how many)."""
    when = timezone.now() + timedelta(days=days)
    for pk in deadlines_to_tell(timezone.localdate(when)):
        tell_deadline(pk, when)
        assert not tell_deadline(pk, when), "another worker has nothing left to tell"
    rows = Event.objects.filter(seq__gt=since, kind__in=["acknowledgement.requested", "acknowledgement.overdue"])
    return [(one.kind.partition(".")[2], one.data.get("due") or one.data.get("late")) for one in rows.order_by("seq")]


def test_a_deadline_is_told_when_it_is_near_and_when_it_is_over_and_each_week_after(
    article: Article, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))
    version = must_read(article, days=3)
    seq, due = Event.objects.latest("seq").seq, timezone.localdate() + timedelta(days=3)
    assert told_until(1, seq) == []
    near = [("requested", due.isoformat())]
    assert told_until(2, seq) == near
    assert told_until(3, seq) == near
    acknowledge(bob, article.pk, version.number)
    over = [*near, ("overdue", 1)]
    assert told_until(4, seq) == over
    assert told_until(5, seq) == told_until(10, seq) == over
    assert told_until(11, seq) == [*over, ("overdue", 1)], "a week later managers are told again"
    acknowledge(mary, article.pk, version.number)
    assert told_until(30, seq) == [*over, ("overdue", 1)]


def test_who_has_a_later_deadline_is_reminded_and_late_by_that(
    article: Article, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))
    must_read(article, days=3)
    today, seq = timezone.localdate(), Event.objects.latest("seq").seq
    User.objects.filter(pk=mary.pk).update(date_joined=timezone.now() + timedelta(days=2))  # three days from then on
    bobs, marys = (("requested", (today + timedelta(days=days)).isoformat()) for days in (3, 5))
    assert told_until(2, seq) == [bobs]
    assert [one.pk for one in record.missing(article, due=today + timedelta(days=3))] == [bob.pk]
    told = [bobs, marys, ("overdue", 1)]
    assert told_until(4, seq) == told
    assert told_until(5, seq) == told
    assert told_until(6, seq) == [*told, ("overdue", 2)]


def test_a_worker_that_was_away_tells_all_that_passed_as_one(
    article: Article, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))
    must_read(article, days=3)
    seq = Event.objects.latest("seq").seq
    assert told_until(20, seq) == [("overdue", 2)]


def test_a_deadline_that_everybody_has_met_is_not_told(
    article: Article, must_read: PublishMustRead, bob: User, mary: User
) -> None:
    version = must_read(article, days=1)
    for person in (bob, mary):
        acknowledge(person, article.pk, version.number)
    before = Event.objects.count()
    assert tell_deadline(version.pk, timezone.now() + timedelta(days=2)) is False
    assert Event.objects.count() == before
    assert deadlines_to_tell(timezone.localdate() + timedelta(days=2)) == []


# --- The API -----------------------------------------------------------------------------------------


def test_the_api_takes_whom_to_ask_and_keeps_the_record(
    article: Article, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    def send(user: User, path: str, body: dict[str, Any]) -> Any:
        return signed_in(user).post(f"/api/v1/articles/{article.pk}/{path}", body, content_type="application/json")

    body = {"significance": "must-read", "ask": {"roles": ["csr"], "days": 5}}
    assert send(alice, "publish", {"significance": "normal", "ask": {}}).status_code == 422
    assert send(alice, "publish", body).status_code == 201
    waiting = signed_in(bob).get("/api/v1/must-reads").json()["items"]
    assert [(one["article"], one["version"], one["confirmed"]) for one in waiting] == [(article.pk, 2, 0)]
    path = f"/api/v1/articles/{article.pk}/acknowledgements"
    before = signed_in(mary).get(path).json()
    assert (before["required"], before["acknowledged"]) == (1, 0)
    assert [(one["user"]["username"], one["acknowledged_at"]) for one in before["people"]] == [("bob", None)]
    assert send(bob, "acknowledge", {"version": 1}).status_code == 409
    assert send(bob, "acknowledge", {"version": 9}).status_code == 422
    assert send(bob, "acknowledge", {"version": 2}).status_code == 201
    assert send(bob, "acknowledge", {"version": 2}).status_code == 200
    after = signed_in(mary).get(path).json()
    assert (after["required"], after["acknowledged"], len(after["people"])) == (1, 1, 1)
    assert after["people"][0]["acknowledged_at"]
    assert send(mary, "acknowledgements/remind", {}).status_code == 409
    assert signed_in(bob).get(path).status_code == 403


def test_a_restricted_must_read_is_named_nowhere_to_others(
    make_article: MakeArticle, must_read: PublishMustRead, alice: User, admin: User, bob: User, mary: User,
    signed_in: SignIn,
) -> None:  # fmt: skip
    """Neither to readers nor to managers who may not see it: pages, record, export, people, API, events."""
    secret = make_article("Zebra crossing", roles=["editor"])
    seq = Event.objects.latest("seq").seq
    must_read(secret, by=admin)
    acknowledge(alice, secret.pk, 2)
    for person in (bob, mary):
        client = signed_in(person)
        paths = ["/", "/must-reads/", "/must-reads/record/", "/must-reads/record.csv", "/must-reads/people/"]
        paths += [f"/must-reads/people/{alice.pk}/", f"/must-reads/{secret.pk}/", f"/must-reads/{secret.pk}/record.csv"]
        paths += [
            "/reviews/?show=all&when=none",
            "/api/v1/must-reads",
            f"/api/v1/articles/{secret.pk}/acknowledgements",
        ]
        for path in paths:
            answer = client.get(path)
            content = answer.getvalue()
            assert b"Zebra" not in content, f"{person.username}: {path}"
        kinds = [one["kind"] for one in client.get(f"/api/v1/events?since={seq}").json()["items"]]
        assert not [kind for kind in kinds if kind.startswith("acknowledgement")]
    assert b"Zebra" in signed_in(admin).get("/must-reads/record/").content


def test_who_knows_of_a_confirmation_are_the_person_and_managers(
    article: Article, must_read: PublishMustRead, bob: User, mary: User, alice: User, signed_in: SignIn
) -> None:
    must_read(article)
    seq = Event.objects.latest("seq").seq
    acknowledge(bob, article.pk, 2)
    told = {
        person.username: [one["kind"] for one in json.loads(answer.content)["items"]]
        for person in (alice, bob, mary)
        if (answer := signed_in(person).get(f"/api/v1/events?since={seq}"))
    }
    assert told == {"alice": [], "bob": ["acknowledgement.given"], "mary": ["acknowledgement.given"]}
