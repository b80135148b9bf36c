"""The one page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from articles.models import Article


def page(request: HttpRequest) -> HttpResponse:
    """One query of its own, besides those for the session and the person."""
    return HttpResponse(f"<p>{request.user.get_username()}: {Article.objects.count()} articles</p>")


urlpatterns = [path("", page)]
