"""Flags of passages: they follow their passage from version to version, and what is for some leaks to nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, documents, epoch
from articles.actions import answering, chasing, flagging, noting
from articles.actions.draft import replace_draft
from articles.actions.problems import Invalid
from articles.actions.publishing import publish_article, restore_version
from articles.flag_duty import FlagDuty
from articles.flag_rights import flags_for
from articles.models import Anchor, Article, Flag, User
from articles.views.flag_work import people_for
from notifications import log
from notifications.delivery import may_know
from tests.conftest import MakeArticle

from .conftest import Raise

SignIn = Callable[[User], Client]
TEXT = "A permit costs **745 kr**.\n\nAsk at the desk.\n\nOpen until 16."
SECRET = "Public: 745 kr.\n\n::: roles writers\nThe gate code is 4711.\n:::\n\nEnd."


def publish(user: User, article: Article, markdown: str) -> None:
    replace_draft(user, article.pk, documents.from_markdown(markdown).document)
    publish_article(user, article.pk)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.fixture
def fees(make_article: MakeArticle) -> Article:
    return make_article("Fees", TEXT)


def test_a_flag_marks_its_passage_and_follows_it(
    fees: Article, flag_it: Raise, alice: User, bob: User, signed_in: SignIn
) -> None:
    flag = flag_it("Rather 795.", article=fees, quote="costs  745\nkr")
    assert flag.quote == "costs 745 kr"
    reader, address = signed_in(bob), fees.get_absolute_url()
    assert f'id="flag-{flag.pk}" data-start="7" data-end="17"' in page(reader, address)
    publish(alice, fees, "More before.\n\n" + TEXT.replace("745", "795"))
    assert f'id="flag-{flag.pk}" data-start="18" data-end="28"' in page(reader, address)
    shown = page(reader, f"/flags/{flag.pk}/")
    assert f"#flag-{flag.pk}" in shown
    assert "costs 745 kr" in shown
    assert "This passage is not in the article any more" not in shown
    answering.resolve_flag(alice, flag.pk, "Done.")
    assert f'id="flag-{flag.pk}"' not in page(reader, address), "what is answered marks nothing"


def test_a_passage_that_is_gone_is_said_to_be_and_comes_back(
    fees: Article, flag_it: Raise, alice: User, bob: User, signed_in: SignIn
) -> None:
    flag = flag_it("Which desk?", article=fees, quote="Ask at the desk")
    publish(alice, fees, "Everything is done in writing.")
    reader = signed_in(bob)
    for path in (fees.get_absolute_url(), f"/flags/{flag.pk}/"):
        shown = page(reader, path)
        assert "Ask at the desk" in shown, path
        assert "This passage is not in the article any more" in shown, path
        assert f'id="flag-{flag.pk}" data-start' not in shown, path
    assert reader.get(f"/api/v1/flags/{flag.pk}").json()["anchored"] is False
    restore_version(alice, fees.pk, 1)
    assert f'id="flag-{flag.pk}" data-start' in page(reader, fees.get_absolute_url())
    assert reader.get(f"/api/v1/flags/{flag.pk}").json()["anchored"] is True


def test_of_equal_passages_the_one_that_was_selected_is_meant(
    make_article: MakeArticle, bob: User, signed_in: SignIn
) -> None:
    article = make_article("Fees", "A shed is 100 kr.\n\nA fence is 100 kr.")
    said = {
        "article": article.pk, "kind": "incorrect", "severity": "low", "body": "120.",
        "quote": "100 kr", "before": "A fence is", "after": ".", "version": 1,
    }  # fmt: skip
    client = signed_in(bob)
    assert client.post("/api/v1/flags", said, content_type="application/json").status_code == 201
    assert client.post("/flags/new/", {**said, "body": "130.", "do": "anyway"}).status_code == 302
    assert [anchor.before[-7:] for anchor in Anchor.objects.all()] == ["fenceis", "fenceis"]


def test_a_flag_of_a_text_that_was_changed_meanwhile_is_never_lost(
    fees: Article, flag_it: Raise, alice: User, bob: User, signed_in: SignIn
) -> None:
    publish(alice, fees, "Everything is done in writing.")
    fees.refresh_from_db()
    for more in ({"version": 1}, {}):
        flag = flag_it("Which desk?", article=fees, quote="Ask at the desk", **more)
        assert (flag.quote, flag.anchor and flag.anchor.is_placed) == ("Ask at the desk", False)
    publish(alice, fees, SECRET)
    with pytest.raises(Invalid):
        flag_it("Which code?", article=fees, quote="Nobody knows where this stood")
    said = {"article": fees.pk, "kind": "incorrect", "severity": "low", "body": "Hm.", "quote": "Never stood there"}
    answer = signed_in(bob).post("/flags/new/", said)
    assert answer.status_code == 422
    assert "report it without" in answer.content.decode()
    assert "Never stood there" not in answer.content.decode(), "pressed once more, it goes"


def test_what_is_flagged_in_a_passage_for_some_exists_for_them_alone(
    make_article: MakeArticle, flag_it: Raise, alice: User, bob: User, mary: User, admin: User, signed_in: SignIn
) -> None:
    article = make_article("Gate", SECRET)
    public = flag_it("Qwertz public.", article=article, quote="Public: 745 kr")
    before = epoch.current().seq
    hidden = flag_it("Qwertz 4712.", by=alice, article=article, quote="code is 4711", severity="urgent")
    assert hidden.assignee == admin, "a manager who does not get the passage is passed over"
    raised = log.read(before)[-1]
    assert not {"anchor", "passage"} & set(raised.plain.content["data"])
    for person, knows in ((bob, False), (mary, False), (alice, True), (admin, True)):
        client, view = signed_in(person), access.read_view(person.pk)
        assert set(flags_for(person)) == ({public, hidden} if knows else {public})
        assert may_know(view, raised) is knows
        assert (client.get(f"/flags/{hidden.pk}/").status_code == 200) is knows
        assert (client.get(f"/api/v1/flags/{hidden.pk}").status_code == 200) is knows
        for path in (
            article.get_absolute_url(), f"/articles/{article.pk}/preview/", "/flags/?show=all", "/flags/?view=list&show=all",
            f"/flags/new/?article={article.pk}", "/api/v1/flags", "/api/v1/events?since=0&limit=200", "/",
        ):  # fmt: skip
            shown = page(client, path)
            assert knows or ("4712" not in shown and "4711" not in shown), path
        shown = page(client, article.get_absolute_url())
        assert (f'id="flag-{hidden.pk}" data-start' in shown) is knows
        assert ("2 open flags" in shown, "1 open flag<" in shown) == (knows, not knows)
    assert {person.username for person in people_for(hidden)} == {"alice", "admin"}
    with pytest.raises(Invalid):
        answering.assign_flag(admin, hidden.pk, mary.pk)
    with pytest.raises(access.NotFound):
        flagging.join_flag(bob, hidden.pk)


def test_a_passage_that_is_closed_takes_its_flags_along_and_the_next_in_line_has_them(
    fees: Article, flag_it: Raise, alice: User, bob: User, mary: User, admin: User
) -> None:
    flag = flag_it("Which desk?", article=fees, quote="Ask at the desk")
    assert flag.assignee == mary
    duty = FlagDuty()
    duty.step(threading.Event())
    publish(alice, fees, TEXT.replace("Ask at the desk.", "\n::: roles writers\nAsk at the desk.\n:::\n"))
    assert list(flags_for(bob)) == list(flags_for(mary)) == []
    duty.step(threading.Event())
    flag.refresh_from_db()
    assert flag.assignee == admin
    assert chasing.escalate(flag.pk, flag.due + timedelta(minutes=1)) is not None


def test_a_note_on_a_passage_that_becomes_a_flag_keeps_its_passage(fees: Article, alice: User, bob: User) -> None:
    note = noting.add_note(bob, fees.pk, "It is 795.", quote="745 kr")
    publish(alice, fees, "Everything is done in writing.")
    flag = noting.note_to_flag(bob, note.pk, "incorrect")
    assert (flag.body, flag.quote, flag.anchor_id) == ("It is 795.", "745 kr", note.anchor_id)
    assert not fees.notes.exists()
    publish(alice, fees, TEXT)
    flag = Flag.objects.select_related("anchor").get()
    assert flag.anchor is not None
    assert flag.anchor.is_placed
    assert flag.created_at <= timezone.now()
