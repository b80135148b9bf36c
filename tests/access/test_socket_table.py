"""The permission table over what open pages, streams and `GET events` are told: every kind × every kind of person.

The rule is one (`notifications.delivery`); that it reaches real sockets in time is tested in `tests/live`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, documents, epoch, events
from articles.actions import article as article_actions
from articles.actions import audience, people, planning, proposing, suggesting
from articles.actions import category as category_actions
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import Article
from notifications import batches, log
from notifications.delivery import Told, may_know
from tests.access.table import EDIT, MANAGE, PEOPLE, SEE, Place

EVERYBODY = set(PEOPLE) - {"gone"}
Act = Callable[[Place, Article], Any]
TABLES_OF_THEIR_OWN = ("flag.", "centre.", "comment.", "note.", "notice.")  # test_flag_events_table, test_talk_table


def admin(place: Place) -> Any:
    return place.people["admin"]


# kind → (what to do to an article, who may know of it for a published one, and for one that was never published)
ACTS: dict[str, tuple[Act, set[str], set[str]]] = {
    "article.published": (lambda p, a: publish_article(admin(p), a.pk), SEE, SEE),  # afterwards it is published
    "article.updated": (lambda p, a: article_actions.update_article(admin(p), a.pk, title="New name"), SEE, EDIT),
    "article.moved": (lambda p, a: article_actions.move_article(admin(p), a.pk, p.other), SEE, EDIT),
    "article.audience_changed": (
        lambda p, a: audience.set_article_grants(admin(p), a.pk, {"keepers": ["manage"]}),
        MANAGE,
        MANAGE,
    ),
    "article.archived": (lambda p, a: article_actions.archive_article(admin(p), a.pk), SEE, EDIT),
    "article.restored": (
        lambda p, a: (
            article_actions.archive_article(admin(p), a.pk),
            article_actions.bring_back_article(admin(p), a.pk),
        ),
        SEE,
        EDIT,
    ),
    "draft.edited": (
        lambda p, a: replace_draft(p.people["max"], a.pk, documents.from_markdown("Secret plans.").document),
        EDIT,
        EDIT,
    ),
    "draft.proposed": (lambda p, a: proposing.propose_article(admin(p), a.pk), EDIT, EDIT),
    "draft.answered": (
        lambda p, a: proposing.withdraw_proposal(admin(p), proposing.propose_article(admin(p), a.pk).pk),
        EDIT,
        EDIT,
    ),
    "draft.planned": (
        lambda p, a: planning.plan_publication(admin(p), a.pk, timezone.now() + timedelta(days=1)),
        EDIT,
        EDIT,
    ),
}


def told(place: Place, act: Act, article: Article) -> Told:
    """Do it, and take the last line of the log as its readers do."""
    before = epoch.current().seq
    act(place, article)
    return log.read(before)[-1]


def wrong(place: Place, event: Told, may: set[str]) -> list[str]:
    found = []
    for name, user in place.people.items():
        knows = may_know(access.read_view(user.pk), event)
        if knows != (name in may):
            found.append(f"{name.capitalize()} should {'' if name in may else 'not '}be told of {event.event.kind}")
    return found


@pytest.mark.parametrize("kind", ACTS)
def test_everybody_is_told_of_articles_what_the_table_says(place: Place, kind: str) -> None:
    act, published, draft = ACTS[kind]
    assert wrong(place, told(place, act, place.published), published) == []
    event = told(place, act, place.draft)
    assert event.event.kind == kind
    assert wrong(place, event, draft) == []


def test_of_a_new_article_only_those_are_told_who_may_edit(place: Place) -> None:
    def create(p: Place, _: Article) -> None:
        article_actions.create_article(admin(p), p.category, "Greenhouse", documents.empty_document())

    assert wrong(place, told(place, create, place.published), EDIT) == []


def test_of_a_category_those_are_told_who_see_it(place: Place) -> None:
    def rename(p: Place, _: Article) -> None:
        category_actions.update_category(admin(p), p.category.pk, name="Building")

    assert wrong(place, told(place, rename, place.published), SEE) == []


def test_of_a_change_of_access_only_the_person_is_told(place: Place) -> None:
    def change(p: Place, _: Article) -> None:
        people.set_user_roles(None, p.people["bob"].pk, ["readers", "csr"])

    assert wrong(place, told(place, change, place.published), {"bob"}) == []


def test_of_a_new_role_everybody_is_told(place: Place) -> None:
    assert wrong(place, told(place, lambda p, a: people.create_role(None, "pilots"), place.published), EVERYBODY) == []


@pytest.mark.parametrize("kind", ["suggestion.made", "suggestion.answered"])
def test_of_a_suggestion_its_author_and_editors_are_told(place: Place, kind: str) -> None:
    def act(p: Place, article: Article) -> None:
        document = documents.from_markdown("Suggested otherwise.").document
        made = suggesting.suggest_change(p.people["bob"], article.pk, document, "Clearer")
        if kind == "suggestion.answered":
            suggesting.decline_suggestion(p.people["eve"], made.pk, "No.")

    event = told(place, act, place.published)
    assert event.event.kind == kind
    assert wrong(place, event, EDIT | {"bob"}) == []
    audience.set_article_grants(admin(place), place.published.pk, {"keepers": ["manage"]})
    assert wrong(place, log.read(event.seq - 1)[0], MANAGE) == []


def test_the_table_of_acts_is_complete() -> None:
    others = {"article.created", "suggestion.made", "suggestion.answered", "category.changed", "user.access_changed"}
    others |= {"synonyms.changed"}  # in test_flag_events_table, with what else only managers do
    from tests.access.test_care_events_table import HAPPENINGS  # which imports from here

    assert {*ACTS, *HAPPENINGS, *others} == {kind for kind in events.KINDS if not kind.startswith(TABLES_OF_THEIR_OWN)}


def test_what_the_log_keeps_for_itself_is_sent_to_nobody(place: Place) -> None:
    before = epoch.current().seq
    people.tell_signed_out(place.people["bob"], "the-session-key")
    article_actions.move_article(place.people["admin"], place.published.pk, place.other)
    for user in place.people.values():
        frames = batches.missed_frames(access.read_view(user.pk), log.read(before), frozenset())
        text = repr([frame.content for frame in frames])
        assert people.session_digest("the-session-key") not in text
        assert "was_root" not in text


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_the_list_of_events_tells_what_open_pages_are_told(place: Place, name: str) -> None:
    before = epoch.current().seq
    for act, _published, _draft in ACTS.values():
        act(place, place.draft)
    user = place.people[name]
    client = Client()
    client.force_login(user)
    items = client.get(f"/api/v1/events?since={before}&limit=200").json()["items"]
    view = access.read_view(user.pk)
    expected = [one.seq for one in log.read(before) if may_know(view, one)]
    assert [item["seq"] for item in items if item["type"] == "event"] == expected
    assert bool(expected) == (name in MANAGE), "the last act took the article from everybody else"
