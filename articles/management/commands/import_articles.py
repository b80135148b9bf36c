"""`manage.py import_articles PATH --category SLUG`: a folder or a zip becomes articles."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from articles import access
from articles.actions.category import create_category
from articles.actions.problems import Invalid
from articles.models import Category, User
from articles.transfer.importer import Importer
from articles.transfer.manifest import NAME
from articles.transfer.people import acting_user
from articles.transfer.problems import SourceError
from articles.transfer.progress import ProgressBar
from articles.transfer.report import Report, lines
from articles.transfer.sources import open_source


class Command(BaseCommand):
    help = (
        "Import a folder or a zip archive of Markdown (with front matter), HTML, DOCX and ODT, with images. Folders "
        "become categories. Importing the same again changes only what has changed in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder, or a zip archive")
        parser.add_argument("--category", metavar="SLUG", help="the category to import into (its address)")
        parser.add_argument(
            "--create-category", metavar="NAME", help="make the category with this name when it is not there"
        )
        parser.add_argument("--as", dest="user", metavar="USER", help="whose rights hold (the first administrator)")
        parser.add_argument("--publish", action="store_true", help="publish what was imported; without, it is drafts")
        parser.add_argument("--dry-run", action="store_true", help="convert and report, write nothing")
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        user = acting_user(options["user"])
        try:
            with open_source(options["path"]) as source:
                base = self._category(user, options, is_export=NAME in source)
                with ProgressBar(self.stderr) as bar:
                    report = Importer(
                        user, source, base, publish=options["publish"], dry_run=options["dry_run"],
                        progress=lambda done, total, _rows: bar.show(done, total),
                    ).run()  # fmt: skip
        except (SourceError, Invalid) as problem:
            raise CommandError(str(problem)) from None
        except (access.NotFound, access.Forbidden):
            what = "import or publish in" if options["publish"] else "import into"
            place = f"the category {options['category']!r}" if options["category"] else "the top of the tree"
            raise CommandError(f"{user.username} may not {what} {place}.") from None
        self._tell(report, as_json=options["json"])
        if not report.succeeded:
            raise CommandError("Nothing was imported.")

    def _category(self, user: User, options: dict[str, Any], *, is_export: bool) -> Category | None:
        """The category to import into; an export of ours can also have its categories back at the top."""
        slug, name = options["category"], options["create_category"]
        if not slug and not name:
            if is_export:
                return None
            raise CommandError("Name the category to import into: --category SLUG")
        found = Category.objects.filter(slug=slug or slugify(name)).first()
        if found is not None and access.sees(access.view_of(user), found):
            return found
        if not name:
            known = access.categories_for(user, "edit").order_by("path").values_list("slug", flat=True)
            raise CommandError(
                f"There is no category {slug!r}. Choose one of: {', '.join(known) or 'none yet'}; "
                "or have it made with --create-category NAME."
            )
        if options["dry_run"]:
            return Category(name=name, slug=slug or slugify(name))
        category = create_category(user, name, slug=slug or "")
        self.stderr.write(
            f"The category {category.slug!r} was made. Only administrators see it until roles are given rights in it."
        )
        return category

    def _tell(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_data(), ensure_ascii=False, indent=2))
            return
        for line in lines(report):
            self.stdout.write(line)
