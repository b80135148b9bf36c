"""Bodies of PATCH: what is named is changed, the rest stays; a field that there is not is refused, by its name."""

from __future__ import annotations

from ninja import Schema
from pydantic import ConfigDict


class Change(Schema):
    """Fields to change. A name that was misspelt would else change nothing and be answered with success."""

    model_config = ConfigDict(extra="forbid")
