"""Who may see a flag, who may work on it: rules of `access`, for flags.

Whoever sees an article sees its flags, but for those of a passage that they do not get. One that is about no article
yet (something is missing) is for whoever raised it, joined it, or has it, and managers. Working on it is for those who
may edit the article, managers, and whoever has it.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from . import access, anchors
from .access import View
from .mentions import people_for
from .models import Article, Flag, FlagJoin, User


def sees_flag(view: View, flag: Flag) -> bool:
    """Whether a flag exists for a person. Needs its article and its anchor loaded."""
    if not view.active:
        return False
    if flag.article is not None:
        return _sees_what_it_is_about(view, flag, flag.article)
    if view.manager or view.user_id in (flag.reporter_id, flag.assignee_id):
        return True
    return flag.joins.filter(user=view.user_id).exists()


def may_work_on(view: View, flag: Flag) -> bool:
    """Whether a person may assign, answer and close it. Needs article and category loaded."""
    if not may_have(view, flag):
        return False
    if view.manager or flag.assignee_id == view.user_id:
        return True
    return flag.article is not None and access.view_can(view, "answer_flag", flag.article)


def may_have(view: View, flag: Flag) -> bool:
    """Whether it can be given to this person: active, and sees what it is about."""
    if not view.active:
        return False
    return flag.article is None or _sees_what_it_is_about(view, flag, flag.article)


def _sees_what_it_is_about(view: View, flag: Flag, article: Article) -> bool:
    return access.sees(view, article) and anchors.may_know(view, article, flag.anchor.audience if flag.anchor else "")


def flags_for(user: User) -> QuerySet[Flag]:
    """All flags that exist for a person: the question of `sees_flag` for many."""
    view = access.view_of(user)
    if view.administrator:
        return Flag.objects.all()
    if not view.active:
        return Flag.objects.none()
    without = Q(article__isnull=True)
    if not view.manager:
        joined = FlagJoin.objects.filter(user=user).values("flag")
        without &= Q(reporter=user) | Q(assignee=user) | Q(pk__in=joined)
    seen = Flag.objects.filter(Q(article__in=access.visible_to(user).order_by()) | without)
    return anchors.known_to(view, seen)


def flags_on(view: View, article: Article) -> QuerySet[Flag]:
    """The flags of an article that exist for a person who may read it."""
    return anchors.known_to(view, Flag.objects.filter(article=article), article=article)


def who_can_have(flag: Flag) -> QuerySet[User]:
    """The active people to whom a flag can be given: the question of `may_have` for all."""
    if flag.article is not None:
        return people_for(flag.article, flag.anchor.audience if flag.anchor else "")
    return User.objects.filter(is_active=True)
