"""Pages as people get them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import personal
from articles.models import User

Reader = Callable[[User, str], str]
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture(autouse=True)
def no_half_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked today is counted anew each half minute, which may end between two requests that are compared."""
    monkeypatch.setattr(personal, "ASKED_KEPT_SECONDS", 10**6)


@pytest.fixture
def read(signed_in: Callable[[User], Client]) -> Reader:
    """`read(bob, "/")`: the HTML that Bob gets, without the tokens of forms, which differ each time."""

    def page(user: User, address: str) -> str:
        return text_of(signed_in(user).get(address))

    return page


def text_of(response: object) -> str:
    """The HTML of a response without the tokens of its forms."""
    return _TOKEN.sub("", response.content.decode())  # type: ignore[attr-defined]


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    """The queries of a block: `with counted() as queries: …; len(queries)`."""
    with CaptureQueriesContext(connection) as queries:
        yield queries


def tables(queries: CaptureQueriesContext) -> list[str]:
    """The table that each query begins with, in order: says more than a number when a count is off."""
    found = []
    for query in queries:
        match = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', query["sql"])
        found.append(match[1] if match else query["sql"][:40])
    return found
