"""An article that is made inside of a test, for properties that make many."""

from __future__ import annotations

from articles import documents
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user
from articles.actions.publishing import publish_article
from articles.models import Article, User


def published_by_admin(markdown: str) -> tuple[User, Article]:
    """An administrator and a Swedish article that they published."""
    admin = create_user(None, "admin", password="secret-of-admin", superuser=True)
    category = create_category(admin, "Taxor")
    article = create_article(admin, category, "Avgift", documents.from_markdown(markdown).document, language="sv")
    publish_article(admin, article.pk)
    article.refresh_from_db()
    return admin, article
