"""Flags as people raise them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles.actions import flagging
from articles.models import Article, Flag, User

Raise = Callable[..., Flag]


@pytest.fixture
def flag_it(article: Article, bob: User) -> Raise:
    """`flag_it("Words", by=bob, article=article, kind="incorrect", severity="normal", …)`; article=None: of none."""

    def do(
        body: str = "The fee is another.",
        *,
        by: User = bob,
        article: Article | None = article,
        kind: str = "incorrect",
        severity: str = "normal",
        **more: Any,
    ) -> Flag:
        return flagging.raise_flag(by, article.pk if article else None, kind, severity, body, **more)

    return do
