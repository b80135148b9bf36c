"""Whose turn it is, and that it is always somebody's: also when people leave or lose access."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles import access, documents
from articles.actions import answering, audience, flagging, resolving
from articles.actions.article import create_article, move_article, update_article
from articles.actions.category import create_category, update_category
from articles.actions.people import create_role, create_user, set_active, set_user_roles
from articles.actions.problems import Conflict
from articles.actions.publishing import publish_article
from articles.flag_duty import FlagDuty
from articles.flag_rights import may_have
from articles.models import Article, Category, Event, Flag, User
from articles.models.flag import OPEN

from .conftest import Raise


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def work() -> None:
    """One step of the worker that has just started."""
    FlagDuty().step(threading.Event())


def test_the_owner_of_the_article_comes_first_then_the_topic_then_managers(
    flag_it: Raise, article: Article, category: Category, admin: User, alice: User, mary: User
) -> None:
    assert flag_it().assignee == mary
    update_category(admin, category.pk, owner_role=role("writers"))
    topics = flag_it()
    assert (topics.assignee, topics.team) == (alice, role("writers"))
    update_article(alice, article.pk, owner_user=admin)
    assert flag_it().assignee == admin


def test_the_nearest_topic_above_with_an_owner_answers(admin: User, alice: User, bob: User, flag_it: Raise) -> None:
    top = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]}, owner_user=alice)
    below = create_category(admin, "Fees", create_category(admin, "Bins", top))
    article = Article.objects.get(title="Building permit")
    move_article(admin, article.pk, below)
    article.refresh_from_db()
    assert flag_it(article=article).assignee == alice


def test_a_role_gives_it_to_who_may_mend_it_and_has_least_to_do(
    flag_it: Raise, article: Article, alice: User, bob: User, mary: User
) -> None:
    anna = create_user(None, "anna", roles=["writers"])
    reader = create_user(None, "rolf", roles=["readers", "writers"])
    update_article(alice, article.pk, owner_role=role("writers"))
    got = [flag_it(f"Number {number}").assignee for number in range(6)]
    assert set(got) == {alice, anna, reader}
    update_article(alice, article.pk, owner_role=role("readers"))
    assert flag_it(by=mary).assignee == reader, "the one of them who may edit"
    set_user_roles(None, reader.pk, [])
    assert flag_it(by=mary).assignee == bob, "nobody of them may edit: whoever reads"


def test_who_raised_it_does_not_answer_it_unless_the_article_is_theirs(
    flag_it: Raise, article: Article, alice: User, mary: User
) -> None:
    update_article(alice, article.pk, owner_role=role("writers"))
    assert flag_it(by=alice).assignee == mary
    update_article(alice, article.pk, owner_user=alice)
    assert flag_it(by=alice).assignee == alice


def test_who_raised_it_answers_it_where_nobody_else_is(
    flag_it: Raise, article: Article, alice: User, mary: User, admin: User
) -> None:
    set_active(None, admin.pk, active=False)
    for about in (article, None):
        assert flag_it(by=mary, article=about).assignee == mary
    update_article(alice, article.pk, owner_role=role("writers"))
    assert flag_it(by=mary).assignee == alice
    User.objects.filter(pk=alice.pk).update(absent_until=timezone.localdate())
    assert flag_it(by=mary).assignee == alice, "better somebody who is away than who raised it"


def test_whoever_is_away_is_passed_over_while_somebody_else_is_there(
    flag_it: Raise, article: Article, alice: User, mary: User
) -> None:
    update_article(alice, article.pk, owner_user=alice)
    User.objects.filter(pk=alice.pk).update(absent_until=timezone.localdate())
    assert flag_it().assignee == mary
    User.objects.filter(pk=mary.pk).update(absent_until=timezone.localdate())
    User.objects.filter(is_superuser=True).update(is_active=False)
    assert flag_it().assignee == alice, "better somebody who is away than nobody"


def test_what_is_everybodys_is_nobodys(flag_it: Raise, article: Article, alice: User, mary: User) -> None:
    update_article(alice, article.pk, owner_role=role(access.EVERYONE))
    assert flag_it().assignee == mary


def test_a_closed_account_hands_over_to_the_next_in_line(
    flag_it: Raise, article: Article, alice: User, mary: User
) -> None:
    update_article(alice, article.pk, owner_user=alice)
    flag = flag_it()
    assert flag.assignee == alice
    set_active(None, alice.pk, active=False)
    work()
    flag.refresh_from_db()
    assert flag.assignee == mary
    assert flag.steps.last().action == "handed_over"  # type: ignore[union-attr]
    assert Event.objects.get(kind="flag.assigned").data["handed_over"] is True
    work()
    assert Event.objects.filter(kind="flag.assigned").count() == 1, "once"


@pytest.mark.parametrize("how", ["roles", "grants", "restricted", "moved", "deleted"])
def test_who_loses_access_hands_over_whatever_took_it(
    flag_it: Raise, article: Article, category: Category, admin: User, alice: User, mary: User, how: str
) -> None:
    create_user(None, "anna", roles=["writers"])
    update_article(alice, article.pk, owner_user=alice)
    flag = flag_it()
    answering.assign_flag(mary, flag.pk, alice.pk)
    if how == "roles":
        set_user_roles(None, alice.pk, ["editor"])
    elif how == "grants":
        update_category(admin, category.pk, grants={"readers": ["view"]})
    elif how == "restricted":
        set_user_roles(None, alice.pk, ["editor", "csr"])
        audience.set_article_roles(admin, article.pk, ["manager"])
    elif how == "moved":
        move_article(admin, article.pk, create_category(admin, "Locked", grants={"manager": ["manage"]}))
    else:
        alice.delete()
    duty = FlagDuty()
    duty.step(threading.Event())
    flag.refresh_from_db()
    assert flag.assignee == mary
    assert may_have(access.read_view(mary.pk), flag)


def test_a_flag_that_goes_up_to_somebody_who_leaves_goes_up_to_another(flag_it: Raise, mary: User, admin: User) -> None:
    flag = flag_it()
    Flag.objects.update(assignee=admin, escalated_to=mary)
    set_active(None, mary.pk, active=False)
    work()
    flag.refresh_from_db()
    assert (flag.assignee, flag.escalated_to) == (admin, None), "nobody else is there to go up to"


def test_a_flag_goes_up_to_another_when_somebody_is_no_manager_any_more(
    flag_it: Raise, alice: User, mary: User, admin: User
) -> None:
    flag = flag_it(article=None)
    Flag.objects.update(assignee=alice, escalated_to=mary)
    other = create_user(None, "maria", roles=["manager"])
    duty = FlagDuty()
    duty.step(threading.Event())
    flag.refresh_from_db()
    assert flag.escalated_to == mary
    set_user_roles(None, mary.pk, ["readers"])
    duty.step(threading.Event())
    flag.refresh_from_db()
    assert (flag.assignee, flag.escalated_to) == (alice, other)
    assert Event.objects.get(kind="flag.overdue").data["escalated_to"] == other.pk


def test_the_worker_looks_again_only_after_rights_have_changed(
    flag_it: Raise, mary: User, django_assert_max_num_queries: object
) -> None:
    duty = FlagDuty()
    flag_it()
    duty.step(threading.Event())
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        duty.step(threading.Event())


def test_an_installation_without_managers_gives_it_to_an_administrator(flag_it: Raise, admin: User) -> None:
    assert flag_it().assignee == admin


ACTS = (
    "assign", "back", "resolve", "decline", "reopen", "leave", "return", "roles", "restrict", "unrestrict", "severity",
    "raise", "publish", "overdue",
)  # fmt: skip
Act = tuple[str, int, int]


class NothingIsEverUnownedOrUnanswered(TestCase):
    """Whatever people do, in any order: what is closed has an answer at every moment, and as soon as the worker has
    come by, what is open is one able person's."""

    @settings(max_examples=15)
    @given(
        st.lists(
            st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 4)), min_size=1, max_size=3),
            max_size=6,
        )
    )
    def test_it(self, rounds: list[list[Act]]) -> None:
        centre = Centre()
        for acts in rounds:
            for act in acts:
                with suppress(Conflict, ValueError, access.Forbidden, access.NotFound):
                    centre.do(*act)
                for flag in Flag.objects.exclude(status__in=OPEN):
                    assert flag.answer.strip(), act
            work()
            for flag in Flag.objects.filter(status__in=OPEN).select_related("article__category"):
                assert flag.assignee_id is not None, acts
                assert may_have(access.read_view(flag.assignee_id), flag), acts
                if flag.escalated_to_id is not None:
                    up = access.read_view(flag.escalated_to_id)
                    assert up.manager, acts
                    assert may_have(up, flag), acts
        access.rights._views.clear()


class Centre:
    """Four writers, a manager and an administrator, an article of the first writer's topic, and flags of the last."""

    def __init__(self) -> None:
        self.admin = create_user(None, "admin", superuser=True)
        create_role(None, "writers")
        self.people = [create_user(None, f"p{number}", roles=["writers"]) for number in range(4)]
        self.people.append(create_user(None, "mary", roles=["manager", "writers"]))
        topic = create_category(self.admin, "Permits", grants={"writers": ["publish"]}, owner_user=self.people[0])
        self.article = create_article(self.admin, topic, "Fence", documents.from_markdown("One.").document)
        publish_article(self.admin, self.article.pk)
        self.flags = [self.raised(self.people[3], self.article.pk) for _ in range(2)]
        self.flags.append(self.raised(self.people[3], None))

    def raised(self, by: User, article_id: int | None) -> int:
        return flagging.raise_flag(by, article_id, "other", "normal", f"By {by}").pk

    def do(self, what: str, which: int, who: int) -> None:
        """What one person does, or has done to them; raises what the action raises."""
        flag_id, person, admin = self.flags[which % len(self.flags)], self.people[who], self.admin
        if what == "assign":
            answering.assign_flag(admin, flag_id, person.pk)
        elif what == "back":
            answering.put_back(admin, flag_id)
        elif what == "resolve":
            answering.resolve_flag(person, flag_id, "Done.")
        elif what == "decline":
            answering.decline_flag(person, flag_id, "No.")
        elif what == "reopen":
            answering.reopen_flag(admin, flag_id, "No.")
        elif what in ("leave", "return"):
            set_active(None, person.pk, active=what == "return")
        elif what == "roles":
            set_user_roles(None, person.pk, [])
        elif what in ("restrict", "unrestrict"):
            audience.set_article_roles(admin, self.article.pk, ["manager"] if what == "restrict" else None)
        elif what == "severity":
            answering.change_flag(admin, flag_id, severity=("low", "normal", "urgent")[who % 3])
        elif what == "raise":
            self.flags.append(self.raised(person, self.article.pk if which % 2 else None))
        elif what == "publish":
            resolving.publish_resolving(person, self.article.pk, [flag_id])
        else:
            Flag.objects.filter(pk=flag_id, overdue_at=None).update(due=timezone.now())
