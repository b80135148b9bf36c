"""What a file says about its article: front matter, in the words of several site generators, to typed facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from articles.actions.article import LONGEST_INTERVAL, clean_review_months
from articles.actions.problems import Invalid

from .problems import FileFailed

MAX_TAG = 60  # characters
MOST_TAGS = 30
_TRUE = frozenset({"true", "yes", "on", "1"})
_TAG_NAMES = ("tags", "tag", "keywords")
# Instructions to tools and addresses of the old site: nothing that a reader would miss.
_TOOLING = frozenset({
    "aliases", "cspell", "date", "layout", "permalink", "redirect_from", "slug", "template", "type", "url", "weight",
})  # fmt: skip


@dataclass
class Facts:
    """Everything known about a file's article but its text. Empty values mean that the file does not say."""

    title: str = ""
    subtitle: str = ""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    owner: str = ""  # slug of a role, or "@" and a user name
    review_date: date | None = None
    review_months: int | None = None  # None: as the category says
    evergreen: bool = False
    roles: list[str] | None = None  # None: those of the category
    status: str = ""  # "draft", "published", "archived"
    addresses: list[str] = field(default_factory=list)  # at which the old site had this page
    redirect_to: str = ""
    questions: list[tuple[str, str]] = field(default_factory=list)  # whom to ask: (text, address or "")
    outdated: bool = False
    exported: bool = False  # our own export wrote the file
    losses: list[str] = field(default_factory=list)


def from_fields(fields: dict[str, Any]) -> Facts:
    """Facts from front matter. Raises FileFailed when it restricts who may read and cannot be understood."""
    named = {name.strip().lower(): value for name, value in fields.items()}
    facts = Facts(
        title=_line(named.pop("title", "")),
        subtitle=_line(named.pop("subtitle", "")),
        tags=[tag for name in _TAG_NAMES for tag in _tags(named.pop(name, ""))],
        language=_language(_line(named.pop("language", "") or named.pop("lang", "") or named.pop("locale", ""))),
        owner=_line(named.pop("owner", "")),
        redirect_to=_line(named.pop("redirect_to", "")),
        outdated=_line(named.pop("outdated", "")).lower() in _TRUE,
        exported=bool(named.pop("kbcentre", "")),
        roles=_roles(named.pop("roles", None)),
        status=_status(named),
    )
    _clean_tags(facts)
    facts.addresses = [
        address
        for name in ("permalink", "url", "redirect_from", "aliases")
        for address in _lines(named.get(name))
        if "{{" not in address
    ]
    _read_review_date(facts, named.pop("review_date", "") or named.pop("review", ""))
    _read_review_months(facts, named.pop("review_months", ""))
    _read_evergreen(facts, named.pop("evergreen", ""))
    facts.questions = _questions(named.pop("questions", None))
    unused = sorted(name for name in named if name not in _TOOLING and not name.startswith("eleventy") and named[name])
    if unused:
        facts.losses.append(
            _("Front matter that has no place in an article: %(names)s.") % {"names": ", ".join(unused)}
        )
    return facts


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _lines(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return [line for one in values if (line := _line(one))]


def _words(value: Any) -> list[str]:
    """Words from a list, or from text with commas between them."""
    return [word.strip() for line in _lines(value) for word in line.split(",") if word.strip()]


def _tags(value: Any) -> list[str]:
    """A list as it is, or text with commas between the words."""
    return _lines(value) if isinstance(value, list) else _words(value)


def _clean_tags(facts: Facts) -> None:
    """Each tag once, and only those that can be one."""
    tags = list({tag.lower(): tag for tag in facts.tags}.values())
    facts.tags = [tag for tag in tags if len(tag) <= MAX_TAG and tag.isprintable()][:MOST_TAGS]
    if lost := [tag for tag in tags if tag not in facts.tags]:
        names = ", ".join(f"“{tag[:MAX_TAG]}”" for tag in lost[:5])
        facts.losses.append(_("Tags that are too long or too many were left out: %(names)s.") % {"names": names})


def _language(value: str) -> str:
    """ "sv-SE" → "sv"; "" for a language that articles cannot have."""
    short = value.lower().replace("_", "-").split("-")[0]
    named = {"swedish": "sv", "svenska": "sv", "english": "en", "engelska": "en"}
    short = named.get(short, short)
    return short if short in ("en", "sv") else ""


def _roles(value: Any) -> list[str] | None:
    if value in (None, "", []):
        return None
    if not isinstance(value, (str, list)) or (isinstance(value, list) and not all(isinstance(v, str) for v in value)):
        raise FileFailed(_("The roles in the front matter cannot be understood. Write: roles: [one, another]"))
    return _words(value)


def _status(named: dict[str, Any]) -> str:
    status = _line(named.pop("status", "")).lower()
    draft, published = _line(named.pop("draft", "")).lower(), _line(named.pop("published", "")).lower()
    if draft in _TRUE or published in ("false", "no", "off", "0"):
        return "draft"
    return status if status in ("draft", "published", "archived") else ""


def _read_review_date(facts: Facts, value: Any) -> None:
    text = _line(value)
    if not text:
        return
    try:
        facts.review_date = date.fromisoformat(text[:10])
    except ValueError:
        facts.losses.append(_("The review date “%(text)s” is not a date like 2026-05-31.") % {"text": text})


def _read_review_months(facts: Facts, value: Any) -> None:
    text = _line(value)
    if not text:
        return
    months = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    try:
        facts.review_months = clean_review_months(months)
    except Invalid:
        facts.losses.append(
            _("“%(text)s” is no number of months between reviews (1 to %(most)d).")
            % {"text": text[:60], "most": LONGEST_INTERVAL}
        )


def _read_evergreen(facts: Facts, value: Any) -> None:
    """What has a review date is not evergreen: of the two the date is the promise that somebody has to keep."""
    evergreen = _line(value).lower() in _TRUE
    if evergreen and facts.review_date is not None:
        facts.losses.append(_("It is said to be evergreen and has a review date: the date was kept."))
    facts.evergreen = evergreen and facts.review_date is None


def _questions(value: Any) -> list[tuple[str, str]]:
    """Whom to ask, from a list of e-mail addresses, channels, or {text, url}."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            text, address = _line(one.get("text") or one.get("name")), _line(one.get("url") or one.get("href"))
            if text or address:
                found.append((text or address, address))
        elif text := _line(one):
            if "@" in text and " " not in text:
                found.append((text, f"mailto:{text}"))
            elif text.startswith(("http://", "https://", "/")):
                found.append((text, text))
            else:
                found.append((f"#{text.lstrip('#')}", ""))
    return found
