"""A centre in which much is reported and said: the desk and the article ask the database as often as where little is."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from django.test import Client

from articles.actions import answering, commenting, flagging
from articles.models import Article, User
from tests.bench.talk import comment, flag
from tests.pages.conftest import counted, tables

SignIn = Callable[[User], Client]


def queries_of(client: Client, address: str, *, after: Callable[[], object] | None = None) -> list[str]:
    """The tables that a page asks; with `after` when it is drawn anew, because that has happened."""
    assert client.get(address).status_code == 200
    if after is not None:
        after()
    with counted() as queries:
        assert client.get(address).status_code == 200
    return tables(queries)


def cards(client: Client) -> int:
    return client.get("/flags/?show=all").content.decode().count("data-flag=")


def test_two_hundred_flags_and_five_thousand_comments_are_asked_for_as_often_as_a_few(
    article: Article, bob: User, alice: User, mary: User, signed_in: SignIn
) -> None:
    reader, manager, address = signed_in(bob), signed_in(mary), article.get_absolute_url()
    one = flagging.raise_flag(bob, article.pk, "unclear", "normal", "Which height?")
    severities = itertools.cycle(("low", "normal"))

    def said() -> object:
        return commenting.add_comment(alice, article.pk, "Once more.")

    def worked() -> object:  # without an event of a flag the desk stays as it was drawn
        return answering.change_flag(mary, one.pk, severity=next(severities))

    def asked() -> list[list[str]]:
        return [
            queries_of(reader, address),
            queries_of(reader, address, after=said),
            queries_of(reader, f"/articles/{article.pk}/comments/", after=said),
            queries_of(manager, "/flags/?show=all", after=worked),
            queries_of(manager, "/flags/?show=all&view=list", after=worked),
            queries_of(manager, "/flags/?show=overdue", after=worked),
        ]

    flag(article, bob, mary, 20)
    comment(article, [bob, alice], 100)
    asked()
    few = asked()
    shown = cards(manager)
    flag(article, bob, mary, 200)
    comment(article, [bob, alice], 5_000)
    asked()
    assert asked() == few
    assert cards(manager) > shown + 50
