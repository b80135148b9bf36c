"""The page of an article as it is drawn for all with the same rights: views draw it, template tags complete it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from .models import Category


@dataclass(frozen=True)
class Drawn:
    """The two columns of an article's page, for all people with the same roles, and what the frame asks for."""

    slug: str
    url: str
    title: str
    category: Category
    number: int
    is_published: bool  # else it is in no list, and has no tab
    draft_seq: int | None  # only where the reader may edit
    review_due: bool  # its review date is near or past
    facts: tuple[int, int] | None  # where in the text the box of the quick facts stands, if the text can do without it
    owners: frozenset[tuple[str, int]]
    main: SafeString
    onward: SafeString
    right: SafeString
