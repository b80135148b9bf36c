"""`manage.py serve` that also notes, in the file NUDGES, when each transaction with events was committed.

python -m tests.bench.push_server serve --port 8000
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Runs a command of manage.py with the note-taking listener."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbcentre.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from articles import events

    notes = Path(os.environ["NUDGES"])

    def note() -> None:
        with notes.open("a") as file:
            file.write(f"{time.monotonic_ns()}\n")

    events.on_nudge(note)  # before the hub's own listener, in the thread that has just committed
    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
