"""Reading the event log: always in the order of seq, which is the order of commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from articles.events import look_again
from articles.models import Article, Event, EventCounter
from articles.prepared import Prepared, Slot

from .delivery import Told
from .models import Notification

NEWEST = 2**62
MOST_MISSED = 2_000  # who missed more reads the page again: that is cheaper for both sides


def newest() -> int:
    """The seq of the newest event, 0 when nothing happened yet."""
    return EventCounter.objects.values_list("seq", flat=True).first() or 0


def read(
    after: int, *, until: int | None = None, limit: int = 500, people: Collection[int] | None = None
) -> list[Told]:
    """Events with a larger seq than `after` (up to and with `until`), oldest first, at most `limit`.

    Of what is for certain people only it is found out for whom; with `people`, whether it is for one of these.
    """
    events = _events(limit).all(after=after, until=NEWEST if until is None else until)
    look_again(events)
    roots = _own_roots({event.category_id for event in events if event.category_id and event.article_id is None})
    recipients = _recipients(events, people)
    return [Told(event, roots.get(event.category_id or 0, frozenset()), recipients.get(event.seq)) for event in events]


@lru_cache(maxsize=20)
def _events(limit: int) -> Prepared[Event]:
    """The first so many events in an interval: hubs of all processes read them before they tell any page."""
    seq = Event._meta.get_field("seq")
    found = Event.objects.filter(seq__gt=Slot("after", seq), seq__lte=Slot("until", seq))
    return Prepared(lambda: found.select_related("article__category", "category", "actor").order_by("seq")[:limit])


def oldest() -> int:
    """The seq of the oldest event that is kept; that of the next one when none is."""
    first = Event.objects.order_by("seq").values_list("seq", flat=True).first()
    return newest() + 1 if first is None else first


def reaches(since: int, cursor: int) -> bool:
    """Whether all events after `since` up to `cursor` are still in the log, and `since` is not from the future."""
    if since > cursor:
        return False
    if since == cursor:
        return True
    return Event.objects.filter(seq=since + 1).exists()


def _own_roots(category_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Category id → access roots of published articles in it that have grants of their own."""
    found: dict[int, set[int]] = defaultdict(set)
    wanted = set(category_ids)
    if not wanted:
        return {}
    rows = Article.objects.filter(category_id__in=wanted, own_root__isnull=False, version__isnull=False).values_list(
        "category_id", "access_root_id"
    )
    for category_id, root_id in rows:
        if root_id is not None:
            found[category_id].add(root_id)
    return {category_id: frozenset(roots) for category_id, roots in found.items()}


def _recipients(events: Iterable[Event], people: Collection[int] | None) -> dict[int, dict[int, list[int]]]:
    """Seq → user → ids of their notifications, of the events that are about notifications. At most one query."""
    found: dict[int, dict[int, list[int]]] = {}
    batches: dict[int, int] = {}
    for event in events:
        if event.kind == "notification.created":
            batches[event.data.get("batch", 0)] = event.seq
            found[event.seq] = {}
        elif event.kind in ("notification.read", "follow.changed"):
            found[event.seq] = {event.person_id: []} if event.person_id else {}
    rows = Notification.objects.filter(batch__in=list(batches)).order_by("pk")
    if people is not None:
        rows = rows.filter(recipient__in=list(people))
    for batch, recipient_id, pk in rows.values_list("batch", "recipient_id", "pk") if batches else ():
        found[batches[batch or 0]].setdefault(recipient_id, []).append(pk)
    return found
