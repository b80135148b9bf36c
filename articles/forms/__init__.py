"""What people fill in. Forms parse and keep what was typed; the rules are those of `articles.actions`."""

from .article import ArticleForm, NewArticleForm
from .preferences import AbsenceForm, PreferencesForm
from .publishing import AnswerForm, PublishForm, SuggestForm, TimeForm

__all__ = [
    "AbsenceForm",
    "AnswerForm",
    "ArticleForm",
    "NewArticleForm",
    "PreferencesForm",
    "PublishForm",
    "SuggestForm",
    "TimeForm",
]
