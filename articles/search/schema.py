"""The fields of the Whoosh index, and how its postings are written.

title, all      scored terms: of the title; of title, headings, tags and body together
words           the words as written, for the correction of spelling; one posting per text that has the word
tags            whole tags, for the filter
marked          "1" for texts of articles that have passages for certain roles
article, root, category, language, version, updated, label      columns: one value per document
text, audience, passage_roles                                   stored, read for hits only
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec

from . import languages
from .analysis import ANALYSIS, Terms, terms_of
from .engine import SearchDocument
from .tokens import normalise, surface_words

FORMAT = 1  # raise it when the fields below or their meaning change: the index is then made anew
INDEX_NAME = "kb"
TITLE, ALL, WORDS, TAGS, MARKED = "title", "all", "words", "tags", "marked"
NUMBERS = ("article", "root", "category", "language", "version", "updated")
LABEL = "label"


class TermsFormat(formats.Format):
    """Postings of a document number and a weight, and nothing else."""

    def __init__(self) -> None:
        super().__init__()

    def fixed_value_size(self) -> int:
        return 0


class TermsField(fields.FieldType):
    """A field that is given finished terms: an `analysis.Terms`, or strings that count once each."""

    def __init__(self, scorable: bool) -> None:
        super().__init__(format=TermsFormat(), analyzer=None, scorable=scorable)

    def index(self, value: Terms | Iterable[str], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """(term, what it adds to the length of the text, weight, nothing) for each term."""
        if isinstance(value, Terms):
            rest = value.length
            for term, weight in value.weights.items():
                yield term.encode(), rest, weight, b""
                rest = 0
        else:
            for term in value:
                yield term.encode(), 0, 1.0, b""


class Codec(W3Codec):
    """Whoosh's format, with longer blocks (they are read whole) and without statistics that only its matcher needs."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=4096, compression=1)


class IndexSchema(fields.Schema):
    """The fields, and with them what belongs to a commit: Whoosh writes both into one file, atomically."""

    cursor: int = 0
    made_by: tuple[int, int] = (0, 0)

    @property
    def ours(self) -> bool:
        """Whether this code can search an index with this schema."""
        return self.made_by == (FORMAT, ANALYSIS)


def new_schema(cursor: int) -> IndexSchema:
    """The schema of an index made by this code."""
    number = {name: fields.COLUMN(columns.NumericColumn("q")) for name in NUMBERS}
    schema = IndexSchema(
        **{TITLE: TermsField(scorable=True), ALL: TermsField(scorable=True)},
        **{name: TermsField(scorable=False) for name in (WORDS, TAGS, MARKED)},
        **number,
        **{LABEL: fields.COLUMN(columns.VarBytesColumn())},
        text=fields.STORED(),
        audience=fields.STORED(),
        passage_roles=fields.STORED(),
    )
    schema.cursor = cursor
    schema.made_by = (FORMAT, ANALYSIS)
    return schema


def normal_tag(tag: str) -> str:
    """The form in which tags are compared: case does not make another tag."""
    return " ".join(normalise(tag).split())


def whoosh_document(document: SearchDocument) -> dict[str, Any]:
    """What Whoosh is given for an article."""
    tags = " ".join(document.tags)
    texts = (document.title, document.headings, tags, document.body)
    row: dict[str, Any] = {
        TITLE: terms_of([document.title], document.language),
        ALL: terms_of(texts, document.language),
        WORDS: {word for text in texts for word in surface_words(text)},
        TAGS: {normal_tag(tag) for tag in document.tags},
        "article": document.id,
        "root": document.root_id,
        "category": document.category_id,
        "language": languages.CODES.index(document.language) if document.language in languages.CODES else 0,
        "version": document.version,
        "updated": int(document.updated.timestamp()),
        LABEL: document.title.encode(),
        "text": document.body or document.headings,
    }
    if document.passage_roles:
        row[MARKED] = {"1"}
        row["audience"] = sorted(document.audience)
        row["passage_roles"] = sorted(document.passage_roles)
    return row
