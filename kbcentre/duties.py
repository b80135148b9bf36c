"""The duties of a worker: one line each."""

from __future__ import annotations

from .housekeeping import Housekeeping
from .worker import Duty


def all_duties() -> list[Duty]:
    """What `serve` and `worker` do beside the pages."""
    return [
        Duty("housekeeping", Housekeeping().step, every=60, nudged=False),
    ]
