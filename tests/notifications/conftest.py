"""People who follow things, and a dispatcher that is run by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles.models import Article, User
from notifications import dispatcher
from notifications.models import Notification

Tell = Callable[[], None]


@pytest.fixture
def tell_all(db: None) -> Tell:
    """`tell_all()`: everything that has happened is told on."""

    def run() -> None:
        for _step in range(1_000):
            more, _seq = dispatcher.run_once()
            if not more:
                return
        pytest.fail("The dispatcher does not come to an end.")

    return run


@pytest.fixture
def told(tell_all: Tell) -> Callable[[User], list[tuple[str, str]]]:
    """`told(bob)`: tells everything on, and gives (kind, reason) of what is unread in Bob's inbox, oldest first."""

    def read(user: User) -> list[tuple[str, str]]:
        tell_all()
        rows: Any = Notification.objects.filter(recipient=user, read_at__isnull=True, done_at__isnull=True)
        return list(rows.filter(shows_at__isnull=False).order_by("event").values_list("kind", "reason"))

    return read


@pytest.fixture
def article(article: Article, tell_all: Tell) -> Article:
    """A published article in the shared category; its first publication has been told on already."""
    tell_all()
    return article
