"""Write in a draft as a program does: Markdown or HTML in, the smallest edit applied."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from .. import access, documents
from ..actions import draft as actions
from ..actions.problems import Invalid
from ..drafts import store
from ..signed_in import SignedInRequest
from .errors import error_response

router = Router(tags=["drafts"])


class Text(Schema):
    """A text in one of two forms."""

    markdown: str | None = None
    html: str | None = None

    def convert(self) -> documents.Converted:
        """The document, with stored images alone, and what was lost.

        Raises Invalid when both forms are given, documents.DocumentError.
        """
        if self.markdown is not None and self.html is not None:
            raise Invalid(html=_("Send markdown or html, not both."))
        read = documents.from_markdown(self.markdown or "") if self.html is None else documents.from_html(self.html)
        return documents.own_images_only(read)


class DraftIn(Text):
    base: int | None = None


@router.get("articles/{int:article_id}/draft")
def read(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    """The draft as it is now. `seq` may be sent back as `base`, so that only what you changed is applied."""
    article = access.fetch_article(request.user, "edit", article_id)
    doc, seq = store.load(article.pk)
    document = documents.read_draft(doc)
    made = documents.render(document, language=article.language)
    return {
        "seq": seq, "schema": documents.SCHEMA_VERSION, "html": made.html, "text": made.text,
        "markdown": documents.to_markdown(document),
    }  # fmt: skip


@router.put("articles/{int:article_id}/draft")
def replace(request: SignedInRequest, article_id: int, data: DraftIn) -> dict[str, Any]:
    """Make the draft say this text. What others type meanwhile merges."""
    if data.markdown is None and data.html is None:
        raise Invalid(markdown=_("Send the text as markdown or as html."))
    access.fetch_article(request.user, "edit", article_id)
    converted = data.convert()
    seq = actions.replace_draft(request.user, article_id, converted.document, base_seq=data.base)
    return {"seq": seq, "schema": documents.SCHEMA_VERSION, "losses": converted.losses}


_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_SINCE = {"name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
_WAIT = {"name": "wait", "in": "query", "schema": {"type": "number", "maximum": 25, "default": 25}}
_SCHEMA = {"name": "schema", "in": "query", "schema": {"type": "integer"}}
_USER = {"name": "user", "in": "query", "schema": {"type": "integer"}}


@router.get(
    "articles/{int:article_id}/draft/updates",
    openapi_extra={
        "parameters": [_SINCE, _WAIT, _SCHEMA, _USER],
        "responses": {200: {"description": "One Yjs v1 update; X-Draft-Seq is the next `since`", "content": _BINARY}},
    },
)
def read_updates(request: SignedInRequest, article_id: int) -> JsonResponse:
    """What was written in the draft after `since` (0: all of it), as one Yjs update; waits `wait` seconds for news.

    409 with code `schema` where `schema` is not the server's; 401 where `user` is given and somebody else is signed in.
    """
    return _led_elsewhere(request, article_id)


@router.post(
    "articles/{int:article_id}/draft/updates",
    openapi_extra={
        "parameters": [_SCHEMA, _USER],
        "requestBody": {"required": True, "content": _BINARY},
        "responses": {200: {"description": "It is stored"}},
    },
)
def write_update(request: SignedInRequest, article_id: int) -> JsonResponse:
    """Write one Yjs v1 update into the draft, as the editor does; answered with `{"seq"}` when it is stored."""
    return _led_elsewhere(request, article_id)


def _led_elsewhere(request: SignedInRequest, article_id: int) -> JsonResponse:
    """The live draft is served by `manage.py serve` (`articles.drafts.requests`); this is a process for pages."""
    access.fetch_article(request.user, "view", article_id)
    return error_response(503, _("The proxy led this request to the wrong process: see docs/operations.md."))
