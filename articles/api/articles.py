"""Articles: find, create, read, change."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from .. import access
from .. import scope as scopes
from ..actions import article as actions
from ..actions import audience
from ..actions.problems import Conflict, Invalid
from ..models import Article
from ..models import Status as ArticleStatus
from ..signed_in import SignedInRequest
from . import shapes
from .changes import Change
from .drafts import Text
from .paging import Cursor, Limit, page

router = Router(tags=["articles"])
PLAIN = ("title", "tags", "add_tags", "remove_tags", "language", "evergreen")  # fields that only have to be passed on


class Filters(Schema):
    category: str | None = None
    tag: str | None = None
    owner: str | None = None
    status: str | None = None
    scope: str = "all"
    updated_since: datetime | None = None


class ArticleIn(Text):
    title: str
    category: str
    roles: list[str] | None = None
    tags: list[str] = []
    language: str = "en"
    owner: str | None = None
    review_date: date | None = None
    review_months: int | None = None
    evergreen: bool = False


class ArticlePatch(Change):
    title: str | None = None
    category: str | None = None
    tags: list[str] | None = None
    add_tags: list[str] | None = None
    remove_tags: list[str] | None = None
    roles: list[str] | None = None
    language: str | None = None
    owner: str | None = None
    review_date: date | None = None
    review_months: int | None = None
    evergreen: bool | None = None
    status: str | None = None


@router.get("articles")
def articles(
    request: SignedInRequest, filters: Query[Filters], limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """The articles that the caller sees, newest change first. A category includes what is below it."""
    rows = access.visible_to(request.user).select_related(
        "category", "version__author", "version__approved_by", "owner_user", "owner_role"
    ).prefetch_related("tags")  # fmt: skip
    return page(_filtered(request, rows, filters), ("-updated_at", "-id"), limit, cursor, shapes.article_line)


def _filtered(request: SignedInRequest, rows: QuerySet[Article], filters: Filters) -> QuerySet[Article]:
    if filters.category:
        category = access.categories_for(request.user).filter(slug=filters.category).first()
        rows = rows.filter(category__path__startswith=category.path or "/") if category else rows.none()
    if filters.tag:
        rows = rows.filter(tags__name__iexact=filters.tag).distinct()
    if filters.owner:
        found = {name: value for name, value in shapes.find_owner(filters.owner).items() if value}
        rows = rows.filter(**found)
    if filters.status:
        if filters.status not in ArticleStatus.values:
            raise Invalid(status=_("The status must be draft, published or archived."))
        rows = rows.filter(status=filters.status)
    else:
        rows = rows.exclude(status=ArticleStatus.ARCHIVED)
    if filters.scope not in ("mine", "all"):
        raise Invalid(scope=_("The scope must be mine or all."))
    if filters.scope == "mine":
        rows = rows.filter(scopes.of(request.user).condition)
    if filters.updated_since:
        rows = rows.filter(updated_at__gte=filters.updated_since)
    return rows


def _category(request: SignedInRequest, slug: str) -> Any:
    category = access.categories_for(request.user).filter(slug=slug).first()
    if category is None:
        raise Invalid(category=_("There is no category %(slug)s.") % {"slug": slug})
    return category


@router.post("articles", response={201: Any})
def create(request: SignedInRequest, data: ArticleIn) -> Status[dict[str, Any]]:
    """A new article, as a draft. `losses` says what of the text could not be taken over."""
    converted = data.convert()
    article = actions.create_article(
        request.user, _category(request, data.category), data.title, converted.document, tags=data.tags,
        language=data.language, roles=data.roles, review_date=data.review_date,
        review_months=data.review_months, evergreen=data.evergreen, **shapes.find_owner(data.owner),
    )  # fmt: skip
    return Status(201, {**_full(request, article.pk), "losses": converted.losses})


def _full(request: SignedInRequest, article_id: int) -> dict[str, Any]:
    rows = Article.objects.select_related(
        "category", "version__author", "version__approved_by", "version__rendering", "owner_user", "owner_role"
    ).prefetch_related("tags")  # fmt: skip
    article = rows.filter(pk=article_id).first()
    if article is None:
        raise access.NotFound
    access.require(request.user, "view", article)
    return shapes.article(request.user, article)


@router.get("articles/{int:article_id}")
def read(request: SignedInRequest, article_id: int) -> HttpResponse:
    """One article, as this reader may have it. Send the ETag back as If-None-Match to be told that it holds."""
    body = _full(request, article_id)
    etag = f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'
    response: HttpResponse
    if etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(body)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.patch("articles/{int:article_id}")
def change(request: SignedInRequest, article_id: int, data: ArticlePatch) -> dict[str, Any]:
    """Change what is named, all of it or nothing. `roles: null` gives the article back to its category;
    sent back as they were read they change nothing, and whoever may edit it by its category keeps that.

    `tags` are all that it shall have; `add_tags` and `remove_tags` change single ones, so that two people who do it at
    one moment both have their way.
    """
    named = data.dict(exclude_unset=True)
    user = request.user
    with transaction.atomic():
        access.fetch_article(user, "view", article_id)
        plain = {name: named[name] for name in PLAIN if named.get(name) is not None}
        plain |= {name: named[name] for name in ("review_date", "review_months") if name in named}
        if "owner" in named:
            plain |= shapes.find_owner(data.owner)
        if plain:
            actions.update_article(user, article_id, **plain)
        if data.category is not None:
            actions.move_article(user, article_id, _category(request, data.category))
        if "roles" in named:
            article = access.fetch_article(user, "restrict", article_id)
            if not shapes.is_read_back(article, data.roles):
                audience.set_article_roles(user, article_id, data.roles)
        if data.status is not None:
            _set_status(request, article_id, data.status)
    return _full(request, article_id)


def _set_status(request: SignedInRequest, article_id: int, status: str) -> None:
    article = access.fetch_article(request.user, "view", article_id)
    if status not in ArticleStatus.values:
        raise Invalid(status=_("The status must be draft, published or archived."))
    if status == article.status:
        return
    if status == ArticleStatus.ARCHIVED:
        actions.archive_article(request.user, article_id)
    elif article.status == ArticleStatus.ARCHIVED:
        back = actions.bring_back_article(request.user, article_id)
        if back.status != status:
            raise Conflict(_("The article comes back as it was: %(status)s.") % {"status": back.status})
    else:
        raise Conflict(_("An article is published by publishing it, and is then not a draft any more."))
