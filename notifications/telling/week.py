"""Which events of a while one person hears of: the rules of the table, asked the other way round, for the preview.

The dispatcher asks of one event who hears of it; here one person is asked about thousands of events, with the same
number of questions however many there are. What a rule finds by asking about everybody (who may approve, who has not
confirmed) is taken from what the person was told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from articles import access
from articles.models import Category, Comment, Event, Flag, Plan, Proposal, Tag, User
from articles.models.flag import FlagJoin

from ..models import Follow, Notification, NotificationSettings, Reason, Target
from . import about_flags, about_talk, rules
from .duty_rules import NOT_ASKED
from .kinds import TABLE

# Reasons that hang on what one follows and owns, which may be others by now than when one was told.
CHOSEN = frozenset({Reason.FOLLOW, Reason.OWNER, Reason.TEAM})


class Week:
    """One person, with settings that need not be saved, and events."""

    def __init__(self, user: User, own: NotificationSettings, events: Sequence[Event], since: datetime) -> None:
        self.user, self.own, self.events = user, own, events
        told = Notification.objects.filter(recipient=user, at__gt=since).values_list("newest", "reason")
        self.told: dict[int, Reason] = {seq: Reason(reason) for seq, reason in told}

    def hears(self, event: Event) -> Reason | None:
        """Why they hear of an event; None where they do not. Whether they may know of it is not asked."""
        who, found = TABLE[event.kind].who, dict[int, Reason]()
        for rule in who:
            if ask := HEARS.get(rule.find):
                reason = ask(self, event)
                rules.merge(found, {self.user.pk: reason} if reason else {})
        reason = found.get(self.user.pk)
        if self.muted(event) and reason not in rules.PERSONAL:
            reason = None
        told = self.told.get(event.seq)
        by_search = told == Reason.FOLLOW and self._follows_a_search
        if told in CHOSEN and not by_search and all(rule.find in HEARS for rule in who):
            return reason
        return reason or told

    # --- What they follow, own and chose ------------------------------------------------------------------

    def follows(self, event: Event) -> bool:
        """Whether they follow what this is about: the nearest that they said something about decides."""
        return self._said(event) is False

    def muted(self, event: Event) -> bool:
        """Whether they have muted it."""
        return self._said(event) is True

    def follows_article(self, event: Event) -> bool:
        return self._follows.get((Target.ARTICLE, event.article_id)) is False

    def owns(self, event: Event) -> bool:
        """Whether they answer for it: they or a role of theirs own it, or the nearest topic whose owner may read it."""
        if not self.own.follows_own:
            return False
        owners = [self._owners[pk] for pk in reversed(_above(event)) if pk in self._owners]
        if event.article is not None:
            owners.insert(0, (event.article.owner_user_id, event.article.owner_role_id))
        thing = event.article or event.category
        return thing is not None and self.user.pk in access.crowd().first_named(thing.access_root_id, owners)

    def first_sees(self, event: Event) -> bool:
        """Whether it stands in what they see first: what they chose, else the topics of their teams."""
        article = event.article
        if article is None or not self.own.follows_team:
            return False
        above = _above(event)
        by_team = not self._team_topics.isdisjoint(above)
        if self.user.scope is None:
            return by_team
        place = rules.Place(frozenset(above), self._tags.get(article.pk, frozenset()), article.language)
        return rules.is_inside(self.user.scope, place, by_team=by_team, has_team=lambda: bool(self._team_topics))

    def _said(self, event: Event) -> bool | None:
        """Whether the nearest that they said is that it is muted; None where they said nothing."""
        keys: list[tuple[Target, int | None]] = [(Target.ARTICLE, event.article_id)] if event.article_id else []
        keys += [(Target.TAG, tag) for tag in self._tags.get(event.article_id or 0, ())]
        keys += [(Target.CATEGORY, pk) for pk in _above(event)]
        keys.append((Target.ALL, None))
        said = [(rules.NEARNESS[key[0]], not self._follows[key]) for key in keys if key in self._follows]
        return not min(said)[1] if said else None

    @cached_property
    def _follows(self) -> dict[tuple[Target, int | None], bool]:
        rows = Follow.objects.filter(user=self.user).values_list("target", "article", "category", "tag", "muted")
        return {(Target(target), article or category or tag): muted for target, article, category, tag, muted in rows}

    @property
    def _follows_a_search(self) -> bool:
        return any(target == Target.SEARCH for target, _of in self._follows)

    @cached_property
    def groups(self) -> dict[int, str]:
        """The roles that they hold."""
        return dict(self.user.groups.values_list("pk", "name"))

    @cached_property
    def _owners(self) -> dict[int, tuple[int | None, int | None]]:
        rows = Category.objects.order_by().values_list("pk", "owner_user", "owner_role")
        return {pk: (user, role) for pk, user, role in rows}

    @cached_property
    def _team_topics(self) -> set[int]:
        return set(rules.team_topics().filter(owner_role__in=list(self.groups)).values_list("pk", flat=True))

    @cached_property
    def _tags(self) -> dict[int, frozenset[int]]:
        """Article → those of its tags that they follow or chose."""
        wanted = [tag for target, tag in self._follows if target == Target.TAG]
        wanted += (self.user.scope or {}).get("tags") or []
        found: dict[int, set[int]] = {}
        if wanted:
            articles = {event.article_id for event in self.events if event.article_id}
            tagged = Tag.articles.through.objects.filter(tag__in=wanted, article__in=articles)
            for article_id, tag_id in tagged.values_list("article_id", "tag_id"):
                found.setdefault(article_id, set()).add(tag_id)
        return {article_id: frozenset(tags) for article_id, tags in found.items()}

    # --- What they did ------------------------------------------------------------------------------------

    @cached_property
    def answered(self) -> set[int]:
        """The flags that they answered last."""
        return set(Flag.objects.filter(answered_by=self.user).order_by().values_list("pk", flat=True))

    @cached_property
    def flags(self) -> set[int]:
        """The flags that they raised or joined."""
        raised = Flag.objects.filter(reporter=self.user).order_by().values_list("pk")
        joined = FlagJoin.objects.filter(user=self.user).order_by().values_list("flag")
        return {pk for (pk,) in raised.union(joined, all=True)}

    @cached_property
    def threads(self) -> set[int]:
        """The comments that begin a thread in which they have said something."""
        own = Comment.objects.filter(author=self.user, deleted_at__isnull=True).order_by()
        return {thread or pk for pk, thread in own.values_list("pk", "thread")}

    @cached_property
    def proposals(self) -> set[int]:
        return set(Proposal.objects.filter(author=self.user).values_list("pk", flat=True))

    @cached_property
    def plans(self) -> set[int]:
        return set(Plan.objects.filter(author=self.user).values_list("pk", flat=True))


def _above(event: Event) -> list[int]:
    """Ids of the topics in which it happened, from the top down."""
    category = event.article.category if event.article else event.category
    return category.ancestor_ids if category else []


# --- The rules ----------------------------------------------------------------------------------------------

Ask = Callable[[Week, Event], Reason | None]


def _followers(week: Week, event: Event) -> Reason | None:
    if week.owns(event):
        return Reason.OWNER
    if week.follows(event):
        return Reason.FOLLOW
    return Reason.TEAM if week.first_sees(event) else None


def _not_asked(week: Week, event: Event) -> Reason | None:
    """Of a must-read, who is to confirm it is told in other words; who that was is in what they were told."""
    if event.data.get("significance") == "must-read":
        return week.told.get(event.seq)
    return _followers(week, event)


def _direct(week: Week, event: Event) -> Reason | None:
    if week.owns(event):
        return Reason.OWNER
    return Reason.FOLLOW if week.follows_article(event) else None


def _mentioned(week: Week, event: Event) -> Reason | None:
    named = week.user.pk in event.data.get("mentions", [])
    return Reason.MENTION if named or set(week.groups.values()) & set(event.data.get("roles", [])) else None


def _when(reason: Reason, holds: Callable[[Week, Event], Any]) -> Ask:
    return lambda week, event: reason if holds(week, event) else None


# By the function of the rule in the table. What is not here is taken from what people were told.
HEARS: dict[Callable[..., dict[int, Reason]], Ask] = {
    rules.FOLLOWERS.find: _followers,
    NOT_ASKED.find: _not_asked,
    rules.DIRECT.find: _direct,
    rules.OWNERS.find: _when(Reason.OWNER, Week.owns),
    rules.PERSON.find: _when(Reason.CONCERNED, lambda week, event: event.person_id == week.user.pk),
    rules.PROPOSER.find: _when(Reason.CONCERNED, lambda week, event: event.data.get("proposal") in week.proposals),
    rules.PLANNER.find: _when(Reason.CONCERNED, lambda week, event: event.data.get("plan") in week.plans),
    about_flags.ASSIGNEE.find: _when(Reason.ASSIGNED, lambda week, event: event.data.get("assignee") == week.user.pk),
    about_flags.CHASED.find: _when(
        Reason.ASSIGNED,
        lambda week, event: (
            week.user.pk
            in (None if event.data.get("handed_over") else event.data.get("assignee"), event.data.get("escalated_to"))
        ),
    ),
    about_flags.ANSWERER.find: _when(Reason.CONCERNED, lambda week, event: event.data.get("flag") in week.answered),
    about_flags.REPORTERS.find: _when(Reason.CONCERNED, lambda week, event: event.data.get("flag") in week.flags),
    about_talk.MENTIONED.find: _mentioned,
    about_talk.NAMED_FIRST.find: _mentioned,
    about_talk.IN_THREAD.find: _when(Reason.TAKES_PART, lambda week, event: event.data.get("thread") in week.threads),
    about_talk.TEAM.find: _when(Reason.TEAM, lambda week, event: event.data.get("team") in week.groups.values()),
}
