"""Other full-text engines on the same fields as ours, as one would set them up: the baselines of `bench_search`.

Each holds a title and the whole text, finds any of the words, filters by access root, counts, and gives the ten best
with their titles and a marked extract.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import tantivy

from articles.search import Reader, SearchDocument, SearchQuery
from articles.search.engine import Lift, Topics
from articles.search.whoosh_engine import WhooshEngine

BEST = 10
_WORDS = re.compile(r"\w+")
STEMMERS = {"en": "english", "sv": "swedish"}


class Text(NamedTuple):
    id: int
    title: str
    body: str
    root: int


class Found(NamedTuple):
    ids: list[int]
    total: int


class Rival(Protocol):
    name: str

    def fill(self, texts: Iterable[Text]) -> None: ...

    def ask(self, question: str, roots: frozenset[int] | None) -> Found: ...


class Ours:
    """The engine of the product: what it does more (spelling, synonyms, compounds) is in the time."""

    name = "kbcentre"

    def __init__(self, folder: Path, language: str) -> None:
        self.engine = WhooshEngine(folder / "ours")
        self._language = language

    def fill(self, texts: Iterable[Text]) -> None:
        now = datetime.now(UTC)
        self.engine.rebuild(
            (
                SearchDocument(
                    id=text.id, title=text.title, headings="", tags=(), body=text.body, category_id=text.root,
                    language=self._language, root_id=text.root, version=1, updated=now,
                )
                for text in texts
            ),
            cursor=1,
        )  # fmt: skip
        self.engine.warm()

    def ask(self, question: str, roots: frozenset[int] | None) -> Found:
        result = self.engine.search(SearchQuery(question, Reader(roots), limit=BEST))
        return Found([hit.id for hit in result.hits], result.total)

    def within(self, question: str, roots: frozenset[int] | None, topics: Topics) -> Found:
        """As `ask`, by somebody who has chosen topics: what is outside is counted, and its best few are given too."""
        result = self.engine.search(SearchQuery(question, Reader(roots), limit=BEST, topics=topics))
        return Found([hit.id for hit in result.hits], result.total)

    def lifted(self, question: str, lift: Lift) -> Found:
        """As `ask`, with what people made of earlier answers."""
        result = self.engine.search(SearchQuery(question, Reader(None), limit=BEST, lift=lift))
        return Found([hit.id for hit in result.hits], result.total)

    def suggest(self, text: str, roots: frozenset[int] | None) -> Found:
        found = self.engine.suggest(text, Reader(roots), BEST).titles
        return Found([one.id for one in found], len(found))


class Fts5:
    """SQLite FTS5: Porter's stemmer for English; it has none for Swedish."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path, language: str) -> None:
        self._db = sqlite3.connect(folder / "fts5.sqlite3")
        tokenizer = "porter unicode61" if language == "en" else "unicode61"
        self._db.execute(f"CREATE VIRTUAL TABLE texts USING fts5(title, whole, root UNINDEXED, tokenize='{tokenizer}')")

    def fill(self, texts: Iterable[Text]) -> None:
        with self._db:
            self._db.executemany(
                "INSERT INTO texts(rowid, title, whole, root) VALUES (?, ?, ?, ?)",
                ((text.id, text.title, f"{text.title}\n{text.body}", text.root) for text in texts),
            )
            self._db.execute("INSERT INTO texts(texts) VALUES ('optimize')")

    def ask(self, question: str, roots: frozenset[int] | None) -> Found:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORDS.findall(question)))
        if not match:
            return Found([], 0)
        allowed = "" if roots is None else f"AND root IN ({','.join(map(str, roots))})"
        rows = self._db.execute(
            "SELECT rowid, title, snippet(texts, 1, '<mark>', '</mark>', '…', 32) FROM texts"
            f" WHERE texts MATCH ? {allowed} ORDER BY rank LIMIT {BEST}",
            (match,),
        ).fetchall()
        counted = self._db.execute(f"SELECT count(*) FROM texts WHERE texts MATCH ? {allowed}", (match,)).fetchone()
        return Found([row[0] for row in rows], counted[0])


class Tantivy:
    """tantivy, a search library in Rust, with its stemmers."""

    name = "tantivy"

    def __init__(self, folder: Path, language: str) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", stored=True, fast=True)
        builder.add_unsigned_field("root", indexed=True, fast=True)
        for field in ("title", "whole"):
            builder.add_text_field(field, stored=True, tokenizer_name="stemmed", index_option="position")
        self._schema = builder.build()
        (folder / "tantivy").mkdir()
        self._index = tantivy.Index(self._schema, path=str(folder / "tantivy"))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        analyzer = analyzer.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer(STEMMERS[language]))
        self._index.register_tokenizer("stemmed", analyzer.build())

    def fill(self, texts: Iterable[Text]) -> None:
        writer = self._index.writer(heap_size=100_000_000, num_threads=1)
        for text in texts:
            document = tantivy.Document(title=text.title, whole=f"{text.title}\n{text.body}")
            document.add_unsigned("id", text.id)
            document.add_unsigned("root", text.root)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ask(self, question: str, roots: frozenset[int] | None) -> Found:
        words = " ".join(dict.fromkeys(_WORDS.findall(question)))
        asked = query = self._index.parse_query(words, ["title", "whole"])
        if roots is not None:
            allowed = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(self._schema, "root", list(roots)), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), (tantivy.Occur.Must, allowed)])
        searcher = self._index.searcher()
        result = searcher.search(query, BEST, count=True)
        snippets = tantivy.SnippetGenerator.create(searcher, asked, self._schema, "whole")
        ids = []
        for _score, address in result.hits:
            document = searcher.doc(address)
            snippets.snippet_from_doc(document).to_html()
            ids.append(document["id"][0])
        return Found(ids, result.count)  # type: ignore[attr-defined]


RIVALS: tuple[Callable[[Path, str], Rival], ...] = (Ours, Fts5, Tantivy)
