"""Text as HTML."""

from __future__ import annotations

from html import escape as escape_all


def escape(text: str) -> str:
    """Text as HTML, also inside of double quotes."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        return escape_all(text, quote=True).replace("&#x27;", "'")
    return text
