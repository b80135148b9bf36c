"""A hint that a draft has grown: without content, after commit, to whoever has it open. It may be lost.

The rooms of all processes look at the log every second besides, so that a lost hint costs a moment and no text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)
GROUP = "drafts"
_listeners: list[Callable[[int], None]] = []


def on_append(listener: Callable[[int], None]) -> Callable[[], None]:
    """Call a function with the id of a draft to which this process has added something; returns its removal.

    The function is called in the thread that committed and must not block.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(draft_id: int) -> None:
    """Tell the rooms, here and in other processes, that a draft has grown."""
    for listener in tuple(_listeners):
        try:
            listener(draft_id)
        except Exception:  # what was written is already saved
            logger.exception("A listener failed on a hint")
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": "draft.grown", "draft": draft_id})
    except Exception as problem:  # Redis is down: the rooms look by themselves
        logger.warning("No hint to other processes: %s", problem)
