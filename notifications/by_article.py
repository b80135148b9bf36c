"""The inbox under its articles, a page at a time: an article stands once, where its newest entry stands."""

from __future__ import annotations

from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from articles.access import View
from articles.views.listing import Page

from . import inbox, presenting
from .models import Notification
from .presenting import Thread

PER_PAGE = 30
MOST_OF_ONE = 30  # entries of one article; the older ones come up as these are put away

# What stands together: all about one article; what has no article stands alone, below zero so that no two are the same.
_THREAD = Coalesce(F("article_id"), -F("pk"))


def page_of_threads(view: View, rows: QuerySet[Notification], number: int) -> Page[Thread]:
    """A page of what one person was told, the newest threads first; the first page where there is none of that number.

    Takes notifications of one person that they may see as far as SQL can tell. Five queries at most, however many rows
    there are.
    """
    keys = _keys(rows, number)
    if not keys and number > 1:  # what stood there was put away
        number = 1
        keys = _keys(rows, number)
    shown = keys[:PER_PAGE]
    found = presenting.threads(inbox.still_known(view, _newest_of_each(rows, shown)))
    for thread in found:
        thread.has_older = len(thread.notifications) > MOST_OF_ONE
        del thread.notifications[MOST_OF_ONE:]
    return Page(found, number, len(keys) > PER_PAGE, size=PER_PAGE)


def _keys(rows: QuerySet[Notification], number: int) -> list[int]:
    """Which threads stand on a page, and one more where another page follows."""
    threads = rows.order_by().values(thread=_THREAD).annotate(newest=Max("at"), last=Max("pk"))
    start = (number - 1) * PER_PAGE
    keys = threads.order_by("-newest", "-last").values_list("thread", flat=True)
    return list(keys[start : start + PER_PAGE + 1])


def _newest_of_each(rows: QuerySet[Notification], keys: list[int]) -> list[Notification]:
    """The newest entries of these threads, one more of each than is shown."""
    if not keys:
        return []
    here = rows.filter(Q(article__in=[key for key in keys if key > 0]) | Q(pk__in=[-key for key in keys if key < 0]))
    place = Window(RowNumber(), partition_by=_THREAD, order_by=[F("at").desc(), F("pk").desc()])
    newest = here.order_by().annotate(place=place).filter(place__lte=MOST_OF_ONE + 1)
    return list(presenting.loaded(newest).order_by("-at", "-pk"))
