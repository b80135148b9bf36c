"""Words that a rendered article contains besides its own, in the language of the article (not of the reader)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, override

from ..role_names import role_names

_LABELS: dict[str, dict[str, str]] = {
    "en": {
        "name": "Name", "phone": "Phone", "email": "E-mail", "address": "Address", "hours": "Hours", "web": "Web",
        "note": "Note", "table": "Table", "info": "Information", "warning": "Warning",
    },
    "sv": {
        "name": "Namn", "phone": "Telefon", "email": "E-post", "address": "Adress", "hours": "Öppettider",
        "web": "Webb", "note": "Att veta", "table": "Tabell", "info": "Information", "warning": "Varning",
    },
}  # fmt: skip

_KIND_OF_LABEL = {
    label.casefold(): kind
    for labels in _LABELS.values()
    for kind, label in labels.items()
    if kind not in ("table", "info", "warning")
} | {
    "telephone": "phone", "tel": "phone", "mobile": "phone", "mobil": "phone", "email": "email", "mail": "email",
    "mejl": "email", "epost": "email", "besöksadress": "address", "postadress": "address", "opening hours": "hours",
    "tider": "hours", "website": "web", "webbplats": "web", "contact": "name", "kontakt": "name",
}  # fmt: skip


def label(language: str, word: str) -> str:
    """The word in the language of the article; English where we do not speak it."""
    return _LABELS.get(language[:2].lower(), _LABELS["en"])[word]


def audience_label(language: str, roles: Iterable[str]) -> str:
    """What stands over a passage for certain roles: "Only for managers, waste"."""
    with override(language):
        return gettext("Only for {roles}").format(roles=role_names(roles))


def contact_kind(label_text: str) -> str | None:
    """The kind of contact field that a label written by hand means."""
    return _KIND_OF_LABEL.get(label_text.strip().rstrip(":").casefold())
