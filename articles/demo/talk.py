"""What the people of the demo centre say beside its articles: comments, notes and notices, through the actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from ..actions.announcing import add_notice
from ..actions.commenting import add_comment, resolve_thread, thank
from ..actions.noting import ME, add_note
from ..models import Article, Comment, User

HERE = Path(__file__).parent


def add_talk(articles: Mapping[Path, Article], people: Mapping[str, User], categories: Mapping[str, str]) -> None:
    """Add it all. `articles` are by the path of their file; `categories` maps the slugs of the files to those here.

    Raises Invalid where a passage is not in its article: the files are to be mended then.
    """
    said = yaml.safe_load((HERE / "talk.yaml").read_text(encoding="utf-8"))
    by_path = {path.relative_to(HERE / "content").as_posix(): article for path, article in articles.items()}
    for one in said["comments"]:
        _comment(one, by_path[one["article"]], people)
    for one in said["notes"]:
        add_note(
            people[one["by"]], by_path[one["article"]].pk, one["body"], audience=one.get("for", ME),
            quote=one.get("quote", ""), pinned=one.get("pinned", False),
            expires=timezone.now() + timedelta(days=one["days"]) if "days" in one else None,
        )  # fmt: skip
    for one in said["notices"]:
        starts = timezone.now() + timedelta(hours=one.get("starts_in", 0))
        add_notice(
            people[one["by"]], one["text"], starts + timedelta(hours=one["hours"]),
            starts=starts if "starts_in" in one else None, tone=one["tone"],
            categories=[categories[slug] for slug in one["categories"]],
        )  # fmt: skip


def _comment(one: dict[str, Any], article: Article, people: Mapping[str, User]) -> None:
    first = add_comment(people[one["by"]], article.pk, one["body"], quote=one.get("quote", ""))
    _happened(first, one, people)
    for answer in one.get("answers", ()):
        made = add_comment(people[answer["by"]], article.pk, answer["body"], parent=first.pk)
        _happened(made, answer, people)
    if "resolved" in one:
        resolve_thread(people[one["resolved"]], first.pk)


def _happened(comment: Comment, one: dict[str, Any], people: Mapping[str, User]) -> None:
    """When it was said, and who was thankful."""
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(minutes=one["ago"]))
    for name in one.get("thanks", ()):
        thank(people[name], comment.pk)
