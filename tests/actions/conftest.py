"""Somebody who writes, but does not publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import documents
from articles.actions.category import update_category
from articles.actions.draft import replace_draft
from articles.actions.people import create_role, create_user
from articles.models import Article, Category, User
from tests.conftest import PASSWORD

Write = Callable[..., int]


@pytest.fixture
def eve(admin: User, category: Category, roles: tuple[str, str]) -> User:
    """May edit in the shared category, but not publish."""
    create_role(None, "scribes")
    update_category(
        admin, category.pk, grants={"scribes": ["edit"], "writers": ["publish"], "readers": ["view"]}
    )  # fmt: skip
    return create_user(
        None, "eve", password=PASSWORD, first_name="Eve", last_name="Ek", roles=["editor", "scribes"]
    )  # fmt: skip


@pytest.fixture
def write() -> Write:
    """`write(eve, article, "Markdown")` writes the draft anew; gives the number of its newest update."""

    def write(user: User, article: Article, markdown: str, **more: Any) -> int:
        return replace_draft(user, article.pk, documents.from_markdown(markdown).document, **more)

    return write
