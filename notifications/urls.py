"""Pages of this app. What stands below an article is reserved in `articles.models.article.PAGES`."""

from django.urls import URLPattern, path

from .views import must_reads, records

urlpatterns: list[URLPattern] = [
    path("must-reads/", must_reads.must_reads, name="must-reads"),
    path("must-reads/record/", records.by_article, name="record"),
    path("must-reads/record.csv", records.export, name="record-export"),
    path("must-reads/people/", records.by_person, name="record-people"),
    path("must-reads/people/<int:user_id>/", records.of_person, name="record-of-person"),
    path("must-reads/<int:article_id>/", records.of_article, name="record-of-article"),
    path("must-reads/<int:article_id>/record.csv", records.export, name="record-export-of-article"),
    path("articles/<int:article_id>/acknowledge/", must_reads.acknowledge, name="acknowledge"),
    path("absence/", records.own_absence, name="absence"),
]
