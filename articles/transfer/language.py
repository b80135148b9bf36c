"""Which of the two languages of articles a text is written in."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[a-zåäöé]+")
# The most frequent words of each language that the other does not have.
_ENGLISH = frozenset({
    "a", "about", "and", "are", "as", "at", "be", "been", "by", "can", "from", "has", "have", "how", "if", "is", "it",
    "its", "not", "of", "or", "our", "should", "that", "the", "their", "these", "they", "this", "those", "to", "was",
    "we", "were", "what", "when", "which", "who", "will", "with", "would", "you", "your",
})  # fmt: skip
_SWEDISH = frozenset({
    "att", "av", "bli", "blir", "de", "den", "dessa", "det", "detta", "din", "ditt", "du", "där", "efter", "eller",
    "en", "ett", "från", "för", "hos", "hur", "här", "inte", "kan", "med", "mellan", "måste", "när", "och", "också",
    "om", "på", "ska", "skall", "som", "till", "under", "utan", "vad", "vid", "vår", "vårt", "våra", "är", "över",
})  # fmt: skip
_ENOUGH = 20_000  # characters; a longer text does not change its language


def detect(text: str, otherwise: str = "en") -> str:
    """ "en" or "sv", by the stop words of the text; `otherwise` when they say neither."""
    words = _WORDS.findall(text[:_ENOUGH].lower())
    english = sum(word in _ENGLISH for word in words)
    swedish = sum(word in _SWEDISH for word in words)
    if english == swedish:
        return otherwise
    return "sv" if swedish > english else "en"
