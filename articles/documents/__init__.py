"""Documents: what the text of an article is, and everything that it is made from and made into.

A document is ProseMirror JSON of the schema in `schema.json`: a `dict` that the editor, the draft and the database
share. Everything here takes and gives such documents and knows nothing of articles, users or the database. Import only
from this package, not from its modules.

Invariants, each proved by a property test: `from_html(render(d).html)` and `from_markdown(to_markdown(d))` give `d` for
every valid document; whatever comes in, what comes out is valid or a DocumentError; what is marked for certain roles is
either understood or left out.
"""

from .audience import for_audience, passage_roles
from .diff import DiffRow, diff_inline, diff_rows
from .errors import DocumentError, TooLarge
from .findings import Finding, findings
from .from_html import Converted, from_html
from .from_markdown import from_markdown
from .headings import Heading
from .links import article_links, image_ids, rewrite
from .merge import Choice, Clash, Merge, as_document, merge
from .outside_images import own_images_only, replace_images
from .plain_blocks import paragraphs, passage_of
from .plain_text import search_fields, to_text
from .render import Rendered, render
from .said import Piece, said
from .schema import SCHEMA_VERSION, canonical, check_document, empty_document
from .to_markdown import to_markdown
from .ydoc import read_draft, write_draft
from .ydoc_passages import draft_passages
from .ydoc_said import DraftPiece, draft_said
from .ydoc_title import read_title, write_title

__all__ = [
    "SCHEMA_VERSION",
    "Choice",
    "Clash",
    "Converted",
    "DiffRow",
    "DocumentError",
    "DraftPiece",
    "Finding",
    "Heading",
    "Merge",
    "Piece",
    "Rendered",
    "TooLarge",
    "article_links",
    "as_document",
    "canonical",
    "check_document",
    "diff_inline",
    "diff_rows",
    "draft_passages",
    "draft_said",
    "empty_document",
    "findings",
    "for_audience",
    "from_html",
    "from_markdown",
    "image_ids",
    "merge",
    "own_images_only",
    "paragraphs",
    "passage_of",
    "passage_roles",
    "read_draft",
    "read_title",
    "render",
    "replace_images",
    "rewrite",
    "said",
    "search_fields",
    "to_markdown",
    "to_text",
    "write_draft",
    "write_title",
]
