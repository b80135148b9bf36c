"""The exceptions of this package."""

from __future__ import annotations


class DocumentError(ValueError):
    """A document, or a text that should become one, cannot be taken. The message says what to do about it."""


class TooLarge(DocumentError):
    """It is larger than anything that is taken: it belongs into several articles."""
