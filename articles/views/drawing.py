"""Drawing the same thing once for all who would see the same.

Pages are read a thousand times for each time that anything changes, and by people with the same few sets of roles. So
what a page shows of articles is kept as it was drawn, for people with the same roles, in one language, on one day
(times are said relative to it), until an event changes rights or lists.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from django.utils.translation import get_language

from articles import access, days, epoch
from articles.kept import Kept
from articles.models import User

T = TypeVar("T")
_kept: Kept[object] = Kept(1_000)  # pages of some 20 kB


def drawn(user: User, what: tuple[Hashable, ...], draw: Callable[[], T], *, also: Hashable = None) -> T:
    """What `draw` gives for this person, or gave for somebody with the same roles in the same state of everything.

    `what` names it: the page and all that was asked of it. `draw` may depend on nothing else than that, the rights of
    the person and the database; `also` is more of its state that events do not tell (the number of a draft's newest
    update). What `draw` raises is not kept, so that a page that may not be seen is refused each time anew.
    """
    view, now = access.view_of(user), epoch.current()
    key = (*what, view.administrator, view.group_ids, get_language(), days.today())
    return cast(T, _kept.get(key, (now.access_seq, now.listing_seq, also), draw))
