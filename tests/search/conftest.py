"""An index of its own for every test, and documents to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.search import Indexer, SearchDocument, SearchEngine, get_engine
from articles.search.whoosh_engine import WhooshEngine
from tests.search.asking import Asker

MakeDocument = Callable[..., SearchDocument]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """An engine with an empty folder."""
    engine = WhooshEngine(tmp_path / "index")
    yield engine
    engine.close()


@pytest.fixture
def make_document() -> MakeDocument:
    """`make_document("Title", "Body", root_id=…, …)`: ids count from 1, each newer than the one before."""
    count = 0

    def make(title: str, body: str = "", **more: Any) -> SearchDocument:
        nonlocal count
        count += 1
        values: dict[str, Any] = {
            "id": count, "headings": "", "tags": (), "category_id": 1, "language": "en", "root_id": 1, "version": 1,
            "updated": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=count),
        }  # fmt: skip
        return SearchDocument(title=title, body=body, **{**values, **more})

    return make


@pytest.fixture
def ask(engine: WhooshEngine, make_document: MakeDocument) -> Asker:
    """`ask.about(document, …)` makes the index; then `ask("question")` gives the titles that were found."""
    return Asker(engine, make_document)


@pytest.fixture
def site_engine(db: None) -> Iterator[SearchEngine]:
    """The engine that the pages use, without an index before and after."""
    import shutil

    from django.conf import settings

    engine = get_engine()
    engine.close()
    shutil.rmtree(settings.DATA_DIR / "index", ignore_errors=True)
    yield engine
    engine.close()
    shutil.rmtree(settings.DATA_DIR / "index", ignore_errors=True)


@pytest.fixture
def indexer(site_engine: SearchEngine) -> Indexer:
    """The reader of the log, as the worker has it."""
    return Indexer(site_engine)
