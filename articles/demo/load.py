"""Put the demo centre into the database, the way that people would: every write is an action of `articles.actions`.

All or nothing, in one transaction. The articles are begun empty first, so that each has an address when the links of
the others are written; then every state of each is written into its draft, and its published states become versions
with the dates of a believable past.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from .. import documents
from ..actions.article import archive_article, create_article
from ..actions.asking import ask_to_read, chosen_asks
from ..actions.category import create_category, update_category
from ..actions.draft import replace_draft
from ..actions.image import add_image
from ..actions.importing import PastVersion, import_history
from ..actions.people import create_role, create_user
from ..actions.planning import plan_publication
from ..actions.proposing import propose_article
from ..actions.suggesting import suggest_change
from ..centre_time import moment_of
from ..models import Article, Category, User
from . import source
from .flags import load_flags
from .personal import add_personal
from .source import ArticleSource, CategorySource, Person, SourceError, State
from .talk import add_talk

PASSWORD = "demo"  # noqa: S105  everybody's, and printed by `make run`: only for a centre that holds nothing real
ADMINISTRATOR = "admin"
# What other apps add to it: dotted names of functions that take the people by name and pairs of source and article.
ALSO: list[str] = []


@dataclass(frozen=True)
class Loaded:
    """How much there is now."""

    people: int
    categories: int
    articles: int
    versions: int


@transaction.atomic
def load() -> Loaded:
    """Load people, roles, categories and articles. Whether that is wise is for the caller to ask (`is_loaded`, …).

    Raises SourceError, and Invalid where a person of the same name exists: then nothing was written.
    """
    cast = source.read_people()
    roles = _add_roles(cast)
    people = {person.username: _add_person(person) for person in cast}
    categories = _add_categories(people[ADMINISTRATOR], roles)
    articles = source.read_articles()
    begun = {one.path: _begin(one, people[one.author], categories[one.category], roles) for one in articles}
    for one in articles:
        _write_history(one, begun, people)
    add_talk(begun, people, {slug: category.slug for slug, category in categories.items()})
    load_flags(begun, people)
    add_personal(begun, people, {slug: category.slug for slug, category in categories.items()})
    for name in ALSO:
        import_string(name)(people, [(one, begun[one.path]) for one in articles])
    return Loaded(len(people), len(categories), len(articles), sum(len(one.published) for one in articles))


def is_loaded() -> bool:
    """Whether people of the demo centre are here, so that there is nothing to load any more."""
    return any(
        User.objects.filter(username=person.username, email=person.email).exists() for person in source.read_people()
    )


def holds_something_else() -> bool:
    """Whether people, categories or articles are here that the demo centre did not bring. Ask `is_loaded` first."""
    return User.objects.exists() or Category.objects.exists() or Article.objects.exists()


def _add_roles(people: Sequence[Person]) -> dict[str, Group]:
    """All roles by slug, after those that the people hold were made where they are missing."""
    present = set(Group.objects.values_list("name", flat=True))
    for role in sorted({role for person in people for role in person.roles} - present):
        create_role(None, role)
    return {group.name: group for group in Group.objects.all()}


def _add_person(person: Person) -> User:
    return create_user(
        None, person.username, password=PASSWORD, first_name=person.first_name, last_name=person.last_name,
        email=person.email, language=person.language, roles=person.roles, superuser=person.superuser,
    )  # fmt: skip


def _add_categories(admin: User, roles: Mapping[str, Group]) -> dict[str, Category]:
    """The tree, in the order of the file. The slug of the file is the key: a busy centre may give another one."""
    made: dict[str, Category] = {}
    for position, one in enumerate(source.read_categories()):
        made[one.slug] = _add_category(admin, one, made, roles)
        update_category(admin, made[one.slug].pk, position=position)
    return made


def _add_category(
    admin: User, one: CategorySource, made: Mapping[str, Category], roles: Mapping[str, Group]
) -> Category:
    return create_category(
        admin, one.name, made[one.parent] if one.parent else None, slug=one.slug, publishing=one.publishing,
        owner_role=roles[one.owner] if one.owner else None,
        grants=None if one.grants is None else {role: [right] for role, right in one.grants.items()},
    )  # fmt: skip


def _begin(one: ArticleSource, author: User, category: Category, roles: Mapping[str, Group]) -> Article:
    """The article without a text yet."""
    days = one.review_in_days
    return create_article(
        author, category, one.title, documents.empty_document(), tags=one.tags, language=one.language,
        roles=one.roles, owner_role=roles[one.owner],
        review_date=None if days is None else timezone.localdate() + timedelta(days=days), evergreen=days is None,
    )  # fmt: skip


def _write_history(one: ArticleSource, begun: Mapping[Path, Article], people: Mapping[str, User]) -> None:
    """Write what the article said, oldest first, as versions of the past months; then what is not published yet."""
    article = begun[one.path]
    past = []
    for state, published_at in zip(one.published, _dates(one), strict=True):
        document = _document(one, state, begun, people)
        replace_draft(people[state.by], article.pk, document)
        past.append(
            PastVersion(one.title, document, people[state.by], state.note, state.significance, None, published_at)
        )
    if past:
        import_history(people[ADMINISTRATOR], article.pk, past)
    if one.draft:
        replace_draft(people[one.draft.by], article.pk, _document(one, one.draft, begun, people))
    if one.archived:
        archive_article(people[one.states[-1].by], article.pk)
    if one.asks is not None:
        ask_to_read(people[ADMINISTRATOR], article.pk, chosen_asks(people[ADMINISTRATOR], **one.asks))
    _write_what_waits(one, begun, people)


def _write_what_waits(one: ArticleSource, begun: Mapping[Path, Article], people: Mapping[str, User]) -> None:
    """What is proposed, planned and suggested, as its people do it."""
    pk = begun[one.path].pk
    for state in (one.proposal, one.plan):
        if state:
            replace_draft(people[state.by], pk, _document(one, state, begun, people))
    if one.proposal:
        propose_article(people[one.proposal.by], pk, note=one.proposal.note)
    if one.plan:
        at = moment_of(timezone.localdate() + timedelta(days=one.plan.in_days), time(6))
        plan_publication(people[one.plan.by], pk, at, note=one.plan.note)
    if one.suggestion:
        document = _document(one, one.suggestion, begun, people)
        suggest_change(people[one.suggestion.by], pk, document, one.suggestion.note)


def _dates(one: ArticleSource) -> list[datetime]:
    """When the versions were published, oldest first: in office hours of the past months, and always the same ones.

    A few articles changed today and this week, as in any centre, and the rest longer ago.
    """
    number = zlib.crc32(one.path.name.encode())
    days = (0, 0, 1, 2, 4, 6, 9, 15, 24, 38, 55, 71, 90, 120, 150)[number % 15]
    moment = timezone.localtime().replace(hour=8 + number % 8, minute=number // 7 % 60, second=0, microsecond=0)
    moment = min(moment - timedelta(days=days), timezone.localtime() - timedelta(minutes=number % 50 + 2))
    dates = []
    for step in range(len(one.published)):
        dates.append(moment)
        moment -= timedelta(days=21 + (number >> step) % 60)
    return dates[::-1]


def _document(
    one: ArticleSource, state: State, begun: Mapping[Path, Article], people: Mapping[str, User]
) -> dict[str, object]:
    """The document of a state, with links to articles and images of this centre instead of files."""
    converted = documents.from_markdown(state.markdown)
    if converted.losses:
        raise SourceError(f"{one.path.name}: {' '.join(converted.losses)}")

    def link(href: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme or not parts.path.endswith(".md"):
            return href
        target = begun.get((one.path.parent / parts.path).resolve())
        if target is None:
            raise SourceError(f"{one.path.name}: there is no article {href}.")
        return f"/articles/{target.pk}/" + (f"#{parts.fragment}" if parts.fragment else "")

    def image(src: str) -> str | None:
        file = (one.path.parent / src).resolve()
        if not file.is_file():
            raise SourceError(f"{one.path.name}: there is no picture {src}.")
        return add_image(people[state.by], begun[one.path].pk, file.name, file.read_bytes()).get_absolute_url()

    return documents.rewrite(converted.document, link, image)
