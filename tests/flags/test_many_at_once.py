"""Many flags at once, from the list of the desk: what is done, what is left, and what is kept of what was refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from django.test import Client

from articles.actions import answering
from articles.models import Article, Flag, User

from .conftest import Raise

SignIn = Callable[[User], Client]


def test_many_at_once_and_who_was_late_is_told(flag_it: Raise, alice: User, mary: User, signed_in: SignIn) -> None:
    flags = [flag_it(f"Number {number}") for number in range(3)]
    answering.resolve_flag(alice, flags[0].pk, "Done.")
    ids = [flag.pk for flag in flags]
    answer = signed_in(mary).post("/flags/bulk/", {"ids": ids, "do": "decline", "answer": "It holds."}, follow=True)
    shown = answer.content.decode()
    assert "2 flags done" in shown
    assert "1 flag was left" in shown
    assert Flag.objects.filter(status="declined").count() == 2


def test_what_is_refused_to_many_at_once_keeps_who_was_chosen_and_where_one_was(
    flag_it: Raise, mary: User, alice: User, signed_in: SignIn
) -> None:
    flags = [flag_it(f"Number {number}") for number in range(22)]
    client, address = signed_in(mary), "/flags/?show=all&view=list&status=new&page=2"
    form = client.get(address).content.decode().partition('id="bulk"')[2]
    action, back = (unescape(re.search(of, form)[1]) for of in (r'action="([^"]+)"', r'name="next" value="([^"]+)"'))  # type: ignore[index]
    assert back == address
    on_it = re.findall(r'value="(\d+)" id="pick-', form)
    said = {"ids": on_it[:1], "next": back, "assignee": alice.pk}
    answer = client.post(action, {**said, "do": "resolve", "answer": " "})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Write an answer" in shown
    assert re.findall(r'value="(\d+)" id="pick-\d+" checked', shown) == on_it[:1]
    assert re.findall(r'value="(\d+)" id="pick-', shown) == on_it, "the same page of the same filter"
    assert '<option value="new" selected>' in shown
    assert f'<option value="{alice.pk}" selected>' in shown
    assert 'id="flags-list" class="stack">' in shown, "nothing fresh takes the ticks away"
    answer = client.post(action, {**said, "do": "", "answer": "It is right"})
    assert (answer.status_code, 'value="It is right"' in answer.content.decode()) == (422, True)
    assert " checked" not in client.get(address).content.decode(), "nothing of it is kept for the next look"
    assert client.get(action, headers={"X-Live": "1"}).status_code == 200
    assert client.get(action)["Location"] == address
    assert client.post(action, {**said, "do": "resolve", "answer": "Done"})["Location"] == address
    assert not Flag.objects.filter(status="new", pk__in=on_it[:1]).exists()
    assert len(flags) == Flag.objects.filter(status="new").count() + 1


def test_of_many_that_are_given_to_one_those_are_left_that_they_may_not_have(
    flag_it: Raise, article: Article, charlie: User, mary: User, signed_in: SignIn
) -> None:
    flags = [flag_it("One"), flag_it("Two", article=None), flag_it("Three"), flag_it("Four", article=None)]
    client, said = signed_in(mary), {"ids": [flag.pk for flag in flags], "do": "assign"}
    shown = client.post("/flags/bulk/", {**said, "assignee": charlie.pk}, follow=True).content.decode()
    assert "2 flags done" in shown
    assert "2 flags were left: whoever you chose may not see what they are about." in shown
    assert list(Flag.objects.filter(assignee=charlie).order_by("pk")) == [flags[1], flags[3]]
    for nobody in ("", "x", "999999"):
        shown = client.post("/flags/bulk/", {**said, "assignee": nobody}, follow=True).content.decode()
        assert "There is nobody like that" in shown
        assert "left" not in shown.partition("<main")[2].partition('id="desk"')[0]
