"""Who can be named in a comment with @, and who is: people and roles who may see what the comment is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from . import access
from .anchors import groups_of
from .models import Article, User
from .role_names import called

MOST = 20  # in one comment: whoever wants to tell more people writes a notice
_NAMED = re.compile(r"(?<![\w@./])@([\w.+@-]{1,150})")


@dataclass(frozen=True)
class Mentions:
    """Who is named in a text: ids of people, and roles."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()


def people_for(article: Article, audience: str = "") -> QuerySet[User]:
    """The active people who may see an article, and the passage of it that `audience` (`Anchor.audience`) is for."""
    people = access.who_can("view", article)
    groups = groups_of(audience)
    if not groups:
        return people
    # Names of roles, asked apart: joins of one query would want one membership to be of all groups.
    edits = access.who_can("edit", article).values("pk")
    reads = Q()
    for group in groups:
        if access.EVERYONE not in group:
            reads &= Q(pk__in=User.objects.filter(groups__name__in=group).values("pk"))
    return people.filter(reads | Q(pk__in=edits))


def roles_for(article: Article, audience: str = "") -> QuerySet[Group]:
    """The roles all or some of whose members may see it. `everyone` cannot be called: that would be a notice."""
    roles = Group.objects.exclude(name=access.EVERYONE)
    needed = "view" if article.version_id is not None else "edit"
    readers = access.roles_with(needed, article.access_root_id, ladder=True)
    if access.EVERYONE not in readers:
        roles = roles.filter(name__in=readers)
    groups = [group for group in groups_of(audience) if access.EVERYONE not in group]
    if groups:
        editors = access.roles_with("edit", article.access_root_id, ladder=True)
        reads = Q()
        for group in groups:
            reads &= Q(name__in=group)
        roles = roles.filter(reads | Q(name__in=editors))
    return roles.order_by("name")


def offered(article: Article, words: str, audience: str = "", *, at_most: int = 8) -> tuple[list[User], list[Group]]:
    """The people and roles to offer to somebody who has typed @ and these letters. Two queries, and those of rights."""
    people = people_for(article, audience)
    for word in words.split()[:3]:
        people = people.filter(
            Q(username__istartswith=word) | Q(first_name__istartswith=word) | Q(last_name__istartswith=word)
        )
    roles = roles_for(article, audience)
    if words.strip():
        roles = roles.filter(Q(name__istartswith=words.strip()) | Q(name__in=called(words.strip())))
    return list(people.order_by("first_name", "last_name", "username")[:at_most]), list(roles[:at_most])


def named_in(body: str, article: Article, audience: str = "") -> Mentions:
    """Who is named in a text and may know of it; other words with @ are just words. Two queries, none without @."""
    words = list(dict.fromkeys(_words(body)))[: 4 * MOST]
    if not words:
        return Mentions()
    lowered = {word.lower() for word in words}
    people = people_for(article, audience).filter(_any_of("username", lowered))
    roles = roles_for(article, audience).filter(_any_of("name", lowered))
    return Mentions(
        frozenset(people.values_list("pk", flat=True)[:MOST]), frozenset(roles.values_list("pk", flat=True)[:MOST])
    )


def words_in(body: str) -> list[tuple[int, int, str]]:
    """Where something is named with @: (start, end, name) for each way in which it may be meant, the longest first."""
    return [
        (match.start(), match.start() + 1 + len(word), word)
        for match in _NAMED.finditer(body)
        for word in _readings(match.group(1))
    ]


def _words(body: str) -> Iterable[str]:
    return (word for _start, _end, word in words_in(body))


def _readings(word: str) -> list[str]:
    """A name may end a sentence: "@clara." is Clara."""
    bare = word.rstrip(".@-+")
    return [one for one in dict.fromkeys((word, bare)) if one]


def _any_of(field: str, words: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for word in words:
        found |= Q(**{f"{field}__iexact": word})
    return found
