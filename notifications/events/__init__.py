"""The kinds of events that this app adds to the log. Importing it makes them known."""

from articles.events import register

from .acknowledgements import AcknowledgementGiven, AcknowledgementOverdue, AcknowledgementRequested
from .telling import FollowChanged, NotificationCreated, NotificationRead

__all__ = [
    "AcknowledgementGiven",
    "AcknowledgementOverdue",
    "AcknowledgementRequested",
    "FollowChanged",
    "NotificationCreated",
    "NotificationRead",
]

register(
    AcknowledgementGiven,
    AcknowledgementRequested,
    AcknowledgementOverdue,
    FollowChanged,
    NotificationCreated,
    NotificationRead,
)
