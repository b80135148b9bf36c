"""The engine of this process."""

from __future__ import annotations

import os

from django.conf import settings

from .engine import SearchEngine

_engines: dict[int, SearchEngine] = {}


def get_engine() -> SearchEngine:
    """The engine of this process, opened when first asked for; a forked process opens its own."""
    engine = _engines.get(os.getpid())
    if engine is None:
        # Here, so that Django starts without reading numpy and Whoosh; and here alone stands which engine it is.
        from .managed_synonyms import kept_by_managers
        from .whoosh_engine import WhooshEngine

        engine = _engines.setdefault(os.getpid(), WhooshEngine(settings.DATA_DIR / "index", kept_by_managers))
    return engine
