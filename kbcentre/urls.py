"""All addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from articles.urls import first

from . import health
from .api import api

urlpatterns = [
    *first,
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", api.urls),
    # The pages of the admin run none of our scripts: it is our own page that wipes what this browser keeps.
    path("admin/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("", include("notifications.urls")),
    path("", include("articles.urls")),
]
