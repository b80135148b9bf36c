"""What the page of an article shows of it to one person, read from the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, When, Window
from django.utils import timezone
from django.utils.safestring import mark_safe

from articles import access, documents, flag_rights, navigation, rendering
from articles.drafts import store
from articles.models import Article, Severity, Status, User
from articles.models.flag import OPEN
from articles.quick_facts import QuickFacts, quick_facts
from articles.role_names import role_name

LONG_TEXT = 2_000  # characters, about a screen and a half: from there on contents help
MANY_HEADINGS = 3
MOST_WARNINGS = 3
_HEADING_ID = re.compile(r"(<h[1-6]) id=\"[^\"]*\"")


@dataclass(frozen=True)
class Readers:
    """Who may read an article, and why this person may."""

    roles: tuple[str, ...]
    mine: tuple[str, ...]
    by_article: bool  # it has grants of its own
    administrator: bool

    @property
    def everyone(self) -> bool:
        """Whether any active user reads it."""
        return access.EVERYONE in self.roles


def fetch_to_read(user: User, article_id: int) -> Article:
    """The article with all that its page shows, in one query, or access.NotFound.

    The documents stay in the database: what is shown of them was rendered at publication.
    """
    found = (
        Article.objects.select_related(
            "category",
            "access_root",
            "version__rendering",
            "version__author",
            "owner_user",
            "owner_role",
            "draft",
            "last_review__by",
        )
        .defer("version__document")
        .filter(pk=article_id)
        .first()
    )
    if found is None:
        raise access.NotFound
    access.require(user, "view", found)
    return found


def shown(user: User, article: Article) -> dict[str, Any]:
    """What the templates of the article page are given; two queries at most besides the article's own."""
    view = access.view_of(user)
    version = article.version
    rendered = rendering.rendered_for(view, article, version) if version else draft_of(article)
    before, after = navigation.neighbours(user, article.category_id, article.pk)
    topic = navigation.tree(user).topics.get(article.category_id)
    return {
        "article": article,
        "path": topic.path if topic else [],
        "version": version,
        "category": article.category,
        "html": mark_safe(rendered.html),  # noqa: S308 -- made by documents.render from a checked document
        "contents": contents(rendered),
        # What no longer holds is not put in front of anybody's eyes.
        "quick": quick_facts(rendered.html) if article.status == Status.PUBLISHED else QuickFacts(),
        "before": before,
        "after": after,
        "tags": list(article.tags.all()),
        "may": dict.fromkeys(access.abilities(user, article), True),
        "may_watch": version is not None and not version.passage_roles,
        "readers": readers_of(view, article),
        "topic_owners": topic_owners(article),
        "is_archived": article.status == Status.ARCHIVED,
        "is_overdue": article.review_date is not None and article.review_date < timezone.localdate(),
        "has_changes": version is not None and article.draft.has_unpublished_changes,
        **flags_on(view, article),
    }


def flags_on(view: access.View, article: Article) -> dict[str, Any]:
    """How many flags of an article are open, and the urgent ones of which its readers are warned: one query.

    Those come first, however many others are newer; both numbers come with each row.
    """
    urgent = Q(severity=Severity.URGENT, warning_lifted=False)
    rows = list(
        flag_rights.flags_on(view, article)
        .filter(status__in=OPEN)
        .annotate(
            open_here=Window(Count("pk")),
            warn_here=Window(Count("pk", filter=urgent)),
            calm=Case(When(urgent, then=0), default=1, output_field=IntegerField()),
        )
        .select_related("reporter")
        .order_by("calm", "-created_at", "-pk")[:MOST_WARNINGS]
    )
    for row in rows:
        row.article = article
    warnings = [row for row in rows if row.warns]
    return {
        "open_flags": rows[0].open_here if rows else 0, "warnings": warnings,
        "more_warnings": rows[0].warn_here - len(warnings) if rows else 0,
        "may_answer_flags": view.manager or access.view_can(view, "answer_flag", article),
    }  # fmt: skip


def without_ids(html: str) -> str:
    """A rendered text to stand on a page beside others, which must not share the ids of its headings."""
    return _HEADING_ID.sub(r"\1", html)


def contents(rendered: documents.Rendered) -> list[documents.Heading]:
    """The table of contents of a long article; empty for a short one, which needs none."""
    headings = [heading for heading in rendered.headings if heading.level in (2, 3)]
    if len(headings) < MANY_HEADINGS or len(rendered.text) < LONG_TEXT:
        return []
    return headings


def readers_of(view: access.View, article: Article) -> Readers:
    """The roles that may read the article, and those of this person among them."""
    roles = navigation.reading_roles(article.access_root_id)
    return Readers(
        roles=roles,
        mine=tuple(role for role in roles if role in view.roles),
        by_article=article.access_root is not None and article.access_root.article_id == article.pk,
        administrator=view.administrator,
    )


def topic_owners(article: Article) -> str:
    """Who answers by the topic for an article of which nobody is left that it names itself; "" for any other.

    Names for people: no query for roles once rights are known, one for persons.
    """
    owners = access.owners_of(article)
    if owners & {("user", article.owner_user_id), ("role", article.owner_role_id)}:
        return ""
    ids = {kind: [pk for one, pk in owners if one == kind] for kind in ("user", "role")}
    roles = [role_name(name) for name, pk in access.crowd().groups.items() if pk in ids["role"]] if ids["role"] else []
    people = User.objects.filter(pk__in=ids["user"]) if ids["user"] else ()
    return ", ".join([*(person.get_full_name() for person in people), *roles])


def draft_of(article: Article) -> documents.Rendered:
    """What was never published, as it stands now."""
    doc, _seq = store.load(article.pk)
    return documents.render(documents.read_draft(doc), language=article.language)
