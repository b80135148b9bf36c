"""How things look in JSON. Times are ISO 8601 with offset; a person is {id, name}; an owner is one word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, documents, rendering
from ..actions.problems import Invalid
from ..drafts import store
from ..models import Article, Category, User, Version


def time(value: datetime | None) -> str | None:
    """A moment with the offset of the installation's time zone."""
    return timezone.localtime(value).isoformat() if value else None


def person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.get_full_name()} if user else None


def owner(thing: Article | Category) -> str | None:
    """The slug of the owning role, or the sign-in name of the owning person."""
    if thing.owner_role:
        return thing.owner_role.name
    return thing.owner_user.username if thing.owner_user else None


def find_owner(word: str | None) -> dict[str, Any]:
    """{owner_role, owner_user} for a role slug or a sign-in name; both None for None. Raises Invalid."""
    if not word:
        return {"owner_role": None, "owner_user": None}
    if role := Group.objects.filter(name=word).first():
        return {"owner_role": role, "owner_user": None}
    if user := User.objects.filter(username=word, is_active=True).first():
        return {"owner_role": None, "owner_user": user}
    raise Invalid(owner=_("There is no role and no person named %(name)s.") % {"name": word})


def readers(thing: Article | Category) -> list[str]:
    """Slugs of the roles that may read it: whoever may edit, publish or manage may."""
    return access.roles_with("view", thing.access_root_id, ladder=True)


def is_read_back(thing: Article | Category, roles: list[str] | None) -> bool:
    """Whether these are the roles that were answered: sent back they change nothing, above all not what inherits."""
    return roles is not None and set(roles) == set(readers(thing))


def category(one: Category, roles: list[str], parents: dict[int, str]) -> dict[str, Any]:
    """`parents` maps the ids of categories that this reader sees to slugs."""
    return {
        "id": one.pk, "slug": one.slug, "name": one.name, "parent": parents.get(one.parent_id or 0),
        "roles": roles, "owner": owner(one), "publishing": one.publishing,
    }  # fmt: skip


def version(one: Version) -> dict[str, Any]:
    return {
        "number": one.number, "title": one.title, "published_at": time(one.published_at),
        "author": person(one.author), "note": one.note, "significance": one.significance,
        "approved_by": person(one.approved_by),
    }  # fmt: skip


def version_text(view: access.View, article: Article, one: Version) -> dict[str, Any]:
    """The text of a version in all three forms, as this reader may have it."""
    made = rendering.rendered_for(view, article, one)
    return {
        "html": made.html, "text": made.text,
        "markdown": documents.to_markdown(rendering.document_for(view, article, one)),
    }  # fmt: skip


def article_line(one: Article) -> dict[str, Any]:
    """An article in a list. Needs category, version(author), owners and tags loaded."""
    return {
        "id": one.pk, "slug": one.slug, "title": one.title, "category": one.category.slug,
        "tags": [tag.name for tag in one.tags.all()], "language": one.language, "status": one.status,
        "owner": owner(one), "review_date": one.review_date.isoformat() if one.review_date else None,
        "review_months": one.review_months, "evergreen": one.evergreen,
        "updated_at": time(one.updated_at), "version": version(one.version) if one.version else None,
    }  # fmt: skip


def article(user: User, one: Article) -> dict[str, Any]:
    """An article in full: of what is published; of the draft while nothing is (only editors come that far)."""
    view = access.view_of(user)
    if one.version:
        text = version_text(view, one, one.version)
    else:
        doc, _seq = store.load(one.pk)
        document = documents.read_draft(doc)
        made = rendering.make(document, documents.passage_roles(document), one.language)
        text = {"html": made.html, "text": made.text, "markdown": documents.to_markdown(document)}
    return {
        **article_line(one), **text,
        "roles": readers(one),
        "schema": documents.SCHEMA_VERSION,
        "abilities": access.abilities(user, one),
    }  # fmt: skip
