"""Pages of this app: none yet that is not a socket, a stream or in the API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
