"""Addresses of the pages. What stands below an article is reserved in `models.article.PAGES`."""

from django.urls import path

from .views import (
    article,
    care,
    category,
    editing,
    history,
    home,
    images,
    importing,
    preferences,
    publishing,
    search,
    status,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("import/", importing.imports, name="import"),
    path("import/<int:job_id>/", importing.import_job, name="import-job"),
    path("categories/<slug:slug>/", category.category, name="category"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("status/", status.status, name="status"),
    path("search/", search.search, name="search"),
    path("articles/<int:article_id>/preview/", search.preview, name="preview"),
    path("articles/new/", editing.new, name="new"),
    path("articles/<int:article_id>/edit/", editing.edit, name="edit"),
    path("articles/<int:article_id>/publish/", publishing.publish, name="publish"),
    path("articles/<int:article_id>/history/", history.history, name="history"),
    path("articles/<int:article_id>/compare/", history.compare, name="compare"),
    path("articles/<int:article_id>/restore/<int:number>/", history.restore, name="restore"),
    path("articles/<int:article_id>/archive/", care.archive, name="archive"),
    path("articles/<int:article_id>/bring-back/", care.bring_back, name="bring-back"),
    path("articles/<int:article_id>/move/", care.move, name="move"),
    path("articles/<int:article_id>/readers/", care.readers, name="readers"),
    path("articles/<int:article_id>/images/<int:image_id>/<str:name>", images.image, name="image"),
    path("articles/<int:article_id>/", article.article, name="article"),
    path("articles/<int:article_id>/<str:slug>/", article.article),
]
