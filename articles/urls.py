"""Addresses of the pages. What stands below an article is reserved in `models.article.PAGES`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .models.article import PAGES
from .views import (
    article,
    calls,
    care,
    category,
    comments,
    desk,
    draft_history,
    editing,
    flag_work,
    flags,
    guide,
    history,
    home,
    hours,
    images,
    importing,
    insights,
    many_flags,
    notes,
    notices,
    palette,
    personal,
    preferences,
    proposals,
    publishing,
    reviews,
    scope,
    search,
    status,
    suggestions,
    synonyms,
    undoing,
)


class Title(StringConverter):
    """What stands in the address of an article for its title: all but the names of pages below it."""

    def to_python(self, value: str) -> str:
        if value in PAGES:
            raise ValueError(value)
        return value


register_converter(Title, "title")

# What is asked for all day. Django tries one pattern after the other, and trying a hundred costs a tenth of a page.
first = [
    path("articles/<int:article_id>/<title:slug>/", article.article),
    path("search/", search.search, name="search"),
    path("", home.home, name="home"),
    path("articles/<int:article_id>/", article.article, name="article"),
    path("categories/<slug:slug>/", category.category, name="category"),
]

urlpatterns = [
    path("import/", importing.imports, name="import"),
    path("import/<int:job_id>/", importing.import_job, name="import-job"),
    path("help/", guide.guide, name="help"),
    path("help/tour/", guide.tour_done, name="tour-done"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("scope/", scope.scope, name="scope"),
    path("scope/show/", scope.show, name="scope-show"),
    path("status/", status.status, name="status"),
    path("search/pin/", search.pin, name="pin"),
    path("articles/<int:article_id>/preview/", search.preview, name="preview"),
    path("articles/new/", editing.new, name="new"),
    path("articles/<int:article_id>/edit/", editing.edit, name="edit"),
    path("articles/<int:article_id>/publish/", publishing.publish, name="publish"),
    path("articles/<int:article_id>/publish/now/", publishing.publish_at_once, name="publish-now"),
    path("articles/<int:article_id>/publish/hold/", publishing.hold, name="publish-hold"),
    path("articles/<int:article_id>/comments/", comments.comments, name="comments"),
    path("undo/", undoing.undo, name="undo"),
    path("comments/<int:comment_id>/", comments.comment, name="comment"),
    path("articles/<int:article_id>/notes/", notes.new_note, name="new-note"),
    path("notes/", notes.my_notes, name="notes"),
    path("notes/<int:note_id>/", notes.note, name="note"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("articles/<int:article_id>/suggest/", suggestions.suggest, name="suggest"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<int:proposal_id>/", proposals.proposal, name="proposal"),
    path("plans/<int:plan_id>/", proposals.plan, name="plan"),
    path("flags/", desk.desk, name="desk"),
    path("flags/new/", flags.new, name="flag-new"),
    path("flags/bulk/", many_flags.bulk, name="flags-bulk"),
    path("flags/hours/", hours.hours, name="centre-hours"),
    path("flags/<int:flag_id>/", flags.flag, name="flag"),
    path("flags/<int:flag_id>/join/", flags.join, name="flag-join"),
    path("flags/<int:flag_id>/<slug:do>/", flag_work.act, name="flag-act"),
    path("insights/", insights.insights, name="insights"),
    path("articles/<int:article_id>/answered/", calls.answered, name="answered"),
    path("search/asked/", calls.asked, name="search-asked"),
    path("search/clicked/", calls.clicked, name="search-clicked"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("articles/<int:article_id>/review/", reviews.review, name="review"),
    path("synonyms/", synonyms.synonyms, name="synonyms"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/<int:suggestion_id>/", suggestions.suggestion, name="suggestion"),
    path("articles/<int:article_id>/history/", history.history, name="history"),
    path("articles/<int:article_id>/draft-history/", draft_history.draft_history, name="draft-history"),
    path("articles/<int:article_id>/draft-history/<int:number>/", draft_history.draft_moment, name="draft-moment"),
    path("articles/<int:article_id>/draft-history/<int:number>/go-back/", draft_history.go_back_to, name="go-back"),
    path("articles/<int:article_id>/compare/", history.compare, name="compare"),
    path("articles/<int:article_id>/restore/<int:number>/", history.restore, name="restore"),
    path("articles/<int:article_id>/favourite/", personal.favourite, name="favourite"),
    path("articles/<int:article_id>/opened/", personal.opened, name="opened"),
    path("home/seen/", personal.seen, name="home-seen"),
    path("palette/", palette.palette, name="palette"),
    path("tabs/close/", personal.close_tab, name="close-tab"),
    path("articles/<int:article_id>/archive/", care.archive, name="archive"),
    path("articles/<int:article_id>/bring-back/", care.bring_back, name="bring-back"),
    path("articles/<int:article_id>/move/", care.move, name="move"),
    path("articles/<int:article_id>/readers/", care.readers, name="readers"),
    path("articles/<int:article_id>/images/<int:image_id>/<str:name>", images.image, name="image"),
]
