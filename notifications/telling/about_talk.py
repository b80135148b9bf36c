"""The lines of the table about what people say: comments, thanks, notes of a team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Comment

from ..models import Notification, Reason
from .about_articles import says, who
from .kinds import DAILY, NOW, OFF, Telling, tell
from .rules import DIRECT, Happened, Rule, members

ONE_DAY = timedelta(days=1)

# --- Who ------------------------------------------------------------------------------------------------


def _mentioned(happened: Happened) -> dict[int, Reason]:
    """Who is named, and who holds a role that is named."""
    data = happened.event.data
    people = {int(pk) for pk in data.get("mentions", [])}
    roles = data.get("roles", [])
    if roles:
        people |= members(Group.objects.filter(name__in=roles).values_list("pk", flat=True))
    return dict.fromkeys(people, Reason.MENTION)


def _named_first(happened: Happened) -> dict[int, Reason]:
    """Who is named and was not told so before: whoever an edit takes out and the next one names is called once."""
    named = _mentioned(happened)
    told = Notification.objects.filter(
        recipient__in=list(named), article=happened.event.article_id, reason=Reason.MENTION,
        data__comment=happened.event.data.get("comment"),
    )  # fmt: skip
    return {pk: named[pk] for pk in named.keys() - set(told.values_list("recipient", flat=True))}


def _in_thread(happened: Happened) -> dict[int, Reason]:
    """Who has said something in the thread."""
    thread = happened.event.data.get("thread")
    said = Comment.objects.filter(Q(pk=thread) | Q(thread=thread), author__isnull=False, deleted_at__isnull=True)
    return dict.fromkeys(said.order_by().values_list("author_id", flat=True).distinct(), Reason.TAKES_PART)


def _thanked(happened: Happened) -> dict[int, Reason]:
    """Who wrote the comment, if whoever thanked thanks still, and did not take it back to do it again."""
    comment, actor = happened.event.data.get("comment"), happened.event.actor_id
    author = Comment.objects.filter(pk=comment, thanks__user=actor, deleted_at__isnull=True).values_list("author")
    told = Notification.objects.filter(
        recipient__in=author, article=happened.event.article_id, kind=happened.event.kind, actor=actor,
        data__comment=comment,
    )  # fmt: skip
    return {} if told.exists() else dict.fromkeys((pk for (pk,) in author if pk), Reason.CONCERNED)


def _team(happened: Happened) -> dict[int, Reason]:
    """Who is in the team that a note is for."""
    group = Group.objects.filter(name=happened.event.data.get("team") or "").first()
    return dict.fromkeys(members([group.pk]) if group else (), Reason.TEAM)


MENTIONED = Rule(gettext_lazy("whoever is named in it"), _mentioned)
NAMED_FIRST = Rule(gettext_lazy("whoever is named in it and was not told so before"), _named_first)
IN_THREAD = Rule(gettext_lazy("whoever takes part in the thread"), _in_thread)
THANKED = Rule(gettext_lazy("whoever wrote it"), _thanked)
TEAM = Rule(gettext_lazy("the team that it is for"), _team)

# --- What it says -----------------------------------------------------------------------------------------


def _added(one: Notification) -> str:
    if one.reason == Reason.MENTION:
        return _("%(who)s mentioned you in a comment.") % {"who": who(one)}
    if one.data.get("comment") != one.data.get("thread"):
        return _("%(who)s replied to a comment.") % {"who": who(one)}
    return _("%(who)s commented on it.") % {"who": who(one)}


def _resolved(one: Notification) -> str:
    if one.data.get("resolved"):
        return _("%(who)s resolved a thread.") % {"who": who(one)}
    return _("%(who)s opened a thread again.") % {"who": who(one)}


def _thanks(one: Notification) -> str:
    return ngettext(
        "%(who)s thanks you for your comment.",
        "You are thanked %(count)d times for your comments, most lately by %(who)s.",
        one.count,
    ) % {"who": who(one), "count": one.count}


def _place(one: Notification) -> str:
    comment, thread = one.data.get("comment"), one.data.get("thread")
    return f"/articles/{one.article_id}/comments/?thread={thread}#comment-{comment}" if thread else ""


def _names_somebody(data: dict[str, Any]) -> bool:
    return bool(data.get("mentions") or data.get("roles"))


tell(
    Telling(
        "comment.added", "talk", gettext_lazy("Somebody comments on what is mine, replies to me, or names me"),
        (DIRECT, IN_THREAD, MENTIONED), _added, NOW, NOW, DAILY, place=_place, on_page=True,
    ),
    Telling(
        "comment.edited", "talk", gettext_lazy("A comment names me after all"), (NAMED_FIRST,),
        says(lambda: _("%(who)s mentioned you in a comment.")), NOW, NOW, DAILY, place=_place, if_data=_names_somebody,
    ),
    Telling(
        "comment.resolved", "talk", gettext_lazy("A thread in which I take part is resolved"), (IN_THREAD,), _resolved,
        NOW, OFF, OFF, place=_place, on_page=True,
    ),
    Telling(
        "comment.thanked", "talk", gettext_lazy("Somebody thanks me for a comment"), (THANKED,), _thanks,
        NOW, OFF, OFF, place=_place, gathers=ONE_DAY, on_page=True,
    ),
    Telling(
        "note.added", "talk", gettext_lazy("A note is left for my team"), (TEAM,),
        says(lambda: _("%(who)s left a note for your team.")), NOW, OFF, OFF,
        if_data=lambda data: bool(data.get("team")), on_page=True,
    ),
)  # fmt: skip
