"""Markdown to a document: CommonMark with tables, ~~strike~~, HTML, and our containers, made by way of HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .attributes import CALLOUT_KINDS, CONTACT_KINDS
from .characters import clean_text
from .errors import DocumentError
from .escaping import escape
from .from_html import Converted, convert_html
from .html_names import CALLOUT_SYNONYMS
from .losses import Losses
from .markdown_rules import install
from .sanitise import check_size

_MAX_NESTING = 60
_STRAY_PASSAGE = re.compile(r"^[ \t]*:{3,}[ \t]*roles?\b", re.IGNORECASE | re.MULTILINE)


def from_markdown(markdown: str) -> Converted:
    """Make a document of Markdown, of at most 2 MB. HTML in it is read as `from_html` reads it.

    Gives a valid document in canonical form. Raises DocumentError when the text is too large or nested too deeply, and
    when a passage for certain roles is marked in a way that cannot be understood.
    """
    check_size(markdown)
    losses = Losses()
    environment: dict[str, Any] = {}
    tokens = _PARSER.parse(clean_text(markdown), environment)
    _mark_steps(tokens, losses)
    _refuse_stray_passages(tokens)
    html = _PARSER.renderer.render(tokens, _PARSER.options, environment)
    return convert_html(html, losses)


def _mark_steps(tokens: list[Token], losses: Losses) -> None:
    """The one list in a container of steps becomes the steps; the container itself leaves no trace."""
    for index, token in enumerate(tokens):
        if token.type != "container_open" or token.tag != "steps":
            continue
        end = next(
            i for i in range(index + 1, len(tokens))
            if tokens[i].type == "container_close" and tokens[i].level == token.level
        )  # fmt: skip
        inside = [i for i in range(index + 1, end) if tokens[i].level == token.level + 1]
        if len(inside) == 2 and tokens[inside[0]].type in ("ordered_list_open", "bullet_list_open"):
            for i in inside:
                tokens[i].tag = "ol"
            tokens[inside[0]].attrs = {"class": "steps"}
        else:
            losses.add("container", "::: steps")


def _refuse_stray_passages(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("inline", "code_block") and _STRAY_PASSAGE.search(token.content):
            raise DocumentError(_(
                "A passage for certain roles cannot be understood. Begin it with a line “::: roles manager” that is not "
                "indented, and end it with a line “:::”."
            ))  # fmt: skip


class _Renderer(RendererHTML):
    """HTML for `from_html`: paragraphs are always written as such, also in tight lists."""

    def paragraph_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "<p>"

    def paragraph_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</p>"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        named = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{named}>{escape(token.content)}</code></pre>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>"

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        token.attrs["alt"] = _alternative(token.children or [])
        return f"<img{self.renderAttrs(token)}>"

    def container_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        if token.tag == "details":
            summary = _PARSER.renderInline(token.info, env)
            return f"<details><summary>{summary}</summary>"
        if token.tag == "roles":
            return f'<section data-roles="{escape(token.info)}">'
        if token.tag == "steps":
            return ""
        kind = CALLOUT_SYNONYMS.get(token.tag, token.tag)
        title = f"<p><strong>{_PARSER.renderInline(token.info, env)}</strong></p>" if token.info else ""
        return f'<aside class="callout" data-kind="{kind}">{title}' if kind in CALLOUT_KINDS else title

    def container_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        tag = tokens[index].tag
        return {"details": "</details>", "roles": "</section>", "steps": ""}.get(tag, "</aside>")

    def labelled_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return f'<dl class="{tokens[index].tag}">'

    def labelled_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</dl>"

    def label_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        is_kind = token.tag == "contact" and token.info in CONTACT_KINDS
        return f'<div data-kind="{token.info}"><dt>' if is_kind else "<div><dt>"

    def label_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</dt>"

    def value_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "<dd>"

    def value_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</dd></div>"


def _alternative(tokens: Sequence[Token]) -> str:
    """The text of an image's label."""
    return "".join(
        _alternative(token.children) if token.children else " " if token.type in ("softbreak", "hardbreak")
        else "" if token.type == "html_inline" else token.content
        for token in tokens
    )  # fmt: skip


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    # Addresses are checked and written by us; percent-encoding them here would change those of our own documents.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # so that `from_html` sees and reports it
    install(parser)
    return parser


_PARSER = _parser()
