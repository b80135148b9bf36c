"""Which words are searched for, and whether they lead anywhere: counted by day, never by person or hour.

A search must not wait for a note about it. So notes are kept in memory for some seconds and written together, by a
thread of their own; what a process that is killed had not written yet is lost, and only a number is too small.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from .models import SearchedWords

logger = logging.getLogger(__name__)
LONGEST = 120
MOST_WORDS = 2_000  # different ones within a few seconds: more is a program, and is not counted
# Numbers of people, phones and mail addresses are nobody's business here.
_PERSONAL = re.compile(r"\S*@\S*|[+\d][\d\s().-]{4,}\d")
Counts = list[int]  # searches, of these without results, clicks

_lock = threading.Lock()
_noted: dict[tuple[date, str], Counts] = defaultdict(lambda: [0, 0, 0])
_writer: threading.Thread | None = None


def clean(words: str) -> str:
    """Words as they are counted: small letters, single spaces, and nothing that could be a person's number."""
    return " ".join(_PERSONAL.sub("…", words.casefold()).split())[:LONGEST].strip()


def note_search(words: str, total: int) -> None:
    """Somebody searched, and found so much. Costs no query."""
    _note(words, (1, int(total == 0), 0))


def note_click(words: str) -> None:
    """Somebody opened one of the answers to these words. Costs no query."""
    _note(words, (0, 0, 1))


def _note(words: str, counts: tuple[int, int, int]) -> None:
    key = (timezone.localdate(), clean(words))
    if not key[1]:
        return
    with _lock:
        if key not in _noted and len(_noted) >= MOST_WORDS:
            return
        row = _noted[key]
        for place, number in enumerate(counts):
            row[place] += number
    _start_writer()


def write() -> int:
    """Write down what was noted since; gives how many different words. What cannot be written is forgotten."""
    with _lock:
        rows = dict(_noted)
        _noted.clear()
    for (day, words), (searches, empty, clicks) in rows.items():
        try:
            with transaction.atomic():
                row, _made = SearchedWords.objects.get_or_create(day=day, words=words)
                SearchedWords.objects.filter(pk=row.pk).update(
                    searches=F("searches") + searches, empty=F("empty") + empty, clicks=F("clicks") + clicks
                )
        except DatabaseError as problem:
            logger.warning("Searches could not be counted: %s", problem)
            return 0
    return len(rows)


def forget(today: date) -> int:
    """Drop what is older than SEARCH_LOG_DAYS; gives how many rows."""
    old = SearchedWords.objects.filter(day__lt=today - timedelta(days=settings.SEARCH_LOG_DAYS))
    return old.delete()[0]


def _start_writer() -> None:
    global _writer
    if settings.SEARCH_LOG_EVERY <= 0 or (_writer is not None and _writer.is_alive()):
        return
    with _lock:
        if _writer is None or not _writer.is_alive():
            _writer = threading.Thread(target=_write_for_ever, name="search-log", daemon=True)
            _writer.start()


def _write_for_ever() -> None:
    while True:
        time.sleep(settings.SEARCH_LOG_EVERY)
        close_old_connections()
        try:
            write()
        finally:
            connection.close()
