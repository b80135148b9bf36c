"""What people fill in. Forms parse and keep what was typed; the rules are those of `articles.actions`."""

from .article import ArticleForm, NewArticleForm, PublishForm
from .preferences import PreferencesForm

__all__ = ["ArticleForm", "NewArticleForm", "PreferencesForm", "PublishForm"]
