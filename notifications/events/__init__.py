"""The kinds of events that this app adds to the log. Importing it makes them known."""

from articles.events import register

<<<<<<< HEAD
from .acknowledgements import AcknowledgementGiven, AcknowledgementOverdue
from .telling import NotificationCreated, NotificationRead
=======
from .acknowledgements import AcknowledgementGiven, AcknowledgementOverdue, AcknowledgementRequested
from .telling import FollowChanged, NotificationCreated, NotificationRead
>>>>>>> 2b365ae1be3f52ff8cf7a1e4445f392443403f8e

__all__ = [
    "AcknowledgementGiven",
    "AcknowledgementOverdue",
<<<<<<< HEAD
=======
    "AcknowledgementRequested",
    "FollowChanged",
>>>>>>> 2b365ae1be3f52ff8cf7a1e4445f392443403f8e
    "NotificationCreated",
    "NotificationRead",
]

<<<<<<< HEAD
register(AcknowledgementGiven, AcknowledgementOverdue, NotificationCreated, NotificationRead)
=======
register(
    AcknowledgementGiven,
    AcknowledgementRequested,
    AcknowledgementOverdue,
    FollowChanged,
    NotificationCreated,
    NotificationRead,
)
>>>>>>> 2b365ae1be3f52ff8cf7a1e4445f392443403f8e
