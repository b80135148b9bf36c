"""When readers see what somebody has just written into a draft, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles.models import Article
from articles.waiting import is_planned


def when_readers_see(article: Article) -> str:
    """A sentence that goes on after one that says what was done with the draft."""
    if not article.publishes_itself:
        return _("Readers see it when the draft is published.")
    if is_planned(article):
        return _("Readers see it after what is planned for the article.")
    return _("In this topic what is written is published by itself after a pause.")
