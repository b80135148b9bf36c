"""The tables of articles. Inwards only: person ← category ← article ← version ← frozen, draft, image, … ← event.

Models hold columns, constraints and small questions about themselves. Rules live in `articles.actions`,
rights in `articles.access`. Nothing here sends a signal.
"""

from .anchor import Anchor
from .answer import ChosenAnswer, PinnedAnswer
from .article import Article, ImportSource, Status, Tag
from .asked import CallOutcome, SearchedWords
from .category import AccessRoot, Category, PublishingMode
from .discussion import Comment, CommentMention, Thanks
from .draft import Draft, DraftClient, DraftSnapshot, DraftUpdate
from .event import Event, EventCounter, EventReader
from .flag import CentreHours, Flag, FlagJoin, FlagKind, FlagState, FlagStep, Holiday, Severity, Step
from .frozen import (
    LiveWriting,
    Plan,
    PlannedAction,
    PlanProblem,
    PlanState,
    Proposal,
    ProposalState,
    Suggestion,
    SuggestionState,
)
from .image import Image, ImageSender, ImageUse
from .importing import ImportJob
from .moment import DraftMoment, DraftRemoval, DraftTally, Reason
from .must_read import MustRead
from .note import Note, Notice, NoticeState, NoticeTone
from .person import ApiToken, Show, User
from .personal import Favourite, Opening, Visit
from .review import Review
from .synonym import SynonymGroup
from .version import Rendering, Significance, Version

# Last, because it needs the models above: the one table of guardian's lives in the one module that knows guardian.
from ..access import RootGrant  # isort: skip

__all__ = [
    "AccessRoot",
    "Anchor",
    "ApiToken",
    "Article",
    "CallOutcome",
    "Category",
    "CentreHours",
    "ChosenAnswer",
    "Comment",
    "CommentMention",
    "Draft",
    "DraftClient",
    "DraftMoment",
    "DraftRemoval",
    "DraftSnapshot",
    "DraftTally",
    "DraftUpdate",
    "Event",
    "EventCounter",
    "EventReader",
    "Favourite",
    "Flag",
    "FlagJoin",
    "FlagKind",
    "FlagState",
    "FlagStep",
    "Holiday",
    "Image",
    "ImageSender",
    "ImageUse",
    "ImportJob",
    "ImportSource",
    "LiveWriting",
    "MustRead",
    "Note",
    "Notice",
    "NoticeState",
    "NoticeTone",
    "Opening",
    "PinnedAnswer",
    "Plan",
    "PlanProblem",
    "PlanState",
    "PlannedAction",
    "Proposal",
    "ProposalState",
    "PublishingMode",
    "Reason",
    "Rendering",
    "Review",
    "RootGrant",
    "SearchedWords",
    "Severity",
    "Show",
    "Significance",
    "Status",
    "Step",
    "Suggestion",
    "SuggestionState",
    "SynonymGroup",
    "Tag",
    "Thanks",
    "User",
    "Version",
    "Visit",
]
