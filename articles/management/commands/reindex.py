"""`manage.py reindex`: make the search index of this machine anew, or compare it with the database."""

from __future__ import annotations

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.search import IndexBusy, IndexUnavailable, get_engine
from articles.search.engine import Difference
from articles.search.indexer import Indexer, compare


class Command(BaseCommand):
    help = "Makes the search index of this machine anew, beside the one that is searched; --check only compares it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="print how the index differs from the database, and exit with 1 if so"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        began = monotonic()
        try:
            count = Indexer().rebuild()
        except IndexBusy:
            raise CommandError("Another process is writing the index now. Try again in a moment.") from None
        self.stderr.write(f"Indexed {count} texts in {monotonic() - began:.1f} s.")

    def _check(self) -> None:
        indexer = Indexer()
        try:
            difference = compare(get_engine())
        except IndexUnavailable as reason:
            raise CommandError(f"{reason} Run `manage.py reindex`.") from None
        lag = indexer.lag()
        if lag:
            self.stderr.write(f"The index is {lag} events behind; a worker that runs will catch up.")
        if not difference:
            self.stderr.write("The index agrees with the database.")
            return
        for what, ids in _named(difference):
            if ids:
                self.stdout.write(f"{what}: {', '.join(map(str, ids))}")
        raise CommandError("The index differs from the database. Run `manage.py reindex`.")


def _named(difference: Difference) -> list[tuple[str, list[int]]]:
    return [
        ("missing", difference.missing),
        ("surplus", difference.surplus),
        ("outdated", difference.outdated),
        ("wrong access root", difference.wrong_root),
    ]
