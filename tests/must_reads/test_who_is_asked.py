"""Whom a must-read asks: rights, roles and topics as they are now, the same for one person and for all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles import access, asked, documents
from articles.actions import people
from articles.actions.article import archive_article, bring_back_article
from articles.actions.asking import Asks, chosen_asks, end_must_read
from articles.actions.audience import set_article_roles
from articles.actions.category import create_category
from articles.actions.draft import replace_draft
from articles.actions.planning import carry_out, plan_publication
from articles.actions.problems import Conflict, Invalid
from articles.actions.proposing import approve_proposal, propose_article
from articles.actions.publishing import publish_article, restore_version
from articles.models import Article, Category, MustRead, Plan, User
from tests.conftest import PASSWORD, MakeArticle

from .conftest import PublishMustRead


def names_asked(article: Article) -> set[str]:
    """Who is asked; both ways of asking must agree about everybody."""
    question = asked.question_of(article.pk)
    if question is None:
        return set()
    ids = asked.people_asked(question)
    everybody = list(User.objects.all())
    assert {one.pk for one in everybody if question.asks(access.view_of(one))} == ids
    return {one.username for one in everybody if one.pk in ids}


def test_without_a_choice_the_audience_is_asked_but_not_who_wrote_it(
    article: Article, must_read: PublishMustRead, bob: User, charlie: User, mary: User, admin: User
) -> None:
    must_read(article)
    assert names_asked(article) == {"bob", "mary"}


def test_who_approved_it_has_read_it(article: Article, alice: User, bob: User, mary: User) -> None:
    proposal = (
        propose_article(alice, article.pk, significance="must-read", asks=Asks()) if edit(alice, article) else None
    )
    assert proposal is not None
    other = people.create_user(None, "anna", password=PASSWORD, roles=["writers"])
    approve_proposal(other, proposal.pk)
    assert names_asked(article) == {"bob", "mary"}


def edit(user: User, article: Article) -> bool:
    replace_draft(user, article.pk, documents.from_markdown(f"Changed at {timezone.now()}.").document)
    return True


def test_roles_narrow_it_and_give_nobody_access(
    article: Article, must_read: PublishMustRead, bob: User, charlie: User, mary: User
) -> None:
    must_read(article, roles=("csr",))
    assert names_asked(article) == {"bob"}, "Charlie is a CSR too, and may not see the article"


def test_topics_ask_their_readers(
    article: Article, must_read: PublishMustRead, admin: User, bob: User, charlie: User, mary: User
) -> None:
    people.create_role(None, "wardens")
    people.set_user_roles(None, bob.pk, ["readers", "wardens"])
    other = create_category(admin, "Parking", grants={"wardens": ["view"]})
    must_read(article, categories=(other.pk,))
    assert names_asked(article) == {"bob"}


def test_a_role_that_is_no_more_asks_nobody_rather_than_everybody(
    article: Article, must_read: PublishMustRead, bob: User
) -> None:
    people.create_role(None, "wardens")
    must_read(article, roles=("wardens",))
    Group.objects.get(name="wardens").delete()
    people.tell_access_changed(None, None)
    assert names_asked(article) == set()


def test_whoever_gains_access_is_asked_and_whoever_loses_it_is_not(
    article: Article, must_read: PublishMustRead, bob: User, charlie: User
) -> None:
    must_read(article)
    people.set_user_roles(None, charlie.pk, ["readers"])
    assert names_asked(article) == {"bob", "charlie"}
    people.set_user_roles(None, bob.pk, ["csr"])
    assert names_asked(article) == {"charlie"}
    people.set_active(None, charlie.pk, active=False)
    assert names_asked(article) == set()


def test_restricting_the_article_narrows_it_at_once(
    article: Article, must_read: PublishMustRead, alice: User, bob: User, mary: User
) -> None:
    must_read(article)
    set_article_roles(alice, article.pk, ["manager"])
    assert names_asked(article) == {"mary"}


def test_what_is_archived_asks_nobody_until_it_is_back(
    article: Article, must_read: PublishMustRead, alice: User, bob: User
) -> None:
    must_read(article)
    archive_article(alice, article.pk)
    assert names_asked(article) == set()
    bring_back_article(alice, article.pk)
    assert names_asked(article) == {"bob"}


def test_a_later_normal_version_does_not_undo_it_and_a_later_must_read_replaces_it(
    article: Article, must_read: PublishMustRead, alice: User, bob: User
) -> None:
    first = must_read(article, roles=("manager",))
    publish_article(alice, article.pk)
    restore_version(alice, article.pk, 1)
    question = asked.question_of(article.pk)
    assert question is not None
    assert (question.number, question.newest) == (first.number, 4)
    must_read(article)
    question = asked.question_of(article.pk)
    assert question is not None
    assert (question.number, question.everybody) == (5, True)
    assert MustRead.objects.filter(article=article, is_current=True).count() == 1


def test_a_manager_stops_asking(article: Article, must_read: PublishMustRead, mary: User, bob: User) -> None:
    version = must_read(article)
    with pytest.raises(access.Forbidden):
        end_must_read(bob, article.pk, version=version.number)
    end_must_read(mary, article.pk, version=version.number)
    assert names_asked(article) == set()
    with pytest.raises(Conflict):
        end_must_read(mary, article.pk, version=version.number)


def test_what_was_proposed_or_planned_keeps_whom_it_asks(article: Article, alice: User, bob: User, mary: User) -> None:
    asks = Asks(roles=("manager",), days=7)
    edit(alice, article)
    version = approve_proposal(
        alice, propose_article(alice, article.pk, significance="must-read", asks=asks).pk
    )  # fmt: skip
    kept = MustRead.objects.get(version=version)
    assert (kept.roles, kept.due) == (["manager"], timezone.localdate() + timedelta(days=7))
    edit(alice, article)
    at = timezone.now() + timedelta(days=30)
    plan = plan_publication(alice, article.pk, at, significance="must-read", asks=asks)
    Plan.objects.filter(pk=plan.pk).update(at=timezone.now() - timedelta(seconds=1))
    done = carry_out(plan.pk, timezone.now())
    assert done is not None
    again = MustRead.objects.get(version=done.version)
    assert (again.roles, again.due) == (["manager"], timezone.localdate() + timedelta(days=7)), (
        "from its publication on"
    )
    assert names_asked(article) == {"mary"}


def test_what_cannot_be_asked_is_said(alice: User, admin: User, category: Category) -> None:
    hidden = create_category(admin, "Secret")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("roles", {"roles": ["no-such"]}),
        ("categories", {"categories": ["no-such"]}),
        ("categories", {"categories": [hidden.slug]}),
        ("days", {"days": 0}),
        ("days", {"days": 366}),
    ]
    for field, wrong in cases:
        with pytest.raises(Invalid) as said:
            chosen_asks(alice, **wrong)
        assert list(said.value.fields) == [field]
    assert chosen_asks(alice, roles=["csr"], categories=["permits"], days=3) == Asks(("csr",), (category.pk,), 3)


def test_too_many_in_a_week_are_counted_for_each_person(
    make_article: MakeArticle, must_read: PublishMustRead, alice: User, bob: User, mary: User, settings: Any,
    signed_in: Callable[[User], Client],
) -> None:  # fmt: skip
    settings.MUST_READS_PER_WEEK = 2
    address = f"/articles/{make_article('Three', publish=False).pk}/publish/"
    warning = "With this one 1 person is asked for more than 2 must-reads in a week."
    assert warning not in signed_in(alice).get(address).content.decode()
    must_read(make_article("One"))
    must_read(make_article("Two"), roles=("csr",))
    assert asked.asked_this_week([bob.pk, mary.pk]) == {bob.pk: 2, mary.pk: 1}
    assert asked.too_much_for([bob.pk, mary.pk]) == asked.TooMuch(1, (("Bob Berg", 2),))
    page = signed_in(alice).get(address).content.decode()
    assert warning in page
    assert "Bob Berg (2)" in page
    # The page asks again when roles are chosen: it is about those who would be asked.
    assert warning not in signed_in(alice).get(f"{address}?ask_roles=manager").content.decode()
    assert warning in signed_in(alice).get(f"{address}?ask_roles=manager&ask_roles=csr").content.decode()
    MustRead.objects.update(asked_at=timezone.now() - timedelta(days=8))
    people.tell_access_changed(None, None)
    assert asked.too_much_for([bob.pk, mary.pk]) == asked.TooMuch(0, ())


def test_many_people_are_as_few_queries_as_few(
    make_article: MakeArticle, must_read: PublishMustRead, bob: User, django_assert_num_queries: Any
) -> None:
    must_read(make_article("One"))
    rows = [User(username=f"person{n}", password="!") for n in range(2_000)]
    readers = Group.objects.get(name="readers")
    made = User.objects.bulk_create(rows)
    User.groups.through.objects.bulk_create(
        User.groups.through(user_id=one.pk, group_id=readers.pk) for one in made
    )  # fmt: skip
    people.tell_access_changed(None, None)
    with django_assert_num_queries(7):  # the epoch twice, what is asked, and everybody in four
        question = asked.questions()[0]
        assert len(asked.people_asked(question)) == 2_001
