"""The kinds of events that this app adds to the log. Importing it makes them known."""

from articles.events import register

from .acknowledgements import AcknowledgementGiven, AcknowledgementOverdue
from .telling import FollowChanged, NotificationCreated, NotificationRead

__all__ = [
    "AcknowledgementGiven",
    "AcknowledgementOverdue",
    "FollowChanged",
    "NotificationCreated",
    "NotificationRead",
]

register(AcknowledgementGiven, AcknowledgementOverdue, FollowChanged, NotificationCreated, NotificationRead)
