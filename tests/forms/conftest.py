"""Forms as people fill them in, and an index to search in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import documents
from articles.drafts import store
from articles.models import Article
from articles.search import Indexer, SearchEngine, get_engine
from tests.pages.conftest import tables

_INPUT = re.compile(r"<input([^>]*)>")
_AREA = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
_SELECT = re.compile(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)"[^>]* selected')
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


@pytest.fixture
def engine(db: None) -> Iterator[SearchEngine]:
    """The engine that the pages use, without an index before and after."""
    engine = get_engine()

    def forget() -> None:
        engine.close()
        shutil.rmtree(settings.DATA_DIR / "index", ignore_errors=True)

    forget()
    yield engine
    forget()


@pytest.fixture
def index(engine: SearchEngine) -> Callable[[], None]:
    """`index()` brings the index up to date, as the worker does."""
    indexer = Indexer(engine)

    def bring_up_to_date() -> None:
        while indexer.run_once():
            pass

    return bring_up_to_date


def filled(html: str) -> dict[str, str]:
    """What a browser would send of the forms of a page, as they stand: the last value of each name."""
    values: dict[str, str] = {}
    for tag in _INPUT.findall(html):
        attributes = dict(_ATTRIBUTE.findall(tag))
        kind = attributes.get("type", "text")
        if "name" in attributes and (kind not in ("checkbox", "radio", "file", "search") or "checked" in attributes):
            values[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, text in _AREA.findall(html):
        values[name] = unescape(text)
    for name, options in _SELECT.findall(html):
        chosen = _CHOSEN.search(options)
        values[name] = unescape(chosen[1]) if chosen else ""
    values.pop("csrfmiddlewaretoken", None)
    return values


def steady(queries: CaptureQueriesContext) -> list[str]:
    """The tables that a search asks, but for the synonyms, which a process reads again every few seconds."""
    return [table for table in tables(queries) if table != "articles_synonymgroup"]


class Writer:
    """Somebody at the plain editing page: `opened` is the form as it was when the page was opened."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        response = client.get(address)
        assert response.status_code == 200, response.status_code
        self.opened = filled(response.content.decode())

    def send(self, do: str = "save", **changed: Any) -> Any:
        """Send the form with what was typed; gives the response."""
        return self.client.post(self.address, {**self.opened, **changed, "do": do})


def draft_of(article: Article) -> str:
    """The draft as Markdown."""
    return documents.to_markdown(documents.read_draft(store.load(article.pk)[0]))
