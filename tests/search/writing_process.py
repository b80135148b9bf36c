"""A process that commits to an index without end, to be killed: `python -m tests.search.writing_process FOLDER`.

It prints the cursor after each commit. Every commit replaces all articles at once: their titles all tell its cursor,
so that whoever reads half of a commit sees two cursors.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

ARTICLES = 12


def main(folder: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from articles.search import SearchDocument
    from articles.search.whoosh_engine import WhooshEngine

    engine = WhooshEngine(Path(folder))
    cursor = engine.cursor or 0
    while True:
        cursor += 1
        documents = [
            SearchDocument(
                id=number, title=f"Permit cursor{cursor}", headings="", tags=(), body="words " * 50, category_id=1,
                language="en", root_id=1, version=cursor, updated=datetime.now(UTC),
            )
            for number in range(1, ARTICLES + 1)
        ]  # fmt: skip
        if engine.cursor is None or cursor % 10 == 0:
            engine.rebuild(documents, cursor)
        else:
            engine.update(documents, [], cursor)
        sys.stdout.write(f"{cursor}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
