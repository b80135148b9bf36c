"""Parts of pages that say the same each time: drawn once per process, with the places of what is of one request.

A form has a token of its own in every answer, and some lead back to where they were pressed. Such a part is drawn with
a mark in those places, kept so, and filled for each request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import days
from .kept import Kept

# Where a form's token goes, and the address of the page. Another pair in each process: nobody can write what is taken
# for one of them, and have a token put into a text of theirs.
TOKEN = f"\0{secrets.token_hex(8)}\0"
HERE = f"\0{secrets.token_hex(8)}\0"
_fragments: Kept[str] = Kept(10_000)  # some kilobytes each at most


def drawn_once(
    name: str,
    values: tuple[Hashable, ...],
    draw: Callable[[], str],
    *,
    token: object,
    here: str = "",
    mark: Hashable = None,
) -> SafeString:
    """What `draw` gives, or gave for the same name, values, mark, language and day, filled for this request.

    `draw` puts TOKEN where `token` (a request's `csrf_token`) goes and HERE where `here` (its address) goes, and
    depends on nothing that is not in `values` or, as a state that moves on, in `mark`.
    """
    html = _fragments.get((name, get_language(), days.today(), values), mark, draw)
    return filled(html, token=token, here=here)


def filled(html: str, *, token: object, here: str = "") -> SafeString:
    """What was drawn with marks, with what is of this request in their places."""
    if TOKEN in html:
        html = html.replace(TOKEN, str(token))
    if HERE in html:
        html = html.replace(HERE, conditional_escape(here))
    return mark_safe(html)  # noqa: S308 -- drawn by a template
