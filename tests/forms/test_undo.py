"""What was taken away comes back from the message that says that it is gone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.announcing import add_notice, edit_notice
from articles.actions.answering import assign_flag, resolve_flag, word_warning
from articles.actions.article import archive_article
from articles.actions.audience import set_article_roles
from articles.actions.centre_hours import set_holiday
from articles.actions.commenting import add_comment, delete_comment
from articles.actions.draft import replace_draft
from articles.actions.flagging import raise_flag
from articles.actions.noting import add_note
from articles.actions.people import create_role, create_user, set_user_roles
from articles.actions.planning import plan_archiving
from articles.actions.problems import Invalid
from articles.actions.proposing import propose_article
from articles.actions.publishing import publish_article
from articles.actions.suggesting import suggest_change
from articles.actions.synonym import save_synonyms
from articles.models import Article, Category, Event, Flag, Holiday, Note, Notice, Plan, SynonymGroup, User
from articles.notes import notes_of
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


def offered(page: str) -> list[str]:
    """What the undo buttons of a page would send."""
    return [html.unescape(kept) for kept in re.findall(r'name="kept" value="([^"]*)"', page)]


def test_a_note_comes_back_as_it_was(article: Article, bob: User, alice: User, signed_in: SignIn) -> None:
    until = timezone.now() + timedelta(days=3)
    note = add_note(bob, article.pk, "Ask twice.", audience="readers", quote="745 kr", expires=until, pinned=True)
    client = signed_in(bob)
    page = client.post(f"/notes/{note.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert not Note.objects.exists()
    (kept,) = offered(page)
    assert signed_in(alice).post("/undo/", {"kept": kept}).status_code == 409, "it is signed for Bob"
    assert client.post("/undo/", {"kept": kept[:-1] + "x"}).status_code == 409
    assert client.post("/undo/", {"kept": kept}).status_code == 302
    back = Note.objects.select_related("role", "anchor").get()
    assert (back.author, back.body, back.pinned, back.expires_at) == (bob, "Ask twice.", True, until)
    assert back.role is not None
    assert back.role.name == "readers"
    assert back.anchor is not None
    assert back.anchor.quote == "745 kr"


def test_a_note_on_a_passage_for_certain_roles_comes_back_there_or_not_at_all(
    make_article: MakeArticle, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    text = "It costs 120 kr.\n\n::: roles manager\nFor us it costs 120 kr, less 10.\n:::"
    article = make_article("Fees", text)
    note = add_note(mary, article.pk, "Rather 11.", audience="readers", quote="120 kr, less")
    Note.objects.update(expires_at=timezone.now())
    client = signed_in(mary)
    page = client.post(f"/notes/{note.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert undone(client, page, signed_in(alice)) == 302
    back = Note.objects.select_related("anchor").get()
    assert back.anchor is not None
    assert back.anchor.audience == "manager"
    assert list(notes_of(bob, article)) == []
    page = client.post(f"/notes/{back.pk}/", {"do": "delete"}, follow=True).content.decode()
    replace_draft(alice, article.pk, documents.from_markdown("It costs 120 kr, less nothing.").document)
    publish_article(alice, article.pk)
    assert undone(client, page, signed_in(alice)) == 409
    assert not Note.objects.exists()


def test_a_notice_whose_role_is_gone_does_not_become_one_for_all(
    category: Category, alice: User, signed_in: SignIn
) -> None:
    create_role(None, "drivers")
    later = timezone.now() + timedelta(hours=9)
    set_user_roles(None, alice.pk, ["editor", "writers", "drivers"])
    notice = add_notice(alice, "The van is blue.", later, roles=["drivers"], categories=["permits"])
    Group.objects.filter(name="drivers").delete()
    with pytest.raises(Invalid, match="is gone"):
        edit_notice(alice, notice.pk, roles=[])
    page = signed_in(alice).post(f"/notices/{notice.pk}/", {"do": "end"}, follow=True).content.decode()
    assert "Nobody is shown it any more." in page
    assert offered(page) == []


def test_nobody_is_offered_the_note_of_somebody_else(article: Article, bob: User, signed_in: SignIn) -> None:
    note = add_note(bob, article.pk, "Ask twice.", audience="readers")
    boss = create_user(None, "boss", superuser=True, roles=["readers"])
    page = signed_in(boss).post(f"/notes/{note.pk}/", {"do": "delete"}, follow=True).content.decode()
    assert not Note.objects.exists()
    assert offered(page) == []


def test_a_comment_has_its_words_again(article: Article, bob: User, alice: User, signed_in: SignIn) -> None:
    comment = add_comment(bob, article.pk, "Is it so, @alice?", quote="745 kr")
    client = signed_in(bob)
    page = client.post(f"/comments/{comment.pk}/", {"do": "delete"}, follow=True).content.decode()
    (kept,) = offered(page)
    comment.refresh_from_db()
    assert (comment.body, comment.is_deleted) == ("", True)
    assert signed_in(alice).post("/undo/", {"kept": kept}).status_code == 409
    for _twice in range(2):
        assert client.post("/undo/", {"kept": kept}).status_code == 302
    comment.refresh_from_db()
    assert (comment.body, comment.is_deleted) == ("Is it so, @alice?", False)
    assert [row.user for row in comment.mentions.all()] == [alice]


def test_what_a_moderator_took_away_does_not_come_back(
    article: Article, bob: User, admin: User, signed_in: SignIn
) -> None:
    comment = add_comment(bob, article.pk, "Rude words.")
    client = signed_in(bob)
    page = client.post(f"/comments/{comment.pk}/", {"do": "delete"}, follow=True).content.decode()
    client.post("/undo/", {"kept": offered(page)[0]})
    delete_comment(admin, comment.pk)
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code == 403
    comment.refresh_from_db()
    assert comment.is_deleted


def undone(client: Client, page: str, by: Client) -> int:
    """Presses the undo of a page, after somebody else tried to."""
    (kept,) = offered(page)
    assert by.post("/undo/", {"kept": kept}).status_code == 409, "it is signed for somebody else"
    return client.post("/undo/", {"kept": kept}).status_code


@pytest.mark.parametrize("starts_in", [timedelta(0), timedelta(hours=2)], ids=["shown", "to come"])
def test_a_notice_is_shown_again(
    category: Category, alice: User, bob: User, signed_in: SignIn, starts_in: timedelta
) -> None:
    now = timezone.now()
    notice = add_notice(
        alice, "Phones are down.", now + timedelta(hours=9), starts=now + starts_in, roles=["readers"],
        categories=["permits"], tone="warn",
    )  # fmt: skip
    client = signed_in(alice)
    page = client.post(f"/notices/{notice.pk}/", {"do": "end"}, follow=True).content.decode()
    assert not Notice.objects.filter(ends_at__gt=timezone.now()).exists()
    assert undone(client, page, signed_in(bob)) == 302
    back = Notice.objects.get(ends_at__gt=timezone.now())
    assert (back.text, back.tone, back.ends_at) == ("Phones are down.", "warn", notice.ends_at)
    assert back.starts_at >= notice.starts_at
    assert [one.name for one in back.roles.all()] == ["readers"]
    assert [one.slug for one in back.categories.all()] == ["permits"]


def test_a_plan_waits_again_unless_its_hour_is_over(
    article: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    plan = plan_archiving(alice, article.pk, timezone.now() + timedelta(days=2))
    client = signed_in(alice)
    page = client.post(f"/plans/{plan.pk}/", {"do": "cancel"}, follow=True).content.decode()
    assert undone(client, page, signed_in(admin)) == 302
    plan.refresh_from_db()
    assert (plan.state, plan.answered_by, plan.answered_at) == ("waiting", None, None)
    page = client.post(f"/plans/{plan.pk}/", {"do": "cancel"}, follow=True).content.decode()
    Plan.objects.update(at=timezone.now())
    assert undone(client, page, signed_in(admin)) == 409
    Plan.objects.update(at=timezone.now() + timedelta(days=1))
    plan_archiving(alice, article.pk, timezone.now() + timedelta(days=3))
    assert undone(client, page, signed_in(admin)) == 409, "the like is planned meanwhile"
    assert Plan.objects.filter(state="waiting").count() == 1


def test_a_proposal_is_open_again_unless_there_is_another(
    article: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    replace_draft(alice, article.pk, documents.from_markdown("It costs 800 kr.").document)
    proposal = propose_article(alice, article.pk)
    client = signed_in(alice)
    page = client.post(f"/proposals/{proposal.pk}/", {"do": "withdraw"}, follow=True).content.decode()
    assert undone(client, page, signed_in(admin)) == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by, proposal.answered_at) == ("open", None, None)
    assert undone(client, page, signed_in(admin)) == 409, "it is open"
    page = client.post(f"/proposals/{proposal.pk}/", {"do": "withdraw"}, follow=True).content.decode()
    propose_article(admin, article.pk)
    assert undone(client, page, signed_in(admin)) == 409, "another is open"


def test_a_suggestion_is_open_again_unless_the_article_is_gone(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    suggestion = suggest_change(bob, article.pk, documents.from_markdown("It costs 800 kr.").document, "New fee")
    client = signed_in(bob)
    page = client.post(f"/suggestions/{suggestion.pk}/", {"do": "withdraw"}, follow=True).content.decode()
    assert undone(client, page, signed_in(alice)) == 302
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.answered_by, suggestion.answered_at) == ("open", None, None)
    assert Event.objects.filter(kind="suggestion.made").count() == 1, "nobody is told a second time"
    page = client.post(f"/suggestions/{suggestion.pk}/", {"do": "withdraw"}, follow=True).content.decode()
    archive_article(alice, article.pk)
    assert undone(client, page, signed_in(alice)) == 409
    suggestion.refresh_from_db()
    assert suggestion.state == "withdrawn"


def test_an_article_is_archived_and_brought_back_at_once_and_either_is_undone(
    article: Article, alice: User, mary: User, signed_in: SignIn
) -> None:
    client, address = signed_in(alice), f"/articles/{article.pk}/"
    page = client.post(f"{address}archive/", follow=True).content.decode()
    assert "Archived: it has left lists and search." in page
    assert undone(client, page, signed_in(mary)) == 302
    archive_article(alice, article.pk)
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code == 409, "it was archived once more"
    assert offered(client.post(f"{address}archive/", follow=True).content.decode()) == [], "it was already"
    page = client.post(f"{address}bring-back/", follow=True).content.decode()
    assert Article.objects.get(pk=article.pk).status == "published"
    assert undone(client, page, signed_in(mary)) == 302
    assert Article.objects.get(pk=article.pk).status == "archived"


def test_an_archiving_is_not_undone_by_who_may_not_publish_any_more(
    article: Article, alice: User, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    page = client.post(f"/articles/{article.pk}/archive/", follow=True).content.decode()
    set_user_roles(None, alice.pk, [])
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code == 404
    assert Article.objects.get(pk=article.pk).status == "archived"


def test_a_flag_that_was_taken_goes_back_to_who_had_it(
    article: Article, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    flag = raise_flag(bob, article.pk, "incorrect", "normal", "It is 795 kr.")
    assign_flag(mary, flag.pk, mary.pk)
    client = signed_in(alice)
    said = {"revision": 2}
    page = client.post(f"/flags/{flag.pk}/take/", said, follow=True).content.decode()
    assert offered(client.post(f"/flags/{flag.pk}/take/", {"revision": 3}, follow=True).content.decode()) == []
    assert undone(client, page, signed_in(bob)) == 302
    flag.refresh_from_db()
    assert (flag.assignee, flag.status) == (mary, "assigned")
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code == 409, "it is done already"


def test_a_flag_whose_former_owner_left_goes_to_the_next_in_line(
    article: Article, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    flag = raise_flag(bob, article.pk, "incorrect", "normal", "It is 795 kr.")
    had = flag.assignee
    client = signed_in(alice)
    page = client.post(f"/flags/{flag.pk}/take/", {"revision": 1}, follow=True).content.decode()
    User.objects.filter(pk=had.pk if had else 0).update(is_active=False)
    assert undone(client, page, signed_in(bob)) == 302
    flag.refresh_from_db()
    assert flag.status == "new"
    assert flag.assignee != had


def test_accepting_an_answer_and_lifting_a_warning_are_undone(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    flag = raise_flag(bob, article.pk, "incorrect", "urgent", "It is 795 kr.")
    word_warning(alice, flag.pk, "Ask the permits team.")
    client, address = signed_in(alice), f"/flags/{flag.pk}/"
    page = client.post(f"{address}lift/", {"revision": 2}, follow=True).content.decode()
    assert Flag.objects.get().warning_lifted
    assert undone(client, page, signed_in(bob)) == 302
    assert Flag.objects.get().warns
    assert "Ask the permits team." in client.get(article.get_absolute_url()).content.decode()
    resolve_flag(alice, flag.pk, "Corrected.")
    asker, now = signed_in(bob), Flag.objects.get().revision
    page = asker.post(f"{address}accept/", {"revision": now}, follow=True).content.decode()
    assert Flag.objects.get().accepted_at is not None
    assert undone(asker, page, client) == 302
    assert Flag.objects.get().accepted_at is None
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code == 409


def test_what_needs_no_words_is_not_asked_about(article: Article, alice: User, bob: User, signed_in: SignIn) -> None:
    flag = raise_flag(bob, article.pk, "incorrect", "urgent", "It is 795 kr.")
    client = signed_in(alice)
    for do in ("take", "put-back", "lift"):
        assert client.get(f"/flags/{flag.pk}/{do}/")["Location"] == f"/flags/{flag.pk}/"
    assert Flag.objects.get().revision == 1, "looking changes nothing"


def test_synonyms_are_there_again_and_only_once(mary: User, admin: User, signed_in: SignIn) -> None:
    group = save_synonyms(mary, "en", "bin, bucket")
    client = signed_in(mary)
    sent = {"group": group.pk, "language": "en", "do": "remove"}
    page = client.post("/synonyms/", sent, follow=True).content.decode()
    assert "Searches do without these words" in page
    assert not SynonymGroup.objects.exists()
    for _twice in range(2):
        assert undone(client, page, signed_in(admin)) == 302
    back = SynonymGroup.objects.get()
    assert (back.pk, back.language, back.words) == (group.pk, "en", "bin, bucket")
    assert Event.objects.filter(kind="synonyms.changed").count() == 3, "the search is told that they are back"
    client.post("/synonyms/", sent)
    set_user_roles(None, mary.pk, [])
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code in (403, 404)
    assert not SynonymGroup.objects.exists()


def test_a_holiday_is_there_again_unless_somebody_has_set_the_day(mary: User, admin: User, signed_in: SignIn) -> None:
    day = timezone.localdate() + timedelta(days=30)
    set_holiday(mary, day, "Fair", ((time(9), time(12)),))
    client, sent = signed_in(mary), {"do": "remove", "day": day.isoformat()}
    page = client.post("/flags/hours/", sent, follow=True).content.decode()
    assert "Removed: Fair." in page
    assert not Holiday.objects.exists()
    assert undone(client, page, signed_in(admin)) == 302
    back = Holiday.objects.get()
    assert (back.day, back.name, back.hours) == (day, "Fair", [["09:00", "12:00"]])
    client.post("/flags/hours/", sent)
    set_holiday(admin, day, "Strike")
    assert undone(client, page, signed_in(admin)) == 409
    assert Holiday.objects.get().name == "Strike"
    client.post("/flags/hours/", sent)
    set_user_roles(None, mary.pk, [])
    assert client.post("/undo/", {"kept": offered(page)[0]}).status_code in (403, 404)
    assert not Holiday.objects.exists()


def test_closed_tabs_are_open_again(make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    one, two, three = (make_article(name) for name in ("One", "Two", "Three"))
    for article in (one, two):
        client.get(article.get_absolute_url())
    page = client.post("/tabs/close/", {"all": "1"}, follow=True).content.decode()
    assert "2 articles closed." in page
    client.get(three.get_absolute_url())
    assert undone(client, page, signed_in(alice)) == 302
    assert client.cookies["kb_tabs"].value == f"{bob.pk}:{one.pk}.{two.pk}.{three.pk}"
    set_article_roles(alice, two.pk, ["writers"])
    assert client.post("/undo/", {"kept": offered(page)[0]})["Location"] == f"/articles/{one.pk}/"
    archive_article(alice, one.pk)
    assert undone(client, page, signed_in(alice)) == 409, "none of them may be seen any more"
