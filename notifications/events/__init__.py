"""The kinds of events that this app adds to the log. Importing it makes them known."""

from articles.events import register

from .acknowledgements import AcknowledgementGiven, AcknowledgementOverdue, AcknowledgementRequested

__all__ = ["AcknowledgementGiven", "AcknowledgementOverdue", "AcknowledgementRequested"]

register(AcknowledgementGiven, AcknowledgementRequested, AcknowledgementOverdue)
