"""What a mail says: text and HTML, in the language of its reader, with what mail programs want to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import User

from .. import presenting
from ..models import Notification

SALT = "notifications.unsubscribe"
MOST_SHOWN = 100
FEW_TITLES = 3


def letter(user: User, notifications: Sequence[Notification], *, number: int) -> EmailMultiAlternatives:
    """One mail about all of these, the newest first. `number` makes its Message-ID: the same mail keeps it."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        found = presenting.threads(notifications[:MOST_SHOWN])
        kinds = {one.kind for one in notifications}
        kind = kinds.pop() if len(kinds) == 1 else ""
        unsubscribe = presenting.absolute(f"/notifications/unsubscribe/{token(user, kind)}/")
        context = {
            "user": user, "centre": settings.CENTRE_NAME, "unsubscribe": unsubscribe,
            "settings": presenting.absolute("/notifications/settings/"),
            "inbox": presenting.absolute("/notifications/"),
            "more": max(0, len(notifications) - MOST_SHOWN), "language": translation.get_language(),
            "threads": [_thread(thread.article, thread.notifications) for thread in found],
        }  # fmt: skip
        message = EmailMultiAlternatives(
            _subject([thread["title"] for thread in context["threads"]], len(notifications)),
            render_to_string("email/telling.txt", context), to=[user.email],
            headers=_headers(user, notifications, number, unsubscribe),
        )  # fmt: skip
        message.attach_alternative(render_to_string("email/telling.html", context), "text/html")
    return message


def token(user: User, kind: str) -> str:
    """What stands in the address with which mail about a kind (or all, "") ends; signed, so nobody makes one up."""
    return signing.dumps([user.pk, kind], salt=SALT, compress=True)


def read_token(text: str) -> tuple[int, str]:
    """(user id, kind) of a token. Raises signing.BadSignature."""
    user_id, kind = signing.loads(text, salt=SALT)
    return int(user_id), str(kind)


def _thread(article: Any, notifications: Sequence[Notification]) -> dict[str, Any]:
    # Not to the place itself: signing in on the way would lose the passage at the end of its address.
    return {
        "title": article.title if article else "",
        "language": article.language if article else None,
        "url": presenting.absolute(presenting.way(notifications[0])),
        "items": [
            {"said": presenting.sentence(one), "at": one.at, "reason": one.get_reason_display(),
             "url": presenting.absolute(presenting.way(one))}
            for one in notifications
        ],
    }  # fmt: skip


def _subject(titles: Sequence[str], count: int) -> str:
    """The title of the one article, which keeps its mails together; else how much there is, and the first titles."""
    named = [title for title in dict.fromkeys(titles) if title]
    if len(named) == 1 and len(titles) == 1:
        return " ".join(named[0].split())
    said = ngettext("%(count)d thing has happened", "%(count)d things have happened", count) % {"count": count}
    if not named:
        return said
    more = " …" if len(named) > FEW_TITLES else ""
    return " ".join(f"{said}: {', '.join(named[:FEW_TITLES])}{more}".split())[:180]


def _headers(user: User, notifications: Sequence[Notification], number: int, unsubscribe: str) -> dict[str, str]:
    host = presenting.site_host()
    headers = {
        "Message-ID": f"<told-{user.pk}-{number}@{host}>",
        "List-Id": f"{_('Notifications')} <notifications.{host}>".encode("ascii", "replace").decode(),
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    articles = {one.article_id for one in notifications}
    if len(articles) == 1 and None not in articles:
        headers["In-Reply-To"] = headers["References"] = f"<article-{articles.pop()}@{host}>"
    return headers
