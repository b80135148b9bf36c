"""Addresses of the pages."""

from django.urls import path

from .views import article, category, home

urlpatterns = [
    path("", home.home, name="home"),
    path("categories/<slug:slug>/", category.category, name="category"),
    path("articles/<int:article_id>/", article.article, name="article"),
    path("articles/<int:article_id>/<str:slug>/", article.article),
]
