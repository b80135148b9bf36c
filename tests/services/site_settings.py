"""Settings of the sites that tests start: the product's own, with passwords that are hashed fast and a clock that can
be moved.

Hundreds of sign-ins would otherwise take minutes of nothing but hashing. `make run` is tested with the settings as
they are.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from kbcentre.settings import *  # noqa: F403
from kbcentre.settings import DATA_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CLOCK = DATA_DIR / "clock"  # by how many seconds the clock of this site is ahead (Site.move_clock)
_right_now = timezone.now


def _now() -> datetime:
    if not CLOCK.exists():  # asked dozens of times a page: a file that is not there is cheaper to look for than to open
        return _right_now()
    return _right_now() + timedelta(seconds=float(CLOCK.read_text()))


timezone.now = _now
