"""What publishing something would change for readers, and for which readers: shown before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles import documents, rendering
from articles.models import Article, Version
from articles.role_names import role_name

from .history import Run, beside

NOBODYS = "-"  # readers who have none of the roles that passages are marked for


@dataclass(frozen=True)
class Audience:
    """Readers who see the same passages; `word` stands in the address."""

    word: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Difference:
    """What readers would see, and how it differs from what they see now, for one audience."""

    html: str
    runs: list[Run]
    old_title: str
    new_title: str
    number: int  # of the version that readers see now; 0: none
    audiences: list[Audience]  # empty where everybody sees the same
    audience: Audience
    anywhere: bool  # whether anything changes for anybody

    @property
    def changes(self) -> bool:
        """Whether anything changes for this audience."""
        return self.number == 0 or bool(self.runs) or self.old_title != self.new_title


def difference_of(
    request: HttpRequest, article: Article, old: Version | None, title: str, document: dict[str, Any]
) -> Difference:
    """From a version to a title and a document, for the audience that `?for=` names (everything, unless it does)."""
    roles = documents.passage_roles(document) | frozenset(old.passage_roles if old else ())
    audiences = _audiences(roles)
    word = request.GET.get("for", "")
    audience = next((one for one in audiences if one.word == word), Audience("", _("Everything"), roles))
    new_html = rendering.make(document, audience.roles, article.language).html
    runs: list[Run] = []
    if old is not None:
        old_html = rendering.make(old.document, audience.roles, article.language).html
        runs = beside(old_html, new_html) if old_html != new_html else []
    return Difference(
        html=new_html, runs=runs, old_title=old.title if old else "", new_title=title, number=old.number if old else 0,
        audiences=audiences, audience=audience,
        anywhere=old is None or old.document != document or old.title != title,
    )  # fmt: skip


def _audiences(roles: frozenset[str]) -> list[Audience]:
    if not roles:
        return []
    return [
        Audience("", _("Everything"), roles),
        Audience(NOBODYS, _("All other readers"), frozenset()),
        *(Audience(role, role_name(role), frozenset([role])) for role in sorted(roles)),
    ]
