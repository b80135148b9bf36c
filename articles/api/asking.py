"""What is said of a version: by publishing, proposing and planning alike; and whom a must-read asks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema

from ..actions.asking import Asks, chosen_asks
from ..actions.problems import Invalid
from ..models import Significance, User
from ..models.frozen import Frozen


class AskIn(Schema):
    roles: list[str] = []
    categories: list[str] = []
    days: int | None = None


class Said(Schema):
    note: str = ""
    significance: str = Significance.NORMAL
    seq: int | None = None
    ask: AskIn | None = None

    def said(self, user: User) -> dict[str, Any]:
        """What the actions take. Raises Invalid."""
        asks = None
        if self.ask is not None:
            if self.significance != Significance.MUST_READ:
                raise Invalid(ask=_("Only a must-read asks people to confirm it."))
            asks = chosen_asks(user, roles=self.ask.roles, categories=self.ask.categories, days=self.ask.days)
        return {"note": self.note, "significance": self.significance, "seq": self.seq, "asks": asks}


def asks_of(one: Frozen) -> dict[str, Any] | None:
    """Whom a must-read that waits will ask, as it was chosen. None where it is no must-read."""
    if one.significance != Significance.MUST_READ:
        return None
    asks = Asks.of(one.asks)
    return {"roles": list(asks.roles), "category_ids": list(asks.categories), "days": asks.days}
