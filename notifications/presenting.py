"""A notification as people read it: its sentence, and where it leads. Made when it is shown, never kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from articles.models import Article

from .models import Notification
from .telling.kinds import TABLE


def loaded(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """With what the sentences and addresses need; the texts of articles stay in the database."""
    return rows.select_related("article", "actor", "recipient")


def sentence(one: Notification) -> str:
    """What happened, without the title: "Ella Berg published version 4." """
    telling = TABLE.get(one.kind)
    return telling.says(one) if telling else ""


def text(one: Notification) -> str:
    """What happened, with the title of the article as it is now."""
    said = sentence(one)
    return f"{one.article.title}: {said}" if one.article else said


def place(one: Notification) -> str:
    """The address, from the root of the site, of what it is about."""
    telling = TABLE.get(one.kind)
    where = telling.place(one) if telling else ""
    if where.startswith("/"):
        return where
    if one.article is None:
        return "/notifications/"
    base = one.article.get_absolute_url() if not where or where[0] in "?#" else f"/articles/{one.article_id}/"
    return base + where


def way(one: Notification) -> str:
    """The address that notes it as read and leads on to `place`."""
    return f"/notifications/{one.pk}/"


def absolute(path: str) -> str:
    """An address for what is read outside of the site: mail, desktop, chat."""
    return site_url() + path


def site_url() -> str:
    """Where people reach the centre, without a slash at the end: SITE_URL, else what the settings let one conclude."""
    if settings.SITE_URL:
        return str(settings.SITE_URL).rstrip("/")
    names: Collection[str] = [name for name in settings.ALLOWED_HOSTS if name and name[0] not in ".*"]
    return ("https://" if settings.HTTPS else "http://") + (next(iter(names), "localhost"))


def site_host() -> str:
    """The name of the centre in the network."""
    return urlsplit(site_url()).hostname or "localhost"


def popup(one: Notification) -> dict[str, str]:
    """A notification as the desktop shows it. The same `tag` replaces: pushed and by open pages it is seen once, as
    both let the service worker show it."""
    said = sentence(one)
    return {
        "tag": f"kb-{one.pk}", "title": one.article.title if one.article else said,
        "body": said if one.article else "", "url": way(one),
    }  # fmt: skip


# --- Under their articles ------------------------------------------------------------------------------


@dataclass
class Thread:
    """What a person was told about one article, the newest first."""

    article: Article | None
    notifications: list[Notification] = field(default_factory=list)
    has_older: bool = False  # than these

    @property
    def newest(self) -> Notification:
        return self.notifications[0]

    @property
    def ids(self) -> str:
        return ",".join(str(one.pk) for one in self.notifications)

    @property
    def is_unread(self) -> bool:
        return any(not one.is_read for one in self.notifications)


def threads(notifications: Iterable[Notification]) -> list[Thread]:
    """Notifications under their articles, in the order of the newest of each; what has no article stands alone."""
    found: dict[object, Thread] = {}
    for one in notifications:
        key: object = one.article_id or (one.pk,)
        found.setdefault(key, Thread(one.article)).notifications.append(one)
    return list(found.values())
