"""Two who act on one thread at one moment: threads with connections of their own, on the real database."""

from __future__ import annotations

import pytest

from articles import documents
from articles.actions import commenting
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user
from articles.actions.publishing import publish_article
from articles.models import Comment, Event, Thanks, User
from tests.actions.test_publishing_races import at_once, kinds


@pytest.fixture
def admin(transactional_db: None) -> User:
    """A superuser, committed, so that other connections see them."""
    return create_user(None, "admin", superuser=True)


@pytest.fixture
def thread(admin: User) -> Comment:
    """A comment that nobody has answered."""
    category = create_category(admin, "Permits", grants={"everyone": ["view"]})
    article = create_article(admin, category, "Fence", documents.from_markdown("One.").document)
    publish_article(admin, article.pk)
    return commenting.add_comment(admin, article.pk, "Is that so?")


@pytest.fixture
def person(admin: User) -> User:
    return create_user(None, "person")


def test_an_answer_to_what_is_deleted_at_that_moment_stands_in_its_thread_or_is_refused(
    admin: User, person: User, thread: Comment
) -> None:
    results = at_once(
        lambda: commenting.add_comment(person, thread.article_id, "It is.", parent=thread.pk),
        lambda: commenting.delete_comment(admin, thread.pk),
    )
    thread.refresh_from_db()
    assert thread.is_deleted
    answered = Comment.objects.filter(thread=thread).count()
    assert kinds(results) == ({"Comment": 2} if answered else {"Comment": 1, "Conflict": 1})
    assert Event.objects.filter(kind="comment.added").count() == 1 + answered


def test_an_answer_to_what_is_resolved_at_that_moment_is_never_lost_behind_it(
    admin: User, person: User, thread: Comment
) -> None:
    results = at_once(
        lambda: commenting.add_comment(person, thread.article_id, "It is not.", parent=thread.pk),
        lambda: commenting.resolve_thread(admin, thread.pk),
    )
    assert kinds(results) == {"Comment": 2}
    thread.refresh_from_db()
    order = list(Event.objects.filter(kind__startswith="comment.").order_by("seq").values_list("kind", flat=True))
    assert thread.is_resolved is (order[-1] == "comment.resolved"), "an answer after it opens the thread again"
    assert order in (
        ["comment.added", "comment.added", "comment.resolved"],
        ["comment.added", "comment.resolved", "comment.resolved", "comment.added"],
    )


def test_one_person_who_thanks_twice_at_once_thanks_once(person: User, thread: Comment) -> None:
    assert kinds(at_once(*[lambda: commenting.thank(person, thread.pk)] * 4)) == {"Comment": 4}
    assert Thanks.objects.count() == Event.objects.filter(kind="comment.thanked").count() == 1


def test_two_people_who_thank_at_once_are_both_counted(person: User, thread: Comment) -> None:
    other = create_user(None, "other")
    results = at_once(*[lambda one=one: commenting.thank(one, thread.pk) for one in (person, other)])
    assert kinds(results) == {"Comment": 2}
    told = Event.objects.filter(kind="comment.thanked").order_by("seq")
    assert [event.data["thanks"] for event in told] == [1, 2]
