"""In live categories what was written publishes itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from articles import access, documents
from articles.actions.category import update_category
from articles.actions.live_publishing import DECIDING, hold_live_publishing, publish_now, publish_written
from articles.actions.people import set_user_roles
from articles.actions.planning import cancel_plan, plan_archiving, plan_publication, resume_plan
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article
from articles.actions.suggesting import merge_suggestion, suggest_change
from articles.drafts.compaction import compact
from articles.models import Article, Category, Draft, LiveWriting, Plan, User, Version
from articles.publishing_duty import publish_what_is_due

from .conftest import Write

MakeArticle = Callable[..., Article]


@pytest.fixture
def live(admin: User, category: Category, article: Article) -> Article:
    """A published article in a live category."""
    update_category(admin, category.pk, publishing="live")
    article.refresh_from_db()
    return article


def rested(article: Article, seconds: float) -> int:
    """Let so many seconds pass since somebody wrote, and the worker work; gives how many versions there are."""
    Draft.objects.filter(pk=article.pk).update(changed_at=timezone.now() - timedelta(seconds=seconds))
    publish_what_is_due(threading.Event())
    return Version.objects.filter(article=article).count()


def test_what_rests_becomes_one_version_with_all_who_wrote(live: Article, alice: User, eve: User, write: Write) -> None:
    for number in range(5):
        write(alice, live, f"Alice wrote {number}.")
    write(eve, live, "Alice wrote 4.\n\nEve too.")
    assert rested(live, 10) == 1
    assert rested(live, 61) == 2
    version = Version.objects.get(article=live, number=2)
    assert (version.author, version.note) == (eve, "Written by Eve Ek, Alice Ahlgren")
    assert documents.to_text(version.document) == "Alice wrote 4.\n\nEve too."
    assert not Draft.objects.get(pk=live.pk).has_unpublished_changes
    assert rested(live, 61) == 2
    assert not LiveWriting.objects.exists()


def test_who_writes_without_a_pause_is_published_after_a_while(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "One.")
    assert rested(live, 1) == 1
    LiveWriting.objects.update(since=timezone.now() - settings.LIVE_LONGEST)
    write(alice, live, "Two.")
    assert rested(live, 1) == 2


def test_the_note_is_in_the_language_of_the_article_and_survives_the_merging_of_the_log(
    make_article: MakeArticle, live: Article, alice: User, write: Write
) -> None:
    article = make_article("Staket", "Ett.", language="sv")
    write(alice, article, "Två.")
    compact(article.pk)
    assert rested(article, 61) == 2
    assert Version.objects.get(article=article, number=2).note == "Skrivet av Alice Ahlgren"


def test_what_has_errors_waits_until_somebody_writes_again(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "")
    assert rested(live, 61) == 1
    assert LiveWriting.objects.get(pk=live.pk).refused_seq == Draft.objects.get(pk=live.pk).seq
    assert rested(live, 120) == 1
    write(alice, live, "Something.")
    assert rested(live, 61) == 2


def test_writing_there_and_back_makes_no_version(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "Other.")
    write(alice, live, "A permit costs **745 kr**.")
    assert rested(live, 61) == 1
    assert not Draft.objects.get(pk=live.pk).has_unpublished_changes


def test_only_what_is_published_in_a_live_category_publishes_itself(
    make_article: MakeArticle, live: Article, alice: User, admin: User, category: Category, write: Write
) -> None:
    new = make_article("New", "Half a sent", publish=False)
    assert rested(new, 3600) == 0
    write(alice, live, "Other.")
    update_category(admin, category.pk, publishing="reviewed")
    assert rested(live, 3600) == 1


def test_somebody_who_may_not_any_more_publishes_nothing_and_another_writer_does(
    live: Article, alice: User, eve: User, write: Write
) -> None:
    write(alice, live, "Alice.")
    write(eve, live, "Alice. Eve.")
    set_user_roles(None, eve.pk, ["readers"])
    assert rested(live, 61) == 2
    assert Version.objects.get(article=live, number=2).author == alice
    write(alice, live, "Alone.")
    set_user_roles(None, alice.pk, ["readers"])
    assert rested(live, 61) == 2


def test_a_second_worker_finds_nothing_to_do(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "Other.")
    rested(live, 61)
    assert publish_written(live.pk, timezone.now()) is None


def test_whoever_writes_may_publish_at_once(live: Article, eve: User, bob: User, write: Write) -> None:
    write(eve, live, "Other.")
    assert publish_now(eve, live.pk).note == "Written by Eve Ek"
    with pytest.raises(Conflict, match="Nothing to publish"):
        publish_now(eve, live.pk)
    with pytest.raises(access.Forbidden):
        publish_now(bob, live.pk)


def test_whoever_suggested_what_was_taken_over_is_named_once(
    live: Article, alice: User, bob: User, write: Write
) -> None:
    for text in ("A permit costs **795 kr**.", "A permit costs **795 kr** now."):
        document = documents.from_markdown(text).document
        merge_suggestion(alice, suggest_change(bob, live.pk, document, "It rose", version=1).pk, choices={0: "theirs"})
    assert rested(live, 61) == 2
    name = bob.get_full_name()
    assert Version.objects.get(article=live, number=2).note == f"Written by Alice Ahlgren, as suggested by {name}"
    write(alice, live, "Other.")
    assert rested(live, 61) == 3
    assert Version.objects.get(article=live, number=3).note == "Written by Alice Ahlgren"


# --- What is planned ----------------------------------------------------------------------------------


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def test_what_is_planned_waits_for_its_hour_and_what_came_after_follows(
    live: Article, alice: User, write: Write, tomorrow: datetime
) -> None:
    write(alice, live, "From the first of January.")
    plan = plan_publication(alice, live.pk, tomorrow, note="New year")
    assert rested(live, 61) == 1
    write(alice, live, "From the first of January. And more.")
    assert rested(live, 3600) == 1
    LiveWriting.objects.update(since=timezone.now() - settings.LIVE_LONGEST)
    assert rested(live, 1) == 1
    Plan.objects.filter(pk=plan.pk).update(at=timezone.now() - timedelta(seconds=1))
    rested(live, 1)
    planned = Version.objects.get(article=live, number=2)
    assert (documents.to_text(planned.document), planned.note) == ("From the first of January.", "New year")
    assert rested(live, 61) == 3
    assert documents.to_text(Version.objects.get(article=live, number=3).document).endswith("And more.")


def test_a_plan_that_is_cancelled_can_be_taken_back_for_a_pause_then_the_draft_publishes_itself(
    live: Article, alice: User, write: Write, tomorrow: datetime
) -> None:
    write(alice, live, "Other.")
    plan = plan_publication(alice, live.pk, tomorrow)
    cancel_plan(alice, plan.pk)
    assert rested(live, 3600) == 1
    resume_plan(alice, plan.pk)
    assert rested(live, 3600) == 1
    cancel_plan(alice, plan.pk)
    Plan.objects.filter(pk=plan.pk).update(answered_at=timezone.now() - settings.LIVE_PAUSE)
    assert rested(live, 3600) == 2


def test_neither_an_overtaken_plan_nor_one_to_archive_keeps_a_draft_waiting(
    live: Article, alice: User, write: Write, tomorrow: datetime
) -> None:
    plan_archiving(alice, live.pk, tomorrow)
    write(alice, live, "One.")
    assert rested(live, 61) == 2
    write(alice, live, "Two.")
    plan_publication(alice, live.pk, tomorrow)
    publish_now(alice, live.pk)
    write(alice, live, "Three.")
    assert rested(live, 61) == 4


# --- Who decides about it -----------------------------------------------------------------------------


def test_what_somebody_decides_about_waits_for_them_but_not_for_ever(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "Other.")
    until = hold_live_publishing(alice, live.pk)  # before the worker has seen it
    assert until is not None
    assert until - timezone.now() <= DECIDING
    assert rested(live, 3600) == 1
    LiveWriting.objects.update(held_until=timezone.now())
    assert rested(live, 3600) == 2


def test_what_is_written_meanwhile_publishes_itself_after_its_pause(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "Other.")
    rested(live, 1)
    hold_live_publishing(alice, live.pk)
    write(alice, live, "Quite other.")
    assert rested(live, 61) == 2


def test_publishing_ends_the_waiting(live: Article, alice: User, write: Write) -> None:
    write(alice, live, "Other.")
    hold_live_publishing(alice, live.pk)
    publish_article(alice, live.pk, note="The fee rose.", seq=Draft.objects.get(pk=live.pk).seq)
    assert not LiveWriting.objects.exists()


def test_nothing_waits_where_nothing_would_publish_itself(
    live: Article, alice: User, bob: User, admin: User, category: Category, write: Write
) -> None:
    assert hold_live_publishing(alice, live.pk) is None
    write(alice, live, "Other.")
    with pytest.raises(access.Forbidden):
        hold_live_publishing(bob, live.pk)
    update_category(admin, category.pk, publishing="reviewed")
    assert hold_live_publishing(alice, live.pk) is None
    assert not LiveWriting.objects.exists()


def test_what_has_published_itself_is_published_again_with_something_to_say(
    live: Article, alice: User, admin: User, category: Category, write: Write
) -> None:
    seq = write(alice, live, "Other.")
    assert rested(live, 61) == 2
    with pytest.raises(Invalid, match="Say what changed"):
        publish_article(alice, live.pk, seq=seq, seen=2, again=True)
    again = publish_article(alice, live.pk, note="Fee", significance="must-read", seq=seq, seen=2, again=True)
    assert (again.number, again.note, again.significance) == (3, "Fee", "must-read")
    with pytest.raises(Conflict):  # pressed twice
        publish_article(alice, live.pk, note="Fee", significance="must-read", seq=seq, seen=2, again=True)
    update_category(admin, category.pk, publishing="reviewed")
    with pytest.raises(Conflict, match="Nothing to publish"):
        publish_article(alice, live.pk, note="Fee", seq=seq, seen=3, again=True)
