"""What is each person's own in the demo centre: topics, favourites, what they opened; and the pins of editors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import yaml
from django.utils import timezone

from ..actions.personal import note_opened, note_visit, set_favourite
from ..actions.pinning import pin_answer
from ..actions.scoping import choose_scope
from ..models import Article, Favourite, Opening, User, Visit
from .source import CONTENT

FILE = Path(__file__).resolve().parent / "personal.yaml"
AWAY_HOURS = 15  # since they looked at home last: at eight in the morning, yesterday when they went


def add_personal(begun: Mapping[Path, Article], people: Mapping[str, User], categories: Mapping[str, str]) -> None:
    """Add it all through the actions, then put its times back. `categories` maps the slugs of the files to those here.

    Raises Invalid and access.NotFound where a person would not see what the file gives them.
    """
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    articles = {path.relative_to(CONTENT).as_posix(): article for path, article in begun.items()}
    now = timezone.now()
    for name, chosen in said["scopes"].items():
        topics = [categories[slug] for slug in chosen["categories"]]
        choose_scope(people[name], categories=topics, show=chosen.get("show", "mine"))
        note_visit(people[name])
        Visit.objects.filter(user=people[name]).update(seen_at=now - timedelta(hours=AWAY_HOURS))
    for name, paths in said["favourites"].items():
        for before, path in enumerate(reversed(paths)):
            set_favourite(people[name], articles[path].pk, True)
            own = Favourite.objects.filter(user=people[name], article=articles[path])
            own.update(at=now - timedelta(days=3 * before + 1))
    for name, paths in said["opened"].items():
        for before, path in enumerate(reversed(paths)):
            note_opened(people[name], articles[path].pk)
            own_opening = Opening.objects.filter(user=people[name], article=articles[path])
            own_opening.update(at=now - timedelta(minutes=6 * before + 3))
    for pin in said["pins"]:
        pin_answer(people[pin["by"]], articles[pin["article"]].pk, pin["query"])
