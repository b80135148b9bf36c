"""`manage.py export_articles PATH`: articles become files again."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.transfer.exporter import Exporter
from articles.transfer.manifest import FORMATS
from articles.transfer.people import acting_user
from articles.transfer.problems import SourceError
from articles.transfer.progress import ProgressBar


class Command(BaseCommand):
    help = (
        "Export all articles that a person may see, with their images, to a new folder or zip archive. Markdown and "
        "HTML hold what readers see; JSON holds all versions, drafts and grants as well. import_articles reads it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder that is not there yet, or a name that ends with .zip")
        parser.add_argument("--format", choices=FORMATS, default="markdown")
        parser.add_argument("--as", dest="user", metavar="USER", help="whose rights hold (the first administrator)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = acting_user(options["user"])
        with ProgressBar(self.stderr) as bar:
            exporter = Exporter(user, options["format"], progress=bar.show)
            try:
                count = exporter.run(options["path"])
            except (SourceError, OSError) as problem:
                raise CommandError(str(problem)) from None
        for note in exporter.notes:
            self.stderr.write(note)
        self.stdout.write(f"{count} articles exported to {options['path']}")
