"""Roles as people call them: the built-in ones in words of each language, those of a centre by the names it gave them.

Addresses, forms and the API go on with slugs: what is typed ("@manager", "::: roles manager") is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext_lazy

BUILT_IN = {
    "everyone": pgettext_lazy("role", "everyone"),
    "csr": pgettext_lazy("role", "customer service"),
    "editor": pgettext_lazy("role", "editors"),
    "manager": pgettext_lazy("role", "managers"),
}


def role_name(slug: str) -> str:
    """ "manager" → "managers", "waste" → "waste", in the language of the reader."""
    return str(BUILT_IN.get(slug, slug))


def role_names(slugs: Iterable[str]) -> str:
    """ "customer service, managers, waste", in their order."""
    return ", ".join(map(role_name, slugs))


def called(start: str) -> list[str]:
    """Slugs of the built-in roles whose name in words begins so."""
    return [slug for slug, name in BUILT_IN.items() if str(name).lower().startswith(start.lower())]
