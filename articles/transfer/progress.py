"""A progress bar for terminals."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

WIDTH = 40
EVERY = 0.1  # seconds between two drawings


class ProgressBar:
    """Draws on a stream when that is a terminal, and is silent when it is not (a log, a pipe)."""

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = bool(self._stream.isatty())
        self._drawn = 0.0

    def show(self, done: int, total: int) -> None:
        """Tell how far the work is."""
        now = time.monotonic()
        if not self._shown or (now - self._drawn < EVERY and done < total):
            return
        self._drawn = now
        filled = WIDTH * done // max(total, 1)
        self._write(f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {done}/{total}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and self._drawn:
            self._write("\n")

    def _write(self, text: str) -> None:
        # Past Django's OutputWrapper, which ends every write with a new line.
        stream = getattr(self._stream, "_out", self._stream)
        stream.write(text)
        stream.flush()
