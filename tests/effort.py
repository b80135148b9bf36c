"""What a call costs the processor."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any


def cpu(function: Callable[[], Any]) -> float:
    """The time of the processor that a call takes, in seconds: the best of three, because others use the machine too.

    Without collections of garbage, whose price depends on how many tests ran before in this process.
    """
    times = []
    gc.collect()
    gc.disable()
    try:
        for _attempt in range(3):
            started = time.process_time()
            function()
            times.append(time.process_time() - started)
    finally:
        gc.enable()
    return min(times)
