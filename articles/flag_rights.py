"""Who may see a flag, who may work on it: rules of `access`, for flags.

Whoever sees an article sees its flags. One that is about no article yet (something is missing) is for whoever raised
it, whoever has it, and managers. Working on it is for those who may edit the article, managers, and whoever has it.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from . import access
from .access import View
from .models import Article, Flag, User


def sees_flag(view: View, flag: Flag) -> bool:
    """Whether a flag exists for a person. Needs its article loaded."""
    if not view.active:
        return False
    if flag.article is not None:
        return access.sees(view, flag.article)
    return view.manager or view.user_id in (flag.reporter_id, flag.assignee_id)


def may_work_on(view: View, flag: Flag) -> bool:
    """Whether a person may assign, answer and close it. Needs article and category loaded."""
    if not sees_flag(view, flag):
        return False
    if view.manager or flag.assignee_id == view.user_id:
        return True
    return flag.article is not None and access.view_can(view, "answer_flag", flag.article)


def may_have(view: View, flag: Flag) -> bool:
    """Whether it can be given to this person: active, and sees what it is about."""
    if not view.active:
        return False
    return flag.article is None or access.sees(view, flag.article)


def sees_quote(view: View, flag: Flag) -> bool:
    """Whether the quoted passage is for this person."""
    if flag.quote_roles is None:
        return True
    if flag.article is not None and access.view_can(view, "edit", flag.article):
        return True
    return bool(view.roles & set(flag.quote_roles))


def flags_for(user: User) -> QuerySet[Flag]:
    """All flags that exist for a person: the question of `sees_flag` for many."""
    view = access.view_of(user)
    if view.administrator:
        return Flag.objects.all()
    if not view.active:
        return Flag.objects.none()
    without = Q(article__isnull=True)
    if not view.manager:
        without &= Q(reporter=user) | Q(assignee=user)
    return Flag.objects.filter(Q(article__in=access.visible_to(user).order_by()) | without)


def who_can_have(article: Article | None) -> QuerySet[User]:
    """The active people to whom a flag of this article (None: of something that is missing) can be given."""
    if article is not None:
        return access.who_can("view", article)
    return User.objects.filter(is_active=True)
