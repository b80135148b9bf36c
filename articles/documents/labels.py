"""Words that a rendered article contains besides its own, in the language of the article (not of the reader)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import override

from ..role_names import role_name
from .attributes import CONTACT_KINDS

_LABELS: dict[str, dict[str, str]] = {
    "en": {
        "name": "Name", "phone": "Phone", "email": "E-mail", "address": "Address", "hours": "Hours", "web": "Web",
        "note": "Note", "table": "Table", "info": "Information", "warning": "Warning",
        "only-for": "Only for {roles} · not for callers",
        "end-of-only-for": "End of what is only for {roles}",
    },
    "sv": {
        "name": "Namn", "phone": "Telefon", "email": "E-post", "address": "Adress", "hours": "Öppettider",
        "web": "Webb", "note": "Att veta", "table": "Tabell", "info": "Information", "warning": "Varning",
        "only-for": "Endast för {roles} · inte för den som ringer",
        "end-of-only-for": "Slut på det som endast är för {roles}",
    },
}  # fmt: skip

_KIND_OF_LABEL = {
    label.casefold(): kind
    for labels in _LABELS.values()
    for kind, label in labels.items()
    if kind in CONTACT_KINDS
} | {
    "telephone": "phone", "tel": "phone", "mobile": "phone", "mobil": "phone", "email": "email", "mail": "email",
    "mejl": "email", "epost": "email", "besöksadress": "address", "postadress": "address", "opening hours": "hours",
    "tider": "hours", "website": "web", "webbplats": "web", "contact": "name", "kontakt": "name",
}  # fmt: skip


def label(language: str, word: str) -> str:
    """The word in the language of the article; English where we do not speak it."""
    return _LABELS.get(language[:2].lower(), _LABELS["en"])[word]


def label_of_passage(language: str, roles: Sequence[str], word: str = "only-for") -> str:
    """For whom a passage is, in words that nobody takes for a part of the answer; or, with another word, its end."""
    named = ", ".join(label_of_role(language, role) for role in roles)
    return label(language, word).replace("{roles}", named)


def label_of_role(language: str, role: str) -> str:
    """What a role is called: in words where it comes with the centre, else its own name."""
    with override(language):
        return role_name(role)


def contact_kind(label_text: str) -> str | None:
    """The kind of contact field that a label written by hand means."""
    return _KIND_OF_LABEL.get(label_text.strip().rstrip(":").casefold())
