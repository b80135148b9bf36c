"""What people fill in. Forms parse and keep what was typed; the rules are those of `articles.actions`."""

from .article import ArticleForm, NewArticleForm
from .flags import FlagForm, WorkForm
from .preferences import AbsenceForm, PreferencesForm
from .publishing import AnswerForm, PublishForm, SuggestForm, TimeForm

__all__ = [
    "AbsenceForm",
    "AnswerForm",
    "ArticleForm",
    "FlagForm",
    "NewArticleForm",
    "PreferencesForm",
    "PublishForm",
    "SuggestForm",
    "TimeForm",
    "WorkForm",
]
