"""From new to accepted: what each may do to a flag, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import access
from articles.actions import answering, flagging
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article
from articles.models import Article, Event, Flag, User

from .conftest import Raise


def test_a_flag_lives_from_raised_to_accepted(
    flag_it: Raise, article: Article, alice: User, bob: User, mary: User
) -> None:
    flag = flag_it()
    answering.assign_flag(mary, flag.pk, alice.pk)
    answering.answer_flag(alice, flag.pk, "I ask the finance office.")
    publish_article(alice, article.pk)
    answering.resolve_flag(alice, flag.pk, "It is 795 kr now.", version=2)
    answering.reopen_flag(bob, flag.pk, "The table still says 745.")
    answering.resolve_flag(alice, flag.pk, "The table too.")
    done = answering.accept_answer(bob, flag.pk)
    assert (done.status, done.answer, done.reopenings) == ("resolved", "The table too.", 1)
    assert done.accepted_at
    assert [step.action for step in done.steps.all()] == [
        "raised", "routed", "assigned", "answered", "resolved", "reopened", "resolved", "accepted",
    ]  # fmt: skip
    kinds = Event.objects.filter(kind__startswith="flag.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == [
        "flag.raised", "flag.assigned", "flag.updated", "flag.resolved", "flag.reopened", "flag.resolved",
        "flag.accepted",
    ]  # fmt: skip
    assert Event.objects.filter(kind="flag.resolved").order_by("seq").first().data["version"] == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("act", [answering.resolve_flag, answering.decline_flag, answering.answer_flag])
def test_nothing_is_closed_without_an_answer(flag_it: Raise, alice: User, act: Callable[..., Flag]) -> None:
    flag = flag_it()
    for answer in ("", " \n "):
        with pytest.raises(Invalid) as problem:
            act(alice, flag.pk, answer)
        assert "answer" in problem.value.fields
    flag.refresh_from_db()
    assert flag.is_open


def test_the_database_itself_refuses_what_is_closed_and_unanswered(flag_it: Raise) -> None:
    flag = flag_it()
    for change in ({"status": "resolved"}, {"status": "declined", "answer": "No."}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.filter(pk=flag.pk).update(**change)


def test_readers_may_not_work_on_flags_but_whoever_has_one_may(flag_it: Raise, bob: User, mary: User) -> None:
    flag = flag_it()
    acts: list[Callable[[], Flag]] = [
        lambda: answering.assign_flag(bob, flag.pk, bob.pk),
        lambda: answering.put_back(bob, flag.pk),
        lambda: answering.resolve_flag(bob, flag.pk, "Done."),
        lambda: answering.decline_flag(bob, flag.pk, "No."),
        lambda: answering.change_flag(bob, flag.pk, severity="urgent"),
    ]
    for act in acts:
        with pytest.raises(access.Forbidden):
            act()
    answering.assign_flag(mary, flag.pk, bob.pk)
    assert answering.resolve_flag(bob, flag.pk, "I asked.").status == "resolved"


def test_who_sees_nothing_learns_nothing(flag_it: Raise, charlie: User) -> None:
    flag = flag_it()
    for flag_id in (flag.pk, 987_654):
        with pytest.raises(access.NotFound):
            answering.resolve_flag(charlie, flag_id, "x")
        with pytest.raises(access.NotFound):
            flagging.fetch_flag(charlie, flag_id)


def test_a_flag_is_given_only_to_who_sees_its_article(flag_it: Raise, mary: User, charlie: User) -> None:
    flag = flag_it()
    said = set()
    for person_id in (charlie.pk, 987_654):
        with pytest.raises(Invalid) as problem:
            answering.assign_flag(mary, flag.pk, person_id)
        said.add(str(problem.value))
    assert len(said) == 1, "the message must not tell who exists"


def test_only_who_raised_it_accepts_and_only_an_answer(flag_it: Raise, alice: User, bob: User) -> None:
    flag = flag_it()
    with pytest.raises(Conflict):
        answering.accept_answer(bob, flag.pk)
    with pytest.raises(Conflict):
        answering.reopen_flag(bob, flag.pk, "It is open.")
    answering.decline_flag(alice, flag.pk, "It holds.")
    with pytest.raises(access.Forbidden):
        answering.accept_answer(alice, flag.pk)
    assert answering.accept_answer(bob, flag.pk).accepted_at
    with pytest.raises(Conflict):
        answering.resolve_flag(alice, flag.pk, "Again.")


def test_reopening_needs_words_and_gives_a_new_time(flag_it: Raise, alice: User, bob: User) -> None:
    flag = flag_it()
    answering.resolve_flag(alice, flag.pk, "Done.")
    long_ago = timezone.now() - timedelta(days=60)
    Flag.objects.update(due=long_ago, overdue_at=long_ago)
    with pytest.raises(Invalid):
        answering.reopen_flag(bob, flag.pk, " ")
    again = answering.reopen_flag(bob, flag.pk, "No.")
    assert again.due > timezone.now()
    assert again.overdue_at is None
    assert again.assignee_id is not None


def test_who_decides_about_an_old_state_is_told_what_is_now(flag_it: Raise, alice: User, mary: User) -> None:
    flag = flag_it()
    answering.assign_flag(mary, flag.pk, alice.pk)
    with pytest.raises(Conflict) as problem:
        answering.decline_flag(alice, flag.pk, "No.", revision=flag.revision)
    assert "Mary Modin" in str(problem.value)
    assert "Alice Ahlgren" in str(problem.value)


def test_putting_back_gives_it_to_another_if_there_is_one(flag_it: Raise, mary: User, admin: User) -> None:
    flag = flag_it()
    answering.assign_flag(mary, flag.pk, mary.pk)
    back = answering.put_back(mary, flag.pk)
    assert (back.status, back.assignee) == ("new", admin)


def test_another_severity_is_another_time(flag_it: Raise, alice: User) -> None:
    flag = flag_it(severity="low")
    urgent = answering.change_flag(alice, flag.pk, severity="urgent", kind="outdated")
    assert urgent.due < flag.due
    assert urgent.kind == "outdated"
    assert answering.change_flag(alice, flag.pk, severity="urgent").revision == urgent.revision, "nothing changed"


def test_what_is_less_pressing_than_was_said_is_not_overdue_any_more(flag_it: Raise, alice: User, mary: User) -> None:
    flag = flag_it(severity="urgent")
    Flag.objects.update(overdue_at=timezone.now(), escalated_to=mary)
    low = answering.change_flag(alice, flag.pk, severity="low")
    assert (low.overdue_at, low.escalated_to) == (None, None)
    Flag.objects.update(overdue_at=timezone.now(), escalated_to=mary, created_at=timezone.now() - timedelta(days=90))
    late = answering.change_flag(alice, flag.pk, severity="urgent")
    assert late.overdue_at
    assert late.escalated_to == mary


def test_an_urgent_flag_warns_until_it_is_lifted_or_closed(flag_it: Raise, alice: User) -> None:
    flag = flag_it(severity="urgent")
    assert flag.warns
    worded = answering.word_warning(alice, flag.pk, " The fee  may be wrong ")
    assert worded.warning == "The fee may be wrong"
    assert not answering.lift_warning(alice, flag.pk).warns
    assert answering.word_warning(alice, flag.pk, "Still").warns
    assert not answering.resolve_flag(alice, flag.pk, "Done.").warns
    with pytest.raises(Conflict):
        answering.lift_warning(alice, flag.pk)
    with pytest.raises(Conflict):
        answering.word_warning(alice, flag_it().pk, "x")


def test_only_a_version_of_its_article_can_have_fixed_it(flag_it: Raise, alice: User, mary: User) -> None:
    flag, missing = flag_it(), flag_it(article=None, kind="missing")
    for pk, by, number in ((flag.pk, alice, 9), (missing.pk, mary, 1)):
        with pytest.raises(Invalid):
            answering.resolve_flag(by, pk, "Done.", version=number)
