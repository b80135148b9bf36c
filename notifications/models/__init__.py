"""The tables of telling people: follow → settings → notification → delivery. They point at `articles`, never back.

Models hold columns, constraints and small questions about themselves. What people do is written by
`notifications.actions`, what follows from events by `notifications.dispatcher` and the senders in `channels`.
"""

from .acknowledgement import Acknowledgement
from .delivery import Channel, Delivery, DeliveryState
from .dispatch import Dispatched, Stuck
from .follow import Follow, Target
from .notification import Notification, Reason, Seen
from .push import PushKey, PushSubscription
from .settings import NotificationSettings, Preference, Timing
from .webhook import Webhook, WebhookDelivery

__all__ = [
    "Acknowledgement",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Dispatched",
    "Follow",
    "Notification",
    "NotificationSettings",
    "Preference",
    "PushKey",
    "PushSubscription",
    "Reason",
    "Seen",
    "Stuck",
    "Target",
    "Timing",
    "Webhook",
    "WebhookDelivery",
]
