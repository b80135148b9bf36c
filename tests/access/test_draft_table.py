"""The permission table at the door of the live draft: everybody × every kind of article, by session and by token.

The rule is one (`articles.drafts.rights`) for sockets and requests; that both obey it is tested in `tests/drafts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pycrdt import Doc, XmlElement, XmlFragment

from articles import access, documents
from articles.actions.draft import replace_draft
from articles.actions.people import create_api_token
from articles.drafts import store
from articles.drafts.rights import Rights, hides_from, look_up
from articles.models import Article, User
from articles.sockets.callers import Headers
from tests.access.table import EDIT, PEOPLE, SEE, Place

WATCH = SEE - EDIT
KINDS: dict[str, tuple[set[str], set[str]]] = {  # who may write, and who may only watch
    "published": (EDIT, WATCH),
    "draft": (EDIT, set()),
    "archived": (EDIT, WATCH),
}


def by_session(user: User) -> Headers:
    client = Client()
    client.force_login(user)
    return [(b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())]


def by_token(user: User) -> Headers:
    return [(b"authorization", f"Bearer {create_api_token(user)}".encode())]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign_in", [by_session, by_token])
def test_everybody_may_do_with_a_draft_what_the_table_says(
    place: Place, kind: str, sign_in: Callable[[User], Headers]
) -> None:
    article: Article = getattr(place, kind)
    writers, watchers = KINDS[kind]
    wrong = []
    for name in PEOPLE:
        visitor = look_up(sign_in(place.people[name]), article.pk)
        expected: Rights | None = "edit" if name in writers else "watch" if name in watchers else None
        if name == "gone":
            assert visitor is None, "whose account was closed is not signed in"
        elif visitor is None or visitor.rights != expected:
            wrong.append(f"{name.capitalize()} should have {expected or 'nothing'}, has {visitor and visitor.rights}")
    assert wrong == []


def test_nobody_has_anything_of_what_is_not_there(place: Place) -> None:
    for name in set(PEOPLE) - {"gone"}:
        visitor = look_up(by_session(place.people[name]), 10**15)
        assert visitor is not None
        assert visitor.rights is None
    assert look_up([], place.published.pk) is None
    assert look_up([(b"authorization", b"Bearer forged"), *by_session(place.people["admin"])], 1) is None


@pytest.mark.parametrize(
    ("html", "hidden_from"),
    [
        ("<p>Open.</p>", set()),
        ('<p>Open.</p><section data-roles="readers"><p>For readers.</p></section>', {"mary"}),
        ('<details><summary>S</summary><section data-roles="manager"><p>Deep.</p></section></details>', {"bob"}),
    ],
)
def test_a_draft_is_not_watched_by_those_from_whom_it_hides_something(
    place: Place, html: str, hidden_from: set[str]
) -> None:
    replace_draft(place.people["admin"], place.published.pk, documents.from_html(html).document)
    doc, _seq = store.load(place.published.pk)
    assert {name for name in WATCH if hides_from(doc, access.read_view(place.people[name].pk))} == hidden_from


def test_a_passage_that_names_no_role_is_for_nobody(place: Place) -> None:
    broken: list[Any] = [{}, {"roles": []}, {"roles": "readers"}, {"roles": 7}]
    for attributes in broken:
        doc: Doc = Doc()
        doc.get("default", type=XmlFragment).children.append(XmlElement("passage", attributes))
        assert hides_from(doc, access.read_view(place.people["bob"].pk)), attributes
