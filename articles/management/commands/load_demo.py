"""manage.py load_demo [--once] [--force] [--yes-demo-passwords]"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions.problems import Invalid
from articles.demo import load, source

# Where only this machine answers, a sign-in that everybody knows harms nobody.
OWN_MACHINE = {"localhost", "127.0.0.1", "[::1]", "testserver"}


class Command(BaseCommand):
    help = (
        "Load the demo centre: people, who all have the password “demo”, categories and articles of a municipality "
        "that does not exist. A second time it changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="succeed without loading where people or articles are already"
        )
        parser.add_argument("--force", action="store_true", help="load it beside people and articles that are already")
        parser.add_argument(
            "--yes-demo-passwords",
            action="store_true",
            help="load it although other machines can reach this centre: anybody can then sign in as administrator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if load.is_loaded():
            self.stderr.write("The demo centre is loaded already.")
            self.stdout.write(sign_ins())
            return
        if load.holds_something_else() and not options["force"]:
            if options["once"]:
                self.stderr.write("There are people or articles here: the demo centre was not loaded.")
                return
            raise CommandError(
                "There are people or articles here, and the demo centre brings an administrator with the password "
                "“demo”. Use an empty database (DATA_DIR=…), or --force if this is no real centre."
            )
        if (reason := reachable_from_outside()) and not options["yes_demo_passwords"]:
            raise CommandError(
                f"{reason}, so others can reach this centre, and the demo centre brings an administrator with the "
                "password “demo”. Give --yes-demo-passwords if that is what you want."
            )
        try:
            loaded = load.load()
        except (Invalid, source.SourceError) as problem:
            raise CommandError(f"Nothing was loaded. {problem}") from None
        self.stderr.write(
            f"The demo centre is loaded: {loaded.people} people, {loaded.categories} categories, "
            f"{loaded.articles} articles in {loaded.versions} versions."
        )
        self.stdout.write(sign_ins())


def sign_ins() -> str:
    """Who can sign in and what they are there: what somebody who tries the demo has to know."""
    lines = [f"\nSign in with the password “{load.PASSWORD}” as"]
    for person in source.read_people():
        what = "administrator" if person.superuser else ", ".join(person.roles)
        lines.append(f"  {person.username:<8}{person.first_name} {person.last_name} ({what})")
    return "\n".join(lines)


def reachable_from_outside() -> str:
    """What in the settings says that this centre is meant for other machines too; empty when nothing does."""
    if settings.HTTPS:
        return "HTTPS is set"
    if others := sorted(set(settings.ALLOWED_HOSTS) - OWN_MACHINE):
        return f"ALLOWED_HOSTS names {', '.join(others)}"
    return ""
