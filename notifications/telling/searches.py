"""Followed searches: which of them a published article answers.

The same analysis as in the search: an article answers a question when it holds, in some form, every word that was
asked for but stop words. Each distinct search is analysed once and remembered; asking it is a few set lookups.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from articles.models import Event, Rendering
from articles.search import analysis
from articles.search.tokens import tokenise

from ..models import Follow, Target

LANGUAGES = ("en", "sv")
LONGEST = 300_000  # characters of a text that are looked at


def followers(event: Event) -> Iterator[tuple[int, bool]]:
    """(user id, muted) of those who follow, or have muted, a search that this event's article answers: asked of
    publications only."""
    article = event.article
    if article is None or event.kind != "article.published":
        return
    follows = list(Follow.objects.filter(target=Target.SEARCH).values_list("user_id", "query", "muted"))
    if not follows:
        return
    # What readers without any passage role see: a passage for some must not tell others what it holds.
    text = Rendering.objects.filter(version=article.version_id).values_list("text", flat=True).first() or ""
    tags = " ".join(article.tags.values_list("name", flat=True))
    terms = terms_of(f"{article.title}\n{tags}\n{text[:LONGEST]}", article.language)
    answered: dict[str, bool] = {}
    for user_id, query, muted in follows:
        if query not in answered:
            answered[query] = answers(query, terms)
        if answered[query]:
            yield user_id, muted


def terms_of(text: str, language: str) -> frozenset[str]:
    """The terms under which a text would be found."""
    return frozenset(analysis.terms_of(tokenise(text), language).weights)


def answers(query: str, terms: frozenset[str]) -> bool:
    """Whether a text with these terms holds all that a search asks for."""
    wanted = _wanted(query)
    return bool(wanted) and all(any(choice <= terms for choice in choices) for choices in wanted)


@lru_cache(maxsize=20_000)
def _wanted(query: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """For each word that was typed the sets of terms of which one must be there."""
    question = analysis.question_of(query, LANGUAGES)
    return tuple(
        tuple(frozenset(choice.terms) for choice in want.alternatives) for want in question.wanted if want.typed
    )
