"""Many who decide at one moment: threads with connections of their own, on the real database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from articles import documents
from articles.actions.article import create_article, update_article
from articles.actions.category import create_category, update_category
from articles.actions.draft import replace_draft
from articles.actions.live_publishing import note_live_writing, publish_written
from articles.actions.people import create_user
from articles.actions.planning import carry_out, plan_publication
from articles.actions.problems import Conflict
from articles.actions.proposing import approve_proposal, propose_article, return_proposal
from articles.actions.publishing import publish_article
from articles.models import Article, Draft, Event, Plan, User, Version


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A superuser, committed, so that other connections see them."""
    return create_user(None, "admin", password=None, superuser=True)


@pytest.fixture
def article(admin: User) -> Article:
    """A published article whose draft has moved on."""
    category = create_category(admin, "Permits")
    made = create_article(admin, category, "Fence", documents.from_markdown("One.").document)
    publish_article(admin, made.pk)
    write(admin, made, "Two.")
    return made


def write(user: User, article: Article, markdown: str) -> int:
    return replace_draft(user, article.pk, documents.from_markdown(markdown).document)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of it at one moment; gives what each gave, or the Conflict that it raised."""
    results: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            results[place] = act()
        except Conflict as problem:
            results[place] = problem
        except Exception as problem:  # shown by the assertion of the test
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def kinds(results: list[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in results)


def test_of_many_who_press_publish_at_once_one_publishes_and_the_others_are_told(admin: User, article: Article) -> None:
    seq = Draft.objects.get(pk=article.pk).seq
    results = at_once(*[lambda: publish_article(admin, article.pk, seq=seq, seen=1)] * 6)
    assert kinds(results) == {"Version": 1, "Conflict": 5}
    assert all("Version 2 was published by" in str(one) for one in results if isinstance(one, Conflict))
    assert Version.objects.filter(article=article).count() == 2


def test_many_who_publish_whatever_it_is_get_a_version_each_without_a_gap(admin: User, article: Article) -> None:
    results = at_once(*[lambda: publish_article(admin, article.pk)] * 6)
    assert kinds(results) == {"Version": 6}
    assert sorted(Version.objects.filter(article=article).values_list("number", flat=True)) == list(range(1, 8))
    assert Event.objects.filter(kind="article.published").count() == 7


def test_a_version_holds_one_state_of_the_draft_never_a_mix(admin: User, article: Article) -> None:
    texts = [f"State {number}.\n\nOf state {number}." for number in range(5)]

    def write_all() -> None:
        for text in texts:
            write(admin, article, text)

    def publish_all() -> None:
        for _ in range(5):
            publish_article(admin, article.pk)

    assert at_once(write_all, publish_all, publish_all) == [None, None, None]
    said = {documents.to_text(one.document) for one in Version.objects.filter(article=article)}
    assert said <= {"One.", "Two.", *texts}


def test_a_proposal_is_decided_once(admin: User, article: Article) -> None:
    proposal = propose_article(admin, article.pk)
    results = at_once(
        *[lambda: approve_proposal(admin, proposal.pk, seen=1)] * 3,
        *[lambda: return_proposal(admin, proposal.pk, "Not yet.")] * 3,
    )
    assert kinds(results)["Conflict"] == 5
    proposal.refresh_from_db()
    assert Version.objects.filter(article=article).count() == (2 if proposal.state == "approved" else 1)


def test_many_propose_at_once_and_one_proposal_stays_open(admin: User, article: Article) -> None:
    results = at_once(*[lambda: propose_article(admin, article.pk)] * 4)
    assert kinds(results) == {"Proposal": 4}
    assert Counter(article.proposals.values_list("state", flat=True)) == {"open": 1, "replaced": 3}


def test_many_workers_carry_a_plan_out_once(admin: User, article: Article) -> None:
    plan = plan_publication(admin, article.pk, timezone.now() + timedelta(days=1))
    Plan.objects.update(at=timezone.now())
    results = at_once(*[lambda: carry_out(plan.pk, timezone.now())] * 4)
    assert kinds(results) == {"Plan": 1, "NoneType": 3}
    assert Version.objects.filter(article=article).count() == 2


def test_many_workers_publish_what_was_written_once(admin: User, article: Article) -> None:
    update_category(admin, article.category_id, publishing="live")
    Draft.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    assert at_once(*[note_live_writing] * 3) == [None] * 3
    results = at_once(*[lambda: publish_written(article.pk, timezone.now())] * 4)
    assert kinds(results) == {"Version": 1, "NoneType": 3}


def test_two_who_add_a_tag_at_once_both_have_their_way(admin: User, article: Article) -> None:
    acts = [lambda name=name: update_article(admin, article.pk, add_tags=[name]) for name in "abcd"]
    assert kinds(at_once(*acts)) == {"Article": 4}
    assert {tag.name for tag in article.tags.all()} == set("abcd")
    update_article(admin, article.pk, add_tags=["e"], remove_tags=["A", "b"])
    assert {tag.name for tag in article.tags.all()} == set("cde")
