"""Whoever may read comments, answers, settles; what was taken away leaves a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import access
from articles.actions import commenting
from articles.actions.article import archive_article
from articles.actions.audience import set_article_roles
from articles.actions.commenting import add_comment, delete_comment, edit_comment, resolve_thread, thank
from articles.actions.people import create_role, create_user, set_user_roles
from articles.actions.problems import Conflict, Invalid, TooMany
from articles.discussion import comments_for, comments_of, fetch_comment, open_threads, threads_of
from articles.mentions import named_in, offered, people_for, roles_for
from articles.models import Anchor, Article, Comment, Event, User

MakeArticle = Callable[..., Article]
SECRET = "Public: 745 kr.\n\n::: roles manager\nInternal: 120 kr.\n:::\n\nEnd."


def told(kind: str) -> dict[str, Any]:
    data: dict[str, Any] = Event.objects.filter(kind=kind).latest("seq").data
    return data


def test_a_thread_from_question_to_settled(article: Article, alice: User, bob: User, mary: User) -> None:
    first = add_comment(bob, article.pk, " Two callers have 795 kr. \r\n\r\nWhich is right? ")
    assert first.body == "Two callers have 795 kr. \n\nWhich is right?"
    answer = add_comment(alice, article.pk, "The old one.", parent=first.pk)
    again = add_comment(bob, article.pk, "Thank you.", parent=answer.pk)
    assert (answer.thread, again.thread) == (first, first), "an answer to an answer stands in the same thread"
    assert told("comment.added") == {"comment": again.pk, "thread": first.pk, "mentions": [], "roles": []}
    settled = resolve_thread(mary, again.pk)
    assert (settled.pk, settled.resolved_by, settled.is_resolved) == (first.pk, mary, True)
    assert list(open_threads(bob, article)) == []
    add_comment(bob, article.pk, "And from January on?", parent=first.pk)
    assert list(open_threads(bob, article)) == [first], "who answers opens it again"
    assert told("comment.resolved") == {"comment": first.pk, "thread": first.pk, "resolved": False}
    events = Event.objects.count()
    assert not resolve_thread(mary, first.pk, resolved=False).is_resolved
    assert Event.objects.count() == events, "what is so already is not told again"


def test_ones_own_words_are_changed_and_taken_away_and_a_trace_stays(
    article: Article, alice: User, bob: User, mary: User, admin: User
) -> None:
    comment = add_comment(bob, article.pk, "It costs 795 kr.")
    answer = add_comment(alice, article.pk, "No.", parent=comment.pk)
    with pytest.raises(access.Forbidden):
        edit_comment(alice, comment.pk, "It costs 745 kr.")
    with pytest.raises(access.Forbidden):
        delete_comment(mary, comment.pk)
    edited = edit_comment(bob, comment.pk, "It costs 745 kr.")
    assert (edited.body, edited.edited_at is not None) == ("It costs 745 kr.", True)
    gone = delete_comment(bob, comment.pk)
    assert (gone.body, gone.deleted_by, list(open_threads(bob, article))) == ("", bob, [comment])
    assert "745" not in str(list(Event.objects.filter(kind__startswith="comment.").values("data")))
    for act in (lambda: edit_comment(bob, comment.pk, "Again"), lambda: thank(alice, comment.pk)):
        with pytest.raises(Conflict):
            act()
    assert delete_comment(admin, answer.pk).deleted_by == admin, "whoever manages the article"
    assert list(open_threads(bob, article)) == [], "a thread without words needs nobody"
    with pytest.raises(Conflict):
        add_comment(bob, article.pk, "Hello?", parent=comment.pk)


def test_thanks_are_said_once_and_taken_back(article: Article, alice: User, bob: User) -> None:
    comment = add_comment(bob, article.pk, "It is 745 kr.")
    thank(alice, comment.pk)
    thank(alice, comment.pk)
    assert (comment.thanks.count(), told("comment.thanked")["thanks"]) == (1, 1)
    with pytest.raises(Conflict):
        thank(bob, comment.pk)
    thank(alice, comment.pk, thanks=False)
    assert (comment.thanks.count(), told("comment.thanked")["thanks"]) == (0, 0)


def test_what_cannot_be_said_says_why(
    make_article: MakeArticle, article: Article, alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = add_comment(bob, make_article("Other").pk, "Elsewhere")
    for arguments, match in (
        ({"body": "  "}, "Write"),
        ({"body": "x" * 5_001}, "5001"),
        ({"body": "x", "parent": other.pk}, "no such comment"),
        ({"body": "x", "parent": 98_765}, "no such comment"),
        ({"body": "x", "quote": "not in there"}, "not in the article"),
    ):
        with pytest.raises(Invalid, match=match):
            add_comment(bob, article.pk, **arguments)
    with pytest.raises(access.NotFound):
        add_comment(charlie, article.pk, "Hello")
    with pytest.raises(access.NotFound):
        add_comment(bob, make_article("Draft", publish=False).pk, "Hello")
    thread = add_comment(bob, article.pk, "x")
    with pytest.raises(Invalid, match="no passage"):
        add_comment(bob, article.pk, "y", parent=thread.pk, quote="745 kr")
    monkeypatch.setattr(commenting, "IN_WINDOW", 3)
    add_comment(bob, article.pk, "z")
    with pytest.raises(TooMany):
        add_comment(bob, article.pk, "One more")
    archive_article(alice, article.pk)
    with pytest.raises(Conflict):
        add_comment(alice, article.pk, "Hello")
    assert Anchor.objects.count() == 0, "nothing half-done stays"


def test_what_is_said_about_a_passage_exists_for_those_who_get_the_passage(
    make_article: MakeArticle, alice: User, bob: User, mary: User
) -> None:
    article = make_article("Fees", SECRET)
    secret = add_comment(mary, article.pk, "Rather 130.", quote="Internal: 120 kr")
    answer = add_comment(alice, article.pk, "Yes.", parent=secret.pk)
    public = add_comment(bob, article.pk, "795?", quote="745 kr")
    assert list(comments_of(bob, article)) == list(comments_for(bob)) == list(threads_of(bob, article)) == [public]
    assert set(comments_of(mary, article)) == set(comments_for(alice)) == {secret, answer, public}
    for act in (
        lambda: fetch_comment(bob, secret.pk),
        lambda: fetch_comment(bob, answer.pk),
        lambda: resolve_thread(bob, answer.pk),
        lambda: thank(bob, secret.pk),
        lambda: delete_comment(bob, secret.pk),
    ):
        with pytest.raises(access.NotFound):
            act()
    with pytest.raises(Invalid, match="no such comment"):
        add_comment(bob, article.pk, "?", parent=secret.pk)
    set_user_roles(None, mary.pk, ["readers"])
    assert list(comments_of(mary, article)) == [public], "also one's own, once one does not get the passage any more"


def test_comments_of_an_article_follow_its_readers(article: Article, alice: User, bob: User, charlie: User) -> None:
    comment = add_comment(bob, article.pk, "@alice look")
    assert list(comments_for(charlie)) == []
    with pytest.raises(access.NotFound):
        fetch_comment(charlie, comment.pk)
    set_article_roles(alice, article.pk, ["manager"])
    assert list(comments_for(bob)) == []
    with pytest.raises(access.NotFound):
        edit_comment(bob, comment.pk, "Changed")
    assert list(comments_for(alice)) == [comment]


# --- Being named ----------------------------------------------------------------------------------------


def test_only_who_may_see_it_is_offered_and_named(
    make_article: MakeArticle, alice: User, bob: User, charlie: User, mary: User, admin: User
) -> None:
    article = make_article("Fees", SECRET)
    create_role(None, "strangers")
    names = {user.username for user in people_for(article)}
    assert names == {"alice", "bob", "mary", "admin"}
    assert [role.name for role in roles_for(article)] == ["readers", "writers"]
    people, roles = offered(article, "B")
    assert ([one.username for one in people], roles) == (["bob"], [])
    assert [role.name for role in offered(article, "wri")[1]] == ["writers"]
    assert offered(article, "char") == offered(article, "stran") == ([], [])
    assert [one.username for one in offered(article, "alice ahl")[0]] == ["alice"]
    comment = add_comment(bob, article.pk, "@alice, @Mary. and @charlie: ask @readers (not x@admin)")
    assert told("comment.added")["mentions"] == sorted([alice.pk, mary.pk])
    assert told("comment.added")["roles"] == ["readers"]
    edit_comment(bob, comment.pk, "@mary and @admin, please")
    assert told("comment.edited")["mentions"] == [admin.pk], "who was named before is not called again"
    assert {row.user for row in comment.mentions.all()} == {mary, admin}


def test_about_a_marked_passage_only_who_gets_it_is_offered_and_named(
    make_article: MakeArticle, alice: User, bob: User, mary: User, admin: User
) -> None:
    article = make_article("Fees", SECRET)
    secret = add_comment(mary, article.pk, "@bob @alice @readers @writers", quote="120 kr")
    assert secret.anchor is not None
    assert told("comment.added")["mentions"] == [alice.pk]
    assert told("comment.added")["roles"] == ["writers"]
    people, roles = offered(article, "", secret.anchor.audience)
    assert {one.username for one in people} == {"alice", "mary", "admin"}
    assert [role.name for role in roles] == ["writers"]


def test_in_a_draft_only_editors_are_named(make_article: MakeArticle, alice: User, bob: User, admin: User) -> None:
    article = make_article("Draft", publish=False)
    assert {one.username for one in people_for(article)} == {"alice", "admin"}
    assert [one.name for one in roles_for(article)] == ["writers"]
    assert named_in("@bob @alice", article).users == {alice.pk}


def test_a_name_may_have_dots_and_end_a_sentence(article: Article, bob: User) -> None:
    dotted = create_user(None, "eva.k@example.org", roles=["readers"])
    for body in ("Ask @eva.k@example.org.", "@EVA.K@example.org", "(@eva.k@example.org)"):
        assert named_in(body, article).users == {dotted.pk}, body
    assert named_in("me@bob.se and @@bob", article).users == set()


def test_asking_for_comments_costs_the_same_for_many(
    make_article: MakeArticle, bob: User, mary: User, django_assert_num_queries: Any
) -> None:
    article = make_article("Fees", SECRET)
    add_comment(mary, article.pk, "Secret", quote="120 kr")
    comments_of(bob, article).count()
    with django_assert_num_queries(3):  # the epoch, the marked passages, the comments
        assert list(comments_of(bob, article)) == []
    for number in range(5):
        add_comment(bob, article.pk, f"Number {number}", quote="745 kr")
    comments_of(bob, article).count()  # for whom passages are marked is read again after something happened
    with django_assert_num_queries(3):
        assert len(comments_of(bob, article)) == 5
    assert Comment.objects.count() == 6
