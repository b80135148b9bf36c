"""Passages that something is said about (comments, notes, flags), found again in every version.

An action makes one with `make_anchor` and keeps it beside what was said; `place_anchors` is part of publishing; a page
or an answer of the API asks `known_to` which rows its reader may know of, and `places` where they stand. What is said
about a passage for certain roles does not exist for people who do not get the passage.
"""

from .audience import audience_key, groups_of, known_to, may_know
from .placing import LONGEST_QUOTE, audience_of_quote, make_anchor, place_anchors
from .reading import Shown, block_in_draft, is_there, places
from .stream import Stream, squeezed, utf16

__all__ = [
    "LONGEST_QUOTE",
    "Shown",
    "Stream",
    "audience_key",
    "audience_of_quote",
    "block_in_draft",
    "groups_of",
    "is_there",
    "known_to",
    "make_anchor",
    "may_know",
    "place_anchors",
    "places",
    "squeezed",
    "utf16",
]
