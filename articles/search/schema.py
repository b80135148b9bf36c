"""The fields of the Whoosh index.

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

from . import languages
from .analysis import ANALYSIS, Terms, terms_of, together
from .engine import SearchDocument
from .snippets import tidy
from .tokens import normalise, surface_words, tokenise

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
    title = list(tokenise(document.title))
    rest = list(tokenise("\n".join((document.headings, *document.tags, document.body))))
    title_terms = terms_of(title, document.language)
    row: dict[str, Any] = {
        TITLE: title_terms,
        ALL: together(title_terms, terms_of(rest, document.language)),
        WORDS: surface_words(title) | surface_words(rest),
        TAGS: {normal_tag(tag) for tag in document.tags},
        "article": document.id,
        "root": document.root_id,
        "category": document.category_id,
        "language": languages.CODES.index(document.language) if document.language in languages.CODES else 0,
        "version": document.version,
        "updated": int(document.updated.timestamp()),
        LABEL: document.title.encode(),
        "text": tidy(document.body or document.headings),
    }
    if document.passage_roles:
        row[MARKED] = {"1"}
        row["audience"] = sorted(document.audience)
        row["passage_roles"] = sorted(document.passage_roles)
    return row
