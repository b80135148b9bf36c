"""Who is told: each rule asks one question, however many people there are, and gives user ids with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import access
from articles.models import Article, Category, Event, Plan, Proposal, User

from ..delivery import Told
from ..models import Follow, NotificationSettings, Reason, Target
from . import searches

# A reason that concerns the person more goes before one that concerns them less.
RANK = {reason: place for place, reason in enumerate(Reason)}
# Of what is about oneself one hears also where one has muted the rest.
PERSONAL = frozenset({Reason.MENTION, Reason.CONCERNED, Reason.ASSIGNED})


class Happened:
    """One event, and what several rules want to know of it, asked once."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.event: Event = told.event

    @property
    def article(self) -> Article | None:
        return self.event.article

    @cached_property
    def category(self) -> Category | None:
        """Where it happened."""
        return self.event.article.category if self.event.article else self.event.category

    @cached_property
    def places(self) -> list[Category]:
        """The categories from the top down to that one."""
        ids = self.category.ancestor_ids if self.category else []
        found = Category.objects.in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    @cached_property
    def tag_ids(self) -> frozenset[int]:
        return frozenset(self.article.tags.values_list("pk", flat=True)) if self.article else frozenset()

    @property
    def place(self) -> Place:
        """Where its article stands."""
        language = self.article.language if self.article else ""
        return Place(frozenset(one.pk for one in self.places), self.tag_ids, language)

    def has_team(self, user_id: int) -> bool:
        """Whether a team of theirs answers for some topic, wherever. One query however many are asked for."""
        return user_id in self._in_teams

    @cached_property
    def _in_teams(self) -> set[int]:
        return members(team_topics().values_list("owner_role", flat=True))

    @cached_property
    def follows(self) -> list[tuple[int, str, bool]]:
        """(user, target, muted) of everybody who follows or has muted something that this is about."""
        about = Q(target=Target.ALL)
        if self.places:
            about |= Q(target=Target.CATEGORY, category__in=[one.pk for one in self.places])
        if self.article is not None:
            about |= Q(target=Target.ARTICLE, article=self.article)
            if self.tag_ids:
                about |= Q(target=Target.TAG, tag__in=self.tag_ids)
        rows = list(Follow.objects.filter(about).order_by().values_list("user_id", "target", "muted"))
        return rows + [(user_id, Target.SEARCH.value, muted) for user_id, muted in searches.followers(self.event)]


@dataclass(frozen=True)
class Rule:
    """`name` is for people: the settings page and the docs say it."""

    name: str | Promise
    find: Callable[[Happened], dict[int, Reason]]


def merge(found: dict[int, Reason], more: dict[int, Reason]) -> None:
    """Add people; who is there already keeps the nearer reason."""
    for user_id, reason in more.items():
        if user_id not in found or RANK[reason] < RANK[found[user_id]]:
            found[user_id] = reason


def members(group_ids: Iterable[int]) -> set[int]:
    """The ids of the people who hold one of these roles."""
    ids = list(group_ids)
    through = User.groups.through
    return set(through.objects.filter(group_id__in=ids).values_list("user_id", flat=True)) if ids else set()


def team_topics() -> QuerySet[Category]:
    """The topics that a team answers for. What everybody holds is no team."""
    owned = Category.objects.filter(owner_role__isnull=False).order_by()
    return owned.exclude(owner_role__name__in=access.BUILT_IN_ROLES)


# --- Those who follow --------------------------------------------------------------------------------

# The nearer wins: who mutes an article does not hear of it although they follow its topic, and the other way round.
NEARNESS = {Target.ARTICLE: 0, Target.TAG: 1, Target.SEARCH: 1, Target.CATEGORY: 2, Target.ALL: 3}


def chosen(happened: Happened) -> tuple[set[int], set[int]]:
    """Who follows what this is about, and who has muted it, by what each has said that is nearest to it."""
    nearest: dict[int, tuple[int, bool]] = {}
    for user_id, target, muted in happened.follows:
        # Of two that are equally near, muting wins.
        said = (NEARNESS[Target(target)], not muted)
        if user_id not in nearest or said < nearest[user_id]:
            nearest[user_id] = said
    following = {user_id for user_id, (_near, follows) in nearest.items() if follows}
    return following, nearest.keys() - following


def _followers(happened: Happened) -> dict[int, Reason]:
    """Followers, owners and teams: what people hear of because they said so, or because it is theirs."""
    found: dict[int, Reason] = {}
    merge(found, _teams(happened))
    merge(found, dict.fromkeys(chosen(happened)[0], Reason.FOLLOW))
    merge(found, _owners(happened))
    return found


def _owners(happened: Happened) -> dict[int, Reason]:
    """Who answers for the article: its owner, else that of the nearest category above; less who wants none of it."""
    owners = owners_of(happened)
    unwilling = NotificationSettings.objects.filter(follows_own=False).values_list("user_id", flat=True)
    return dict.fromkeys(owners - set(unwilling) if owners else owners, Reason.OWNER)


def owners_of(happened: Happened) -> set[int]:
    """The people who answer for what this is about. An owner who is gone or may not read it is none."""
    things = [thing for thing in (happened.article, *reversed(happened.places)) if thing is not None]
    owners = [(thing.owner_user_id, thing.owner_role_id) for thing in things]
    return set(access.crowd().first_named(things[0].access_root_id, owners)) if things else set()


def _teams(happened: Happened) -> dict[int, Reason]:
    """Whose first topics it stands in: those that they chose to see first, else those that their teams answer for."""
    if happened.article is None:
        return {}
    here = team_topics().filter(pk__in=[one.pk for one in happened.places])
    people = members(here.values_list("owner_role", flat=True))
    # Who has chosen what to see first hears of that.
    place = happened.place
    for user_id, choice in User.objects.filter(scope__isnull=False, is_active=True).values_list("pk", "scope"):
        has_team = partial(happened.has_team, user_id)
        if is_inside(choice or {}, place, by_team=user_id in people, has_team=has_team):
            people.add(user_id)
        else:
            people.discard(user_id)
    unwilling = NotificationSettings.objects.filter(follows_team=False).values_list("user_id", flat=True)
    return dict.fromkeys(people - set(unwilling) if people else people, Reason.TEAM)


@dataclass(frozen=True)
class Place:
    """Where an article stands: ids of its topics from the top down and of its tags, and its language."""

    topics: frozenset[int]
    tags: frozenset[int]
    language: str


def is_inside(choice: Mapping[str, Any], place: Place, *, by_team: bool, has_team: Callable[[], bool]) -> bool:
    """Whether a place is inside what somebody chose to see first, as `articles.scope` has it.

    `by_team`: whether it is in the topics of their teams, which are theirs as long as they chose none themselves;
    `has_team`: whether there are any such topics.
    """
    topics, tags, languages = (choice.get(name) for name in ("categories", "tags", "language"))
    if languages and place.language not in languages:
        return False
    if by_team if topics is None else not place.topics.isdisjoint(topics):
        return True
    if tags:
        return not place.tags.isdisjoint(tags)
    only_languages = not topics and not (topics is None and has_team())
    return bool(languages) and only_languages


FOLLOWERS = Rule(_("followers, owners, whose first topics it stands in"), _followers)
OWNERS = Rule(_("owners"), _owners)


def _direct(happened: Happened) -> dict[int, Reason]:
    """Who follows this article, and who answers for it: for what is not worth telling a whole team."""
    found = _owners(happened)
    near = {user for user, target, muted in happened.follows if target == Target.ARTICLE and not muted}
    merge(found, dict.fromkeys(near, Reason.FOLLOW))
    return found


DIRECT = Rule(_("owners, followers of the article"), _direct)

# --- Those whom it concerns ----------------------------------------------------------------------------


def _person(happened: Happened) -> dict[int, Reason]:
    person = happened.event.person_id
    return {person: Reason.CONCERNED} if person else {}


PERSON = Rule(_("the person whom it is about"), _person)


def _able(action: str, happened: Happened) -> set[int]:
    article = happened.article
    return set(access.who_can(action, article).values_list("pk", flat=True)) if article else set()


def _deciders(action: str) -> Callable[[Happened], dict[int, Reason]]:
    """Those who may do it and have to do with the article; where there is nobody such, all who may."""

    def find(happened: Happened) -> dict[int, Reason]:
        able = _able(action, happened)
        near = set(_followers(happened)) & able
        return dict.fromkeys(near or able, Reason.ASSIGNED)

    return find


APPROVERS = Rule(_("whoever may approve it, those near to the article first"), _deciders("approve"))
ANSWERERS = Rule(_("whoever may answer it, those near to the article first"), _deciders("answer_suggestion"))


def _proposer(happened: Happened) -> dict[int, Reason]:
    author = Proposal.objects.filter(pk=happened.event.data.get("proposal")).values_list("author", flat=True).first()
    return {author: Reason.CONCERNED} if author else {}


PROPOSER = Rule(_("whoever proposed it"), _proposer)


def _planner(happened: Happened) -> dict[int, Reason]:
    author = Plan.objects.filter(pk=happened.event.data.get("plan")).values_list("author", flat=True).first()
    return {author: Reason.CONCERNED} if author else {}


PLANNER = Rule(_("whoever planned it"), _planner)
