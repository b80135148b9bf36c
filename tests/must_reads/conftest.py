"""Must-reads as people meet them: published by Alice, asked of Bob and Mary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import documents
from articles.actions.asking import Asks
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import Article, User, Version

PublishMustRead = Callable[..., Version]


@pytest.fixture
def must_read(alice: User) -> PublishMustRead:
    """`must_read(article, "Text", roles=…, categories=…, days=…, by=…)` publishes a must-read version."""

    def publish(article: Article, text: str = "", *, by: User = alice, **asks: Any) -> Version:
        if text:
            replace_draft(by, article.pk, documents.from_markdown(text).document)
        return publish_article(by, article.pk, note="Read this", significance="must-read", asks=Asks(**asks))

    return publish
