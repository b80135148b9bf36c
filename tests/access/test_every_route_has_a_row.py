"""The permission tables name every address that there is: whoever adds one says who may use it."""

from __future__ import annotations

import re

from django.urls import resolve

from articles.models.article import PAGES as RESERVED
from articles.urls import first
from articles.urls import urlpatterns as pages_of_articles
from articles.views.flag_work import ACTS
from kbcentre.api import api
from notifications.urls import urlpatterns as pages_of_notifications

from .test_api_table import CALLS
from .test_page_table import PAGES

# Addresses without a row, each with the reason.
OWN = "everybody's own, in tests/notifications"
PAGES_WITHOUT = {
    "articles/<int:article_id>/": "leads to the address with the title, which has one",
    "help/": "the same for everybody",
    "help/tour/": "everybody's own",
    "import/<int:job_id>/": "in tests/transfer/test_import_page.py",
    "notifications/<int:notification_id>/": OWN,
    "notifications/call/": OWN,
    "notifications/latest/": OWN,
    "notifications/mark/": OWN,
    "notifications/popups/": OWN,
    "notifications/push/": OWN,
    "notifications/push/forget/": OWN,
    "notifications/unsubscribe/<str:token>/": "for whoever has the letter, in tests/notifications/test_mail.py",
    "service-worker.js": "a file",
}
CALLS_WITHOUT = {
    ("get", "api/v1/articles"): "a list: LISTS says what is in it",
    ("get", "api/v1/categories"): "a list, in test_api_table.py",
    ("get", "api/v1/articles/{article_id}/draft/updates"): "in tests/drafts/test_rights_while_writing.py",
    ("post", "api/v1/articles/{article_id}/draft/updates"): "in tests/drafts/test_rights_while_writing.py",
    ("get", "api/v1/events"): "in the tables of events",
    ("get", "api/v1/search"): "in tests/search/test_what_people_may_find.py",
    ("get", "api/v1/search/suggest"): "in tests/search/test_what_people_may_find.py",
    ("delete", "api/v1/follows/{follow_id}"): OWN,
    ("post", "api/v1/notifications/done"): OWN,
    ("post", "api/v1/notifications/seen"): OWN,
    ("put", "api/v1/notification-settings"): OWN,
}


class _AnyNumber(dict[str, str]):
    """Something of each kind: only the address is looked at."""

    def __missing__(self, name: str) -> str:
        return "/articles/1/images/1/plan.png" if name == "image" else "1"


def route_of(path: str) -> str:
    """The route that a row of a table goes to."""
    return resolve(path.format_map(_AnyNumber()).partition("?")[0]).route


def test_every_page_is_in_the_table() -> None:
    known = {str(one.pattern) for one in (*first, *pages_of_articles, *pages_of_notifications)}
    asked = {route_of(page.path) for page in PAGES}
    assert known - asked == set(PAGES_WITHOUT)
    done = {
        page.path.split("/")[3] for page in PAGES if re.match(r"/flags/{\w+}/\w", page.path) and page.post is not None
    }
    assert set(ACTS) - done == set(), "what can be done to a flag"


def test_no_title_is_taken_for_a_page() -> None:
    below = re.compile(r"articles/<int:article_id>/([\w-]+)/")
    routes = (str(one.pattern) for one in (*pages_of_articles, *pages_of_notifications))
    assert {found[1] for route in routes if (found := below.match(route))} == RESERVED
    assert resolve("/articles/7/preview/").url_name == "preview"
    assert resolve("/articles/7/previews/").route == resolve("/articles/7/preview-article/").route


def test_every_call_of_the_api_is_in_the_table() -> None:
    paths = api.get_openapi_schema()["paths"]
    known = {(method, path.lstrip("/")) for path, methods in paths.items() for method in methods}
    plain = re.compile(r"<(?:\w+:)?(\w+)>")
    asked = {(call.method, plain.sub(r"{\1}", route_of("/api/v1/" + call.path))) for call in CALLS}
    assert known - asked == set(CALLS_WITHOUT)
