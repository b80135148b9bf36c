"""The lines of the table about articles, drafts and suggestions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..models import Notification
from . import passages
from .duty_rules import NOT_ASKED
from .kinds import DAILY, NOW, OFF, Telling, tell
from .rules import ANSWERERS, APPROVERS, DIRECT, FOLLOWERS, PERSON, PLANNER, PROPOSER

TEN_MINUTES = timedelta(minutes=10)


def who(one: Notification) -> str:
    """The name of whoever did it."""
    return one.actor.get_full_name() if one.actor else _("Somebody")


def says(sentence: Callable[[], str]) -> Callable[[Notification], str]:
    """A sentence about one person's doing: `says(lambda: _("%(who)s moved it."))`, in the language of its reader."""
    return lambda one: sentence() % {"who": who(one), **one.data}


def _published(one: Notification) -> str:
    version, note = one.data.get("version", 0), one.data.get("note", "")
    if one.count > 1:
        said = ngettext(
            "%(count)d new version, the newest is %(version)d by %(who)s.",
            "%(count)d new versions, the newest is %(version)d by %(who)s.",
            one.count,
        ) % {"count": one.count, "version": version, "who": who(one)}
    elif version == 1:
        said = _("%(who)s published it.") % {"who": who(one)}
    else:
        said = _("%(who)s published version %(version)d.") % {"who": who(one), "version": version}
    return f"{said} {note}".strip()


def _answered(one: Notification) -> str:
    sentences = {
        "approved": _("%(who)s approved and published what you proposed."),
        "returned": _("%(who)s returned what you proposed, and says why."),
        "replaced": _("%(who)s put a newer proposal in the place of yours."),
        "withdrawn": _("%(who)s withdrew the proposal."),
    }
    return sentences.get(str(one.data.get("state")), _("%(who)s answered what you proposed.")) % {"who": who(one)}


def _planned(one: Notification) -> str:
    sentences = {
        "done": _("What you planned is done."),
        "cancelled": _("%(who)s cancelled what you had planned."),
        "failed": _("What you planned could not be carried out. Look at the plan to see why."),
    }
    return sentences.get(str(one.data.get("state")), _("%(who)s planned a change.")) % {"who": who(one)}


def _suggestion(one: Notification) -> str:
    sentences = {
        "merged": _("%(who)s took your suggestion over. Readers see it when it is published."),
        "declined": _("%(who)s declined your suggestion, and says why."),
        "withdrawn": _("%(who)s withdrew the suggestion."),
    }
    return sentences.get(str(one.data.get("state")), _("%(who)s answered your suggestion.")) % {"who": who(one)}


def _fields(one: Notification) -> str:
    names = {
        "title": _("title"),
        "tags": _("tags"),
        "language": _("language"),
        "owner": _("owner"),
        "review_date": _("review date"),
    }
    fields = ", ".join(names.get(name, name) for name in one.data.get("fields", []))
    return _("%(who)s changed: %(fields)s.") % {"who": who(one), "fields": fields or "–"}


def _to_change(one: Notification) -> str:
    """To the passage that the newest version has changed."""
    version = int(one.data.get("version") or 0)
    return passages.first_change(one.article_id, version) if version > 1 and one.article_id else ""


def _page(path: str, name: str) -> Callable[[Notification], str]:
    return lambda one: f"/{path}/{one.data[name]}/" if one.data.get(name) else ""


def _is_worth_telling(data: dict[str, Any]) -> bool:
    return data.get("significance") != "minor"


tell(
    Telling(
        "article.published", "articles", gettext_lazy("An article is published, or a new version of it"),
        (NOT_ASKED,), _published, NOW, OFF, DAILY, place=_to_change, gathers=TEN_MINUTES,
        if_data=_is_worth_telling, on_page=True,
    ),
    Telling(
        "article.archived", "articles", gettext_lazy("An article is archived: it no longer holds"), (FOLLOWERS,),
        says(lambda: _("%(who)s archived it: it no longer holds.")), NOW, OFF, DAILY, on_page=True,
    ),
    Telling(
        "article.restored", "articles", gettext_lazy("An archived article is brought back"), (FOLLOWERS,),
        says(lambda: _("%(who)s brought it back from the archive.")), NOW, on_page=True,
    ),
    Telling(
        "article.moved", "articles", gettext_lazy("An article is moved to another topic"), (DIRECT,),
        says(lambda: _("%(who)s moved it to another topic.")), NOW, gathers=TEN_MINUTES, on_page=True,
    ),
    Telling(
        "article.audience_changed", "articles", gettext_lazy("Who may read an article is changed"), (DIRECT,),
        says(lambda: _("%(who)s changed who may read it.")), NOW, gathers=TEN_MINUTES, on_page=True,
    ),
    Telling(
        "article.updated", "articles", gettext_lazy("Title, tags, owner or review date are changed"), (DIRECT,),
        _fields, OFF, gathers=TEN_MINUTES, on_page=True,
    ),
    Telling(
        "article.created", "drafts", gettext_lazy("A new article is begun"), (FOLLOWERS,),
        says(lambda: _("%(who)s began it as a draft.")), OFF, on_page=True,
    ),
    Telling(
        "draft.edited", "drafts", gettext_lazy("A draft is written in"), (DIRECT,),
        says(lambda: _("%(who)s wrote in the draft.")), OFF, gathers=TEN_MINUTES, place=lambda _one: "edit/",
        on_page=True,
    ),
    Telling(
        "draft.proposed", "drafts", gettext_lazy("A draft waits for approval"), (APPROVERS,),
        says(lambda: _("%(who)s proposes to publish it, and waits for approval.")), NOW, OFF, DAILY,
        place=_page("proposals", "proposal"), on_page=True,
    ),
    Telling(
        "draft.answered", "drafts", gettext_lazy("What I proposed is answered"), (PROPOSER,), _answered, NOW, NOW, NOW,
        place=_page("proposals", "proposal"),
    ),
    Telling(
        "draft.planned", "drafts", gettext_lazy("What I planned is done, cancelled or not possible"), (PLANNER,),
        _planned, NOW, OFF, NOW, place=_page("plans", "plan"), if_data=lambda data: data.get("state") != "waiting",
    ),
    Telling(
        "suggestion.made", "drafts", gettext_lazy("A reader suggests a change"), (ANSWERERS,),
        says(lambda: _("%(who)s suggests a change.")), NOW, OFF, DAILY, place=_page("suggestions", "suggestion"),
        on_page=True,
    ),
    Telling(
        "suggestion.answered", "drafts", gettext_lazy("What I suggested is answered"), (PERSON,), _suggestion,
        NOW, NOW, NOW, place=_page("suggestions", "suggestion"),
    ),
)  # fmt: skip
