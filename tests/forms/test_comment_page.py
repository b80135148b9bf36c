"""One comment on a page of its own: each button does what it says, and anything else does nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.actions.commenting import add_comment
from articles.models import Article, Event, Thanks, User


@pytest.mark.parametrize("sent", [{}, {"do": "praise"}, {"do": ""}])
def test_what_no_button_sends_changes_nothing_and_says_what_to_do(
    article: Article, alice: User, bob: User, signed_in: Callable[[User], Client], sent: dict[str, Any]
) -> None:
    comment, client = add_comment(alice, article.pk, "Ask twice."), signed_in(bob)
    before = Event.objects.count()
    refused = client.post(f"/comments/{comment.pk}/", sent)
    assert (refused.status_code, Thanks.objects.count(), Event.objects.count()) == (422, 0, before)
    assert "Press one of the buttons" in refused.content.decode()
    for do, thanks in (("thank", 1), ("unthank", 0)):
        client.post(f"/comments/{comment.pk}/", {"do": do})
        assert Thanks.objects.count() == thanks


def test_comments_of_others_lead_to_their_page_and_moderators_can_delete_there(
    article: Article, admin: User, alice: User, bob: User, signed_in: Callable[[User], Client]
) -> None:
    address = f"/comments/{add_comment(bob, article.pk, 'Ask twice.').pk}/"
    for place in (article.get_absolute_url(), f"/articles/{article.pk}/comments/"):
        for person, thanks, deletes in ((bob, False, False), (alice, True, False), (admin, True, True)):
            shown = signed_in(person).get(place).content.decode()
            without_scripts = "".join(re.findall("<noscript>(.*?)</noscript>", shown))
            assert (f'<a class="thanks" href="{address}">' in without_scripts) == thanks, (place, person)
            assert (f'<a href="{address}" data-dialog>Delete…</a>' in shown) == deletes, (place, person)
    assert 'value="delete"' in signed_in(admin).get(address).content.decode()
    assert 'value="delete"' not in signed_in(alice).get(address).content.decode()
