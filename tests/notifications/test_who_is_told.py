"""Following, muting, owning: who hears of what, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import F
from django.utils import timezone

from articles import access, documents
from articles.actions import article as article_actions
from articles.actions import audience, scoping
from articles.actions import category as category_actions
from articles.actions.draft import replace_draft
from articles.actions.people import create_role, set_active, set_user_roles
from articles.actions.planning import carry_out, plan_publication
from articles.actions.proposing import propose_article, return_proposal
from articles.actions.publishing import publish_article
from articles.actions.suggesting import decline_suggestion, suggest_change
from articles.models import Article, Category, Event, Plan, User
from articles.transfer.importer import Importer
from articles.transfer.sources import open_source
from notifications import inbox, log
from notifications.actions import choosing, following, reading
from notifications.models import Channel, Delivery, Follow, Notification, Seen

Told = Callable[[User], list[tuple[str, str]]]
MakeArticle = Callable[..., Article]
FOLLOWED = ("article.published", "follow")


def publish(by: User, article: Article, text: str, **more: Any) -> None:
    """The next version, saying something else."""
    replace_draft(by, article.pk, documents.from_markdown(text).document)
    publish_article(by, article.pk, **more)


@pytest.mark.parametrize("target", ["article", "category", "tag", "search", "all"])
def test_publishing_tells_who_follows_it_once(
    alice: User, bob: User, category: Category, make_article: MakeArticle, told: Told, target: str
) -> None:
    article = make_article("Fence", "A fence of 1.8 metres needs a permit.", tags=["fences"])
    assert told(bob) == []
    what: dict[str, Any] = {
        "article": article.pk,
        "category": "permits",
        "tag": "Fences",
        "search": "permits for a fence",
        "all": None,
    }
    following.follow(bob, target, what[target])
    publish(alice, article, "A fence of 2 metres needs a permit.")
    assert told(bob) == [FOLLOWED]
    assert told(bob) == [FOLLOWED], "also when the dispatcher looks again"


def test_a_followed_search_is_quiet_about_what_does_not_answer_it(
    alice: User, bob: User, make_article: MakeArticle, told: Told
) -> None:
    following.follow(bob, "search", "dog tax")
    make_article("Fence", "A fence needs a permit.")
    make_article("Dogs", "The tax on a dog is abolished.")
    assert told(bob) == [FOLLOWED]
    assert Notification.objects.get().article is not None
    assert Notification.objects.get().article.title == "Dogs"  # type: ignore[union-attr]


def test_a_topic_is_followed_with_what_is_under_it(
    alice: User, bob: User, admin: User, category: Category, make_article: MakeArticle, told: Told
) -> None:
    below = category_actions.create_category(admin, "Sheds", category)
    following.follow(bob, "category", category.pk)
    make_article("Shed", category=below)
    assert told(bob) == [FOLLOWED]


def test_nobody_is_told_of_what_they_did_themselves(alice: User, article: Article, told: Told) -> None:
    following.follow(alice, "article", article.pk)
    publish(alice, article, "Other.")
    assert told(alice) == []


def test_minor_edits_are_silent(alice: User, bob: User, article: Article, told: Told) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.", significance="minor")
    assert told(bob) == []


def test_the_nearer_choice_wins(alice: User, bob: User, article: Article, told: Told) -> None:
    following.follow(bob, "category", article.category_id)
    following.mute(bob, article.pk)
    publish(alice, article, "Other.")
    assert told(bob) == [], "the article is muted, although its topic is followed"
    following.follow(bob, "category", article.category_id, muted=True)
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Yet another.")
    assert told(bob) == [FOLLOWED], "the article is followed, although its topic is muted"


def test_owners_follow_what_they_own_and_teams_their_topics(
    alice: User, bob: User, admin: User, category: Category, make_article: MakeArticle, told: Told
) -> None:
    article = make_article()
    told(bob)
    article_actions.update_article(alice, article.pk, owner_user=bob, owner_role=None)
    publish(alice, article, "Other.")
    assert told(bob)[-1] == ("article.published", "owner")
    reading.mark_read(bob)
    article_actions.update_article(alice, article.pk, owner_user=None, owner_role=None)
    role = create_role(None, "permits-team")
    set_user_roles(None, bob.pk, ["readers", "permits-team"])
    category_actions.update_category(admin, category.pk, owner_role=role)
    publish(alice, article, "Yet another.")
    assert told(bob) == [("article.published", "owner")], "who answers for the topic answers for what is in it"
    reading.mark_read(bob)
    choosing.change_settings(bob, follows_own=False)
    publish(alice, article, "A fourth.")
    assert told(bob) == [("article.published", "team")]
    reading.mark_read(bob)
    choosing.change_settings(bob, follows_team=False)
    publish(alice, article, "A fifth.")
    assert told(bob) == []


@pytest.mark.parametrize(
    ("choice", "hears"),
    [
        ({"categories": ["permits"]}, True),
        ({"categories": ["other"]}, False),
        ({"tags": ["fences"]}, True),
        ({"tags": ["dogs"]}, False),
        ({"categories": ["other"], "tags": ["fences"]}, True),
        ({"categories": ["permits"], "language": ["sv"]}, False),
        ({"categories": ["permits"], "language": ["en", "sv"]}, True),
        ({"language": ["en"]}, True),
        ({"categories": ["other"], "language": ["en"]}, False),
        ({"categories": []}, False),
        ({"show": "all"}, False),
    ],
)
def test_people_hear_of_what_they_chose_to_see_first(
    alice: User, bob: User, admin: User, category: Category, make_article: MakeArticle, told: Told,
    choice: dict[str, Any], hears: bool,
) -> None:  # fmt: skip
    category_actions.create_category(admin, "Other", grants={"readers": ["view"], "writers": ["publish"]})
    make_article("Dogs", tags=["dogs"])
    article = make_article("Fence", tags=["fences"])
    told(bob)
    chosen = scoping.choose_scope(bob, **choice)
    publish(alice, article, "Other.")
    assert told(bob) == ([("article.published", "team")] if hears else [])
    inside = access.visible_to(bob).filter(chosen.condition, pk=article.pk).exists()
    assert (inside and not chosen.is_everything) == hears, "as lists have it"


def test_a_muted_search_is_quiet_about_what_answers_it(
    alice: User, bob: User, make_article: MakeArticle, told: Told
) -> None:
    following.follow(bob, "category", "permits")
    following.follow(bob, "search", "dog tax", muted=True)
    make_article("Dogs", "The tax on a dog is abolished.")
    make_article("Fence", "A fence needs a permit.")
    assert told(bob) == [FOLLOWED]
    assert Notification.objects.get().article.title == "Fence"  # type: ignore[union-attr]


def test_following_what_one_may_no_longer_see_stops_silently_and_goes_on_with_the_right(
    alice: User, bob: User, article: Article, told: Told
) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.")
    assert told(bob) == [FOLLOWED]
    audience.set_article_roles(alice, article.pk, ["writers"])
    publish(alice, article, "Not for Bob.")
    assert told(bob) == [FOLLOWED], "nothing new"
    assert inbox.unread_count(bob) == 0, "and what he was told is out of sight"
    audience.set_article_roles(alice, article.pk, None)
    publish(alice, article, "For Bob again.")
    assert ("article.published", "follow") in told(bob)
    assert inbox.unread_count(bob) >= 1


def test_a_closed_account_is_told_nothing(alice: User, bob: User, article: Article, told: Told) -> None:
    following.follow(bob, "all")
    set_active(None, bob.pk, active=False)
    publish(alice, article, "Other.")
    assert told(bob) == []


def test_nobody_follows_what_they_may_not_see(charlie: User, bob: User, article: Article) -> None:
    tagged = article_actions.update_article(User.objects.get(username="alice"), article.pk, tags=["secret"])
    for target, what in (
        ("article", article.pk), ("article", 987_654), ("category", article.category_id), ("category", "permits"),
        ("category", "no-such"), ("tag", "secret"), ("tag", "none"),
    ):  # fmt: skip
        with pytest.raises(access.NotFound):
            following.follow(charlie, target, what)
    assert tagged.tags.count() == 1
    assert not Follow.objects.exists()


def test_five_versions_in_ten_minutes_are_one_notification(
    alice: User, bob: User, article: Article, told: Told
) -> None:
    following.follow(bob, "article", article.pk)
    for number in range(5):
        publish(alice, article, f"Text {number}.")
    assert told(bob) == [FOLLOWED]
    one = Notification.objects.get(recipient=bob)
    assert (one.count, one.data["version"]) == (5, 6)
    reading.mark_read(bob)
    publish(alice, article, "After it was read.")
    assert told(bob) == [FOLLOWED], "what comes after reading is new"
    minutes_pass(11)
    publish(alice, article, "Much later.")
    assert told(bob) == [FOLLOWED, FOLLOWED]


def minutes_pass(count: int) -> None:
    """What has happened and what was told of it is so much longer ago."""
    for model in (Event, Notification):
        model.objects.update(at=F("at") - timedelta(minutes=count))


def test_what_happens_every_nine_minutes_is_not_one_notification_without_end(
    alice: User, bob: User, article: Article, told: Told
) -> None:
    following.follow(bob, "article", article.pk)
    for number in range(4):
        publish(alice, article, f"Text {number}.")
        assert len(told(bob)) == number // 2 + 1
        minutes_pass(9)


def test_five_versions_are_one_notification_also_where_the_inbox_holds_nothing_of_it(
    alice: User, bob: User, article: Article, told: Told
) -> None:
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix={"article.published": {"inbox": "off", "desktop": "now", "email": "now"}})
    for number in range(5):
        publish(alice, article, f"Text {number}.")
    told(bob)
    one = Notification.objects.get(recipient=bob)
    assert (one.count, one.data["version"], one.pops) == (5, 6, True)
    choosing.change_settings(bob, matrix={"article.published": {"inbox": "now"}})
    publish(alice, article, "Wanted in the inbox by now.")
    assert told(bob) == [FOLLOWED]
    choosing.change_settings(bob, matrix={"article.published": {"desktop": "off"}})
    publish(alice, article, "Wanted on the desktop no more.")
    told(bob)
    one = Notification.objects.filter(recipient=bob).latest("event")
    assert (one.count, one.pops) == (2, False)


def test_what_is_open_before_ones_eyes_is_not_told(alice: User, bob: User, article: Article, told: Told) -> None:
    following.follow(bob, "article", article.pk)
    publish(alice, article, "Other.")
    seq = Notification.objects.count()
    assert seq == 0
    reading.saw(bob, article.pk, log.newest())
    assert told(bob) == [], "seen before it was told"
    publish(alice, article, "Yet another.")
    assert told(bob) == [FOLLOWED]
    reading.saw(bob, article.pk, log.newest())
    assert told(bob) == [], "and what is seen after it was told is read"


def test_an_article_that_is_taken_away_while_its_page_says_that_it_is_seen(
    alice: User, bob: User, article: Article
) -> None:
    following.follow(bob, "article", article.pk)
    audience.set_article_roles(alice, article.pk, ["writers"])
    assert reading.saw(bob, article.pk, log.newest()) == 0
    assert reading.saw(bob, 987_654, log.newest()) == 0
    assert not Seen.objects.exists()


def test_those_who_may_approve_are_told_and_the_proposer_gets_the_answer(
    admin: User, alice: User, category: Category, article: Article, told: Told
) -> None:
    create_role(None, "scribes")
    from articles.actions.people import create_user

    eve = create_user(None, "eve", password="x-1234-abcd", roles=["scribes"], email="eve@example.org")
    category_actions.update_category(
        admin, category.pk, grants={"writers": ["publish"], "readers": ["view"], "scribes": ["edit"]}
    )
    replace_draft(eve, article.pk, documents.from_markdown("Proposed.").document)
    proposal = propose_article(eve, article.pk)
    assert ("draft.proposed", "assigned") in told(alice)
    return_proposal(alice, proposal.pk, "Not yet.")
    assert told(eve) == [("draft.answered", "concerned")]


def test_a_suggestion_and_its_answer_reach_those_whom_they_concern(
    alice: User, bob: User, charlie: User, article: Article, told: Told
) -> None:
    one = suggest_change(bob, article.pk, documents.from_markdown("Better.").document, "Clearer")
    assert ("suggestion.made", "assigned") in told(alice)
    decline_suggestion(alice, one.pk, "No.")
    assert told(bob) == [("suggestion.answered", "concerned")]
    assert told(charlie) == []


@pytest.mark.parametrize("state", ["done", "failed"])
def test_who_planned_something_hears_what_became_of_it(alice: User, article: Article, told: Told, state: str) -> None:
    replace_draft(alice, article.pk, documents.from_markdown("Planned.").document)
    plan = plan_publication(alice, article.pk, timezone.now() + timedelta(days=1))
    if state == "failed":
        publish(alice, article, "Newer.")
    Plan.objects.update(at=timezone.now())
    carry_out(plan.pk, timezone.now())
    assert told(alice) == [("draft.planned", "concerned")]
    [one] = Notification.objects.filter(recipient=alice)
    assert one.data["state"] == state
    assert Delivery.objects.filter(notification=one, channel=Channel.EMAIL).exists()


def test_deciding_about_one_event_asks_the_same_however_many_follow(
    alice: User, bob: User, roles: object, article: Article, told: Told, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles import kept
    from articles.actions.people import create_user
    from notifications import log
    from notifications.telling.recipients import decide

    def questions() -> tuple[int, int]:
        publish(alice, article, f"Text {log.newest()}.")
        last = log.read(log.newest() - 1)[-1]
        kept.forget_all()  # who there is was read before the first time, and has changed before the second
        with CaptureQueriesContext(connection) as asked:
            decision = decide(last, timezone.now())
        return len(asked), len(decision.new)

    following.follow(bob, "article", article.pk)
    few = questions()
    for number in range(60):
        one = create_user(None, f"reader{number}", roles=["readers"])
        following.follow(one, "category", article.category_id)
        following.follow(one, "article", article.pk)
    many = questions()
    assert few == (many[0], 1)
    assert many[1] == 61
    assert many[0] <= 25


def test_what_is_wanted_later_in_the_inbox_is_not_there_before_and_all_read_does_not_swallow_it(
    alice: User, bob: User, article: Article, told: Told
) -> None:
    following.follow(bob, "article", article.pk)
    choosing.change_settings(bob, matrix={"article.published": {"inbox": "daily", "desktop": "now"}})
    publish(alice, article, "Other.")
    told(bob)
    assert inbox.unread_count(bob) == 0
    assert Notification.objects.filter(pops=True, batch__isnull=False).count() == 1, "but on the desktop"
    reading.mark_read(bob)
    Notification.objects.update(shows_at=timezone.now())
    assert inbox.unread_count(bob) == 1, "and as news"


def test_an_import_that_publishes_tells_nobody_of_its_files(
    admin: User, alice: User, bob: User, category: Category, tmp_path: Path, told: Told
) -> None:
    category_actions.update_category(admin, category.pk, owner_role=Group.objects.get(name="writers"))
    following.follow(bob, "category", category.pk)
    told(bob)
    for text in ("Text.", "What the next import brings."):
        (tmp_path / "fees.md").write_text(f"# Fees\n\n{text}")
        with open_source(tmp_path) as source:
            assert Importer(admin, source, category, publish=True).run().succeeded
    assert Event.objects.filter(kind="article.published", data__imported=True).count() == 2
    assert told(bob) == told(alice) == []
    publish(admin, Article.objects.get(title="Fees"), "By hand.")
    assert told(bob) == [FOLLOWED]
    assert [kind for kind, _reason in told(alice)] == ["article.published"]
