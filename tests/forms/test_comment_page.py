"""One comment on a page of its own: each button does what it says, and anything else does nothing."""

from __future__ import annotations

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
