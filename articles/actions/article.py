"""Create an article, and change what is known about it (not its text)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pycrdt import Doc

from .. import access, documents, events
from ..drafts import authors, store
from ..models import AccessRoot, Article, Category, Draft, Status, Tag, User
from . import audience, places, reviewing
from .draft import replace_title
from .problems import CannotUndo, Conflict, Invalid

UNCHANGED: Any = object()  # a field that the caller did not name, where None has a meaning
LONGEST_INTERVAL = 120  # months


def clean_title(title: str) -> str:
    """The title, with single spaces. Raises Invalid when it is empty, too long, or holds control characters."""
    title = " ".join(str(title).split())
    if not title:
        raise Invalid(title=_("Give the article a title."))
    if len(title) > 200:
        raise Invalid(title=_("The title has %(count)d characters; 200 are the most.") % {"count": len(title)})
    if not title.isprintable():
        raise Invalid(title=_("The title holds characters that cannot be shown. Remove them."))
    return title


def clean_language(language: str) -> str:
    """One of the languages of articles. Raises Invalid for another."""
    if language not in ("en", "sv"):
        raise Invalid(language=_("The language must be en or sv."))
    return language


def create_article(
    user: User,
    category: Category,
    title: str,
    document: dict[str, Any],
    *,
    tags: Iterable[str] = (),
    language: str = "en",
    roles: Iterable[str] | None = None,
    owner_role: Group | None = None,
    owner_user: User | None = None,
    review_date: date | None = None,
    review_months: int | None = None,
    evergreen: bool = False,
) -> Article:
    """A new article with its first draft; readers see nothing of it before it is published.

    `document` is ProseMirror JSON; `roles` (slugs) restricts who may view it, None leaves that to the category.
    Raises access.NotFound/Forbidden, Invalid, documents.DocumentError.
    """
    with transaction.atomic():
        category = places.lock_category(category)
        access.require(user, "create", category)
        title, language = clean_title(title), clean_language(language)
        documents.check_document(document)
        review = review_changes(review_date, review_months, evergreen or None)
        now = timezone.now()
        article = Article.objects.create(
            title=title, category=category, language=language, access_root_id=category.access_root_id,
            owner_role=owner_role, owner_user=owner_user, created_by=user, updated_at=now, **review,
        )  # fmt: skip
        _write_tags(article, tags)
        Draft.objects.create(article=article, schema=documents.SCHEMA_VERSION, changed_at=now, changed_by=user)
        doc: Doc = Doc()
        before = doc.get_state()
        documents.write_draft(doc, document)
        store.append(article.pk, doc.get_update(), user)
        authors.note(article.pk, before, doc.get_state(), user)
        happened: list[events.Happening] = [events.ArticleCreated(article, title)]
        if roles is not None:
            audience.write_article_roles(article, roles)
            happened.append(events.ArticleAudienceChanged(article))
        events.record(user, *happened)
    return article


def update_article(
    user: User,
    article_id: int,
    *,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
    language: str | None = None,
    owner_user: User | None = UNCHANGED,
    owner_role: Group | None = UNCHANGED,
    review_date: date | None = UNCHANGED,
    review_months: int | None = UNCHANGED,
    evergreen: bool | None = None,
) -> Article:
    """Change what is named; the rest stays. A former title keeps working in addresses (only the id counts).

    A title is changed for readers and in the draft. `tags` are all that it shall have; with `add_tags` and
    `remove_tags` two people who change different tags at one moment both have their way. What is `evergreen` has no
    review date; giving it one ends that.
    Raises access.NotFound/Forbidden, Invalid.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "edit", article_id, lock=True)
        changes: dict[str, Any] = {}
        if title is not None:
            changes["title"] = clean_title(title)
        if language is not None:
            changes["language"] = clean_language(language)
        named = {"owner_user": owner_user, "owner_role": owner_role}
        changes |= {name: value for name, value in named.items() if value is not UNCHANGED}
        changes |= review_changes(review_date, review_months, evergreen)
        changed = [name for name, value in changes.items() if getattr(article, name) != value]
        for name in changed:
            setattr(article, name, changes[name])
        if {"owner_user", "owner_role"} & set(changed):
            reviewing.tell_again(Article.objects.filter(pk=article.pk))
        if _write_tags(article, tags, add=add_tags, remove=remove_tags):
            changed.append("tags")
        if "title" in changes:
            replace_title(user, article.pk, changes["title"])
        if changed:
            article.updated_at = timezone.now()
            article.save(update_fields=[*(name for name in changed if name != "tags"), "updated_at"])
            fields = sorted({name.replace("_user", "").replace("_role", "") for name in changed})
            events.record(user, events.ArticleUpdated(article, article.title, fields))
    return article


def move_article(user: User, article_id: int, category: Category) -> Article:
    """Put the article into another category; without grants of its own it takes on that category's.

    Who moves needs the right at both ends: a move can publish to another audience.
    Raises access.NotFound/Forbidden.
    """
    with transaction.atomic():
        category = places.lock_category(category)
        article = access.fetch_article(user, "move", article_id, lock=True)
        access.require(user, "move", category)
        if article.category_id == category.pk:
            return article
        was_root = article.access_root_id
        article.category = category
        if not AccessRoot.objects.filter(article=article).exists():
            article.access_root_id = category.access_root_id
        article.updated_at = timezone.now()
        article.save(update_fields=["category", "access_root", "updated_at"])
        if not article.owner_role_id and not (article.owner_user and article.owner_user.is_active):
            reviewing.tell_again(Article.objects.filter(pk=article.pk))  # somebody else answers for it there
        events.record(user, events.ArticleMoved(article, category.slug, was_root))
    return article


def archive_article(user: User, article_id: int) -> Article:
    """Take the article out of use: gone from lists and search; its address says that it no longer holds.

    Raises access.NotFound/Forbidden.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "archive", article_id, lock=True)
        if article.status == Status.ARCHIVED:
            return article
        article.status = Status.ARCHIVED
        article.updated_at = timezone.now()
        article.save(update_fields=["status", "updated_at"])
        events.record(user, events.ArticleArchived(article))
    return article


def bring_back_article(user: User, article_id: int) -> Article:
    """Bring an archived article back as it was: published if it ever was, else a draft.

    Raises access.NotFound/Forbidden, Conflict when it is not archived.
    """
    with transaction.atomic():
        article = access.fetch_article(user, "archive", article_id, lock=True)
        if article.status != Status.ARCHIVED:
            raise Conflict(_("The article is not archived."))
        article.status = Status.PUBLISHED if article.version_id else Status.DRAFT
        article.updated_at = timezone.now()
        article.save(update_fields=["status", "updated_at"])
        events.record(user, events.ArticleRestored(article))
    return article


def undo_archiving(user: User, article_id: int, at: datetime) -> Article:
    """Bring back what was archived just now; `at` is its `updated_at` since then.

    Raises access.NotFound/Forbidden, CannotUndo when something has happened to it meanwhile.
    """
    with transaction.atomic():
        _require_untouched(access.fetch_article(user, "archive", article_id, lock=True), at, archived=True)
        return bring_back_article(user, article_id)


def undo_bringing_back(user: User, article_id: int, at: datetime) -> Article:
    """Archive again what was brought back just now, as `undo_archiving`."""
    with transaction.atomic():
        _require_untouched(access.fetch_article(user, "archive", article_id, lock=True), at, archived=False)
        return archive_article(user, article_id)


def _require_untouched(article: Article, at: datetime, *, archived: bool) -> None:
    if article.updated_at != at or (article.status == Status.ARCHIVED) != archived:
        raise CannotUndo


def _write_tags(
    article: Article, names: Iterable[str] | None, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> bool:
    """Make the tags exactly `names` (None: those that it has), and then more and fewer; whether that changed anything.

    Raises Invalid.
    """
    now = [tag.name for tag in article.tags.all()]
    wanted: dict[str, str] = {}
    for tag in map(_clean_tag, [*(now if names is None else names), *add]):
        wanted.setdefault(tag.lower(), tag)
    for tag in map(_clean_tag, remove):
        wanted.pop(tag.lower(), None)
    if {tag.lower() for tag in now} == set(wanted):
        return False
    if len(wanted) > 30:
        raise Invalid(tags=_("30 tags are the most."))
    known = {tag.name.lower(): tag for tag in Tag.objects.filter(name__in=wanted.values())}
    for key in wanted.keys() - known.keys():
        # iexact and not lower(): SQLite's lower() knows only ASCII, so "Återvinning" is compared here as well.
        known[key] = Tag.objects.filter(name__iexact=wanted[key]).first() or Tag.objects.create(name=wanted[key])
    article.tags.set(known[key] for key in wanted)
    return True


def _clean_tag(name: str) -> str:
    """A tag with single spaces. Raises Invalid when it is empty, too long, or holds control characters."""
    name = " ".join(str(name).split())
    if not name or len(name) > 60 or not name.isprintable():
        raise Invalid(tags=_("A tag has 1 to 60 visible characters."))
    return name


def review_changes(
    review_date: Any = UNCHANGED, months: Any = UNCHANGED, evergreen: bool | None = None
) -> dict[str, Any]:
    """What to write of when an article is to be looked at again. Raises Invalid."""
    changes: dict[str, Any] = {}
    if review_date is not UNCHANGED:
        changes["review_date"] = review_date
        if review_date is not None:
            changes["evergreen"] = False
    if months is not UNCHANGED:
        changes["review_months"] = clean_review_months(months)
    if evergreen and changes.get("review_date") is not None:
        raise Invalid(evergreen=_("What is evergreen has no review date. Choose one of the two."))
    if evergreen is not None:
        changes |= {"evergreen": True, "review_date": None} if evergreen else {"evergreen": False}
    return changes


def clean_review_months(months: int | None) -> int | None:
    """Months between reviews, 1 to 120; None where something above says. Raises Invalid."""
    if months is not None and not 1 <= months <= LONGEST_INTERVAL:
        raise Invalid(review_months=_("Give 1 to %(most)d months between reviews.") % {"most": LONGEST_INTERVAL})
    return months
