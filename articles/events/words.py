"""What happens to the words that a search knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..access import View
from ..models.event import Event
from .happening import Happening


@dataclass(frozen=True)
class SynonymsChanged(Happening):
    """Words that find each other were added, changed or removed. For managers."""

    kind = "synonyms.changed"

    @classmethod
    def known_to(cls, view: View, event: Event, own_roots: Collection[int] = ()) -> bool:
        return view.manager
