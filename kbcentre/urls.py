"""All addresses."""

from django.contrib import admin
from django.urls import include, path

from . import health
from .api import api

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    # Before the articles, below which some of them stand.
    path("", include("notifications.urls")),
    path("", include("articles.urls")),
]
