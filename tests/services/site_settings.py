"""Settings of the sites that tests start: the product's own, with passwords that are hashed fast and a clock that can
be moved.

Hundreds of sign-ins would otherwise take minutes of nothing but hashing. `make run` is tested with the settings as
they are.
"""

import os
from datetime import datetime, timedelta

from django.utils import timezone

from kbcentre.settings import *  # noqa: F403
from kbcentre.settings import DATA_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CLOCK = DATA_DIR / "clock"  # by how many seconds the clock of this site is ahead (Site.move_clock)
_right_now = timezone.now


def _now() -> datetime:
    if not CLOCK.exists():  # a file that is not there is cheaper to look for than to open
        return _right_now()
    return _right_now() + timedelta(seconds=float(CLOCK.read_text()))


if "STEADY_CLOCK" not in os.environ:  # benchmarks: a page asks dozens of times what time it is
    timezone.now = _now
