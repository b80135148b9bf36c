"""Why a source, or one file of it, cannot be imported."""

from __future__ import annotations


class SourceError(ValueError):
    """The whole source cannot be read; the message says why, and what to do."""


class FileFailed(ValueError):
    """This file cannot be imported; the message says why. The other files are not concerned."""


class FileSkipped(Exception):
    """This file is no article and is left out on purpose; the message says why."""
