"""manage.py create_api_token USER"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import people
from articles.models import User


class Command(BaseCommand):
    help = "Make an API token for a person and print it, this once, as the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name that the person signs in with")
        parser.add_argument("--name", default="", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person named {options['user']}.")
        self.stderr.write("Keep it secret: it can do whatever this person can. It is not shown again.")
        self.stdout.write(people.create_api_token(user, options["name"]))
