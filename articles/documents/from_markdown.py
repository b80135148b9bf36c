"""Markdown to a document: CommonMark with tables, ~~strike~~, HTML, and our containers, made by way of HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .attributes import CALLOUT_KINDS, CONTACT_KINDS
from .characters import clean_text
from .errors import DocumentError
from .escaping import escape
from .from_html import Converted, convert_html
from .html_names import CALLOUT_SYNONYMS
from .losses import Losses
from .markdown_rules import install, refuse_stray_passage
from .sanitise import check_size
from .schema import MAX_DEPTH

_MAX_NESTING = MAX_DEPTH + 10  # of blocks: whatever a document can hold
_MAX_BRACKETS = 20_000  # each that opens may be a link, and is looked at on every level
# Escaped, or in a code span, it is text that somebody means to show.
_MARKED_TAG = re.compile(r"(?<!\\)<[^<>]{0,500}data-roles", re.IGNORECASE)
_FIRST_TAG = re.compile(r"\s*</?([A-Za-z][A-Za-z0-9-]*)")


def from_markdown(markdown: str) -> Converted:
    """Make a document of Markdown, of at most 2 MB. HTML in it is read as `from_html` reads it.

    Gives a valid document in canonical form. Raises DocumentError when the text is too large or nested too deeply, and
    when a passage for certain roles is marked in a way that cannot be understood.
    """
    check_size(markdown)
    losses = Losses()
    environment: dict[str, Any] = {}
    if markdown.count("[") > _MAX_BRACKETS:
        raise DocumentError(_("The text has too many brackets. Split it into several articles."))
    tokens = _PARSER.parse(clean_text(markdown), environment)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):  # the parser drops what is deeper
        raise DocumentError(_("The text is nested too deeply. Make its lists and quotations flatter."))
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
    """What was meant to begin a passage, and became text, would show what comes after it to everybody."""
    before = ""
    for token in tokens:
        if token.type == "code_block" or (token.type == "inline" and before == "paragraph_open"):
            refuse_stray_passage(token.content)
        if token.type in ("code_block", "inline"):  # indented code is mostly an accident, fenced code never
            understood = sum(
                child.content.count("data-roles")
                for child in token.children or ()
                if child.type in ("html_inline", "code_inline")
            )
            if len(_MARKED_TAG.findall(token.content)) > understood:
                raise DocumentError(
                    _('A passage for certain roles cannot be understood. Write it as <section data-roles="manager">.')
                )
        before = token.type


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

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        content = tokens[idx].content
        found = _FIRST_TAG.match(content)
        if found and found[1].lower() in block_names:
            return content
        return f"<p></p>{content}<p></p>"  # a line of inline elements between empty lines is a paragraph of its own

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
    parts = []
    for token in tokens:
        if token.children:
            parts.append(_alternative(token.children))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type != "html_inline":
            parts.append(token.content)
    return "".join(parts)


class _Parser(MarkdownIt):
    """markdown-it with addresses as they stand: percent-encoding would change those of our own documents, and what is
    not allowed is for `from_html` to refuse, which reports it."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": True, "maxNesting": _MAX_NESTING}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    install(parser)
    return parser


_PARSER = _parser()
