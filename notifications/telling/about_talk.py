"""The lines of the table about comments and notes. None of them holds what was said: that is read where it stands."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Comment

from ..models import Notification, Reason
from .about_articles import says
from .kinds import DAILY, NOW, OFF, Telling, tell
from .rules import DIRECT, Happened, Rule, members

QUARTER = timedelta(minutes=15)


def _named(happened: Happened) -> dict[int, Reason]:
    """Who is named with @, by name or by role."""
    data = happened.event.data
    people = set(data.get("mentions", ()))
    if data.get("roles"):
        people |= members(Group.objects.filter(name__in=data["roles"]).values_list("pk", flat=True))
    return dict.fromkeys(people, Reason.MENTION)


def _in_thread(happened: Happened) -> dict[int, Reason]:
    """Who has said something in the same thread."""
    thread = happened.event.data.get("thread")
    said = Comment.objects.filter(thread=thread) | Comment.objects.filter(pk=thread)
    people = set(said.filter(deleted_at__isnull=True).values_list("author", flat=True))
    return dict.fromkeys((pk for pk in people if pk), Reason.TAKES_PART)


def _author(happened: Happened) -> dict[int, Reason]:
    """Who wrote the comment."""
    author = Comment.objects.filter(pk=happened.event.data.get("comment")).values_list("author", flat=True).first()
    return {author: Reason.CONCERNED} if author else {}


def _team(happened: Happened) -> dict[int, Reason]:
    """The team that a note is for."""
    team = happened.event.data.get("team")
    people = members(Group.objects.filter(name=team).values_list("pk", flat=True)) if team else set()
    return dict.fromkeys(people, Reason.TEAM)


NAMED = Rule(gettext_lazy("who is named with @"), _named)
IN_THREAD = Rule(gettext_lazy("who has said something in the thread"), _in_thread)
AUTHOR = Rule(gettext_lazy("whoever wrote it"), _author)
TEAM_OF_NOTE = Rule(gettext_lazy("the team that the note is for"), _team)


def _added(one: Notification) -> str:
    if one.reason == Reason.MENTION:
        return says(lambda: _("%(who)s named you in a comment."))(one)
    if one.data.get("thread") != one.data.get("comment"):
        return says(lambda: _("%(who)s answered in a thread."))(one)
    return says(lambda: _("%(who)s commented."))(one)


def _resolved(one: Notification) -> str:
    if one.data.get("resolved"):
        return says(lambda: _("%(who)s resolved a thread in which you take part."))(one)
    return says(lambda: _("%(who)s opened a thread again in which you take part."))(one)


def _comment(one: Notification) -> str:
    return f"comments/?thread={one.data.get('thread')}#comment-{one.data.get('comment')}"


def _note(one: Notification) -> str:
    return f"#note-{one.data.get('note')}"


tell(
    Telling(
        "comment.added", "talk", gettext_lazy("Somebody comments, answers, or names me"), (NAMED, IN_THREAD, DIRECT),
        _added, NOW, OFF, DAILY, place=_comment,
    ),
    Telling(
        "comment.edited", "talk", gettext_lazy("I am named in a comment that was changed"), (NAMED,),
        says(lambda: _("%(who)s named you in a comment.")), NOW, OFF, DAILY, place=_comment,
        if_data=lambda data: bool(data.get("mentions") or data.get("roles")),
    ),
    Telling(
        "comment.resolved", "talk", gettext_lazy("A thread is resolved or opened again"), (IN_THREAD,),
        _resolved, NOW, OFF, OFF, place=_comment, gathers=QUARTER,
    ),
    Telling(
        "comment.thanked", "talk", gettext_lazy("Somebody says thank you for my comment"), (AUTHOR,),
        says(lambda: _("%(who)s says thank you for your comment.")), NOW, OFF, OFF, place=_comment, gathers=QUARTER,
        if_data=lambda data: bool(data.get("thanks")),
    ),
    Telling(
        "note.added", "talk", gettext_lazy("A note for my team"), (TEAM_OF_NOTE,),
        says(lambda: _("%(who)s noted something for your team.")), NOW, OFF, OFF, place=_note,
        if_data=lambda data: bool(data.get("team")),
    ),
)  # fmt: skip
