"""manage.py createuser NAME --role SLUG …"""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import people
from articles.actions.problems import Invalid


class Command(BaseCommand):
    help = "Make an account. The password is asked for, or read from standard input when that is not a terminal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", action="append", default=[], metavar="SLUG", help="may be repeated")
        parser.add_argument("--email", default="")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--language", default="", choices=["", "en", "sv"])
        parser.add_argument("--superuser", action="store_true", help="an administrator, who may do everything")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = people.create_user(
                None, options["name"], password=password or None, email=options["email"],
                first_name=options["first_name"], last_name=options["last_name"], language=options["language"],
                roles=options["role"], superuser=options["superuser"],
            )  # fmt: skip
        except Invalid as problem:
            raise CommandError(str(problem)) from None
        if not password:
            self.stderr.write("No password was given: the account cannot sign in before one is set.")
        self.stdout.write(str(user.pk))
