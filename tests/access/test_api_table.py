"""The permission table over the API: what somebody may not see is 404 with one body; 403 only on what is visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from articles.models import Article, Category, Version
from tests.access.table import (
    EDIT,
    MANAGE,
    MANAGERS,
    OF_MISSING,
    PEOPLE,
    PUBLISH,
    SEE,
    WORK,
    Place,
    picture,
    undone,
)

EVERYBODY = set(PEOPLE) - {"gone"}
LATER = (timezone.now() + timedelta(days=9)).isoformat()


@dataclass
class Call:
    """One row: a request, who may make it, and who may know that its object is there."""

    name: str
    method: str
    path: str
    may: set[str]
    see: set[str] = field(default_factory=lambda: SEE)
    body: Any = None
    upload: bool = False

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


CALLS = [
    Call("ask who they are", "get", "me", EVERYBODY, EVERYBODY),
    Call("ask what they see first", "get", "scope", EVERYBODY, EVERYBODY),
    Call("choose what they see first", "put", "scope", EVERYBODY, EVERYBODY, body={"language": ["sv"], "show": "all"}),
    Call("pin an answer", "put", "search/pins", EDIT, body={"q": "fence", "article": "{published}"}),
    Call("take a pin off", "delete", "search/pins?q=fence&article={published}", EDIT),
    Call("list favourites", "get", "favourites", EVERYBODY, EVERYBODY),
    Call("put a star", "put", "articles/{published}/favourite", SEE),
    Call("take a star off", "delete", "articles/{published}/favourite", SEE),
    Call("put a star on a draft", "put", "articles/{draft}/favourite", EDIT, EDIT),
    Call("read a published article", "get", "articles/{published}", SEE),
    Call("read a draft", "get", "articles/{draft}", EDIT, EDIT),
    Call("read an archived article", "get", "articles/{archived}", SEE),
    Call("list versions", "get", "articles/{published}/versions", SEE),
    Call("list versions of a draft", "get", "articles/{draft}/versions", EDIT, EDIT),
    Call("read an old version", "get", "articles/{published}/versions/1", SEE),
    Call("compare versions", "get", "articles/{published}/diff?from=1&to=2", SEE),
    Call("read the text of a draft", "get", "articles/{published}/draft", EDIT),
    Call("read the text of an unpublished draft", "get", "articles/{draft}/draft", EDIT, EDIT),
    Call("write in a draft", "put", "articles/{published}/draft", EDIT, body={"markdown": "New"}),
    Call("write in an unpublished draft", "put", "articles/{draft}/draft", EDIT, EDIT, body={"html": "<p>New</p>"}),
    Call("see who wrote what", "get", "articles/{published}/draft/authors", EDIT),
    Call("see who wrote what in an unpublished draft", "get", "articles/{draft}/draft/authors", EDIT, EDIT),
    Call("list the moments of a draft", "get", "articles/{published}/draft/moments", EDIT),
    Call("list the moments of an unpublished draft", "get", "articles/{draft}/draft/moments", EDIT, EDIT),
    Call("read a moment of a draft", "get", "articles/{published}/draft/moments/1", EDIT),
    Call("go back to a moment", "post", "articles/{published}/draft/moments/1/restore", EDIT, body={}),
    Call("rename", "patch", "articles/{published}", EDIT, body={"title": "Other"}),
    Call("tag", "patch", "articles/{draft}", EDIT, EDIT, body={"tags": ["fences"]}),
    Call("set a review date", "patch", "articles/{published}", EDIT, body={"review_date": "2027-03-01"}),
    Call("publish", "post", "articles/{published}/publish", PUBLISH, body={"note": "x"}),
    Call("publish a draft", "post", "articles/{draft}/publish", PUBLISH, EDIT, body={}),
    Call("see what to mend", "get", "articles/{published}/checks", EDIT),
    Call("add a tag", "patch", "articles/{published}", EDIT, body={"add_tags": ["fences"]}),
    Call("propose", "post", "articles/{published}/proposals", EDIT, body={"note": "x"}),
    Call("propose a draft", "post", "articles/{draft}/proposals", EDIT, EDIT, body={}),
    Call("list proposals of an article", "get", "articles/{published}/proposals", EDIT),
    Call("list proposals", "get", "proposals", EVERYBODY, EVERYBODY),
    Call("read a proposal", "get", "proposals/{proposal}", EDIT, EDIT),
    Call("approve", "post", "proposals/{proposal}/approve", PUBLISH, EDIT, body={"version": 2}),
    Call("return", "post", "proposals/{proposal}/return", PUBLISH, EDIT, body={"comment": "Not yet."}),
    Call("withdraw a proposal", "post", "proposals/{proposal}/withdraw", {"eve"}, EDIT),
    Call("plan", "post", "articles/{published}/plans", PUBLISH, body={"at": LATER, "note": "x"}),
    Call("plan the end of another", "post", "articles/{draft}/plans", PUBLISH, EDIT, body={"at": LATER}),
    Call("list plans of an article", "get", "articles/{published}/plans", EDIT),
    Call("list plans", "get", "plans", EVERYBODY, EVERYBODY),
    Call("cancel a plan", "post", "plans/{plan}/cancel", PUBLISH, EDIT),
    Call("keep a plan", "post", "plans/{plan}/keep", PUBLISH, EDIT, body={"version": 2}),
    Call("suggest", "post", "articles/{published}/suggestions", SEE, body={"markdown": "Other.", "reason": "Clearer"}),
    Call("add a picture to a suggestion", "post", "articles/{published}/suggestions/images", SEE, upload=True),
    Call("list suggestions", "get", "suggestions", EVERYBODY, EVERYBODY),
    Call("read a suggestion", "get", "suggestions/{suggestion}", EDIT | {"bob"}, EDIT | {"bob"}),
    Call("merge", "post", "suggestions/{suggestion}/merge", EDIT, EDIT | {"bob"}, body={}),
    Call("decline", "post", "suggestions/{suggestion}/decline", EDIT, EDIT | {"bob"}, body={"answer": "No."}),
    Call("withdraw a suggestion", "post", "suggestions/{suggestion}/withdraw", {"bob"}, EDIT | {"bob"}),
    Call("acknowledge", "post", "articles/{must_read}/acknowledge", SEE, body={"version": 2}),
    Call("see who has read it", "get", "articles/{must_read}/acknowledgements", MANAGERS),
    Call("see who has read a draft", "get", "articles/{draft}/acknowledgements", {"admin"}, EDIT),
    Call("remind", "post", "articles/{must_read}/acknowledgements/remind", MANAGERS),
    Call("stop asking", "post", "articles/{must_read}/acknowledgements/end", MANAGERS, body={"version": 2}),
    Call("list what one is to confirm", "get", "must-reads", EVERYBODY, EVERYBODY),
    Call("list what is to be reviewed", "get", "reviews?mine=false", EVERYBODY, EVERYBODY),
    Call("say that it is still correct", "post", "articles/{published}/reviews", EDIT | MANAGERS, body={"version": 2}),
    Call("mark somebody as absent", "put", "users/{bob}/absence", MANAGERS | {"bob"}, EVERYBODY,
         body={"until": (timezone.localdate() + timedelta(days=9)).isoformat()}),
    Call("list comments", "get", "articles/{published}/comments", SEE),
    Call("list comments of a draft", "get", "articles/{draft}/comments", EDIT, EDIT),
    Call("comment", "post", "articles/{published}/comments", SEE, body={"body": "Hello", "quote": "Second"}),
    Call("comment on a draft", "post", "articles/{draft}/comments", EDIT, EDIT, body={"body": "Hello"}),
    Call("reply", "post", "articles/{published}/comments", SEE, body={"body": "Hello", "parent": "{comment}"}),
    Call("read a comment", "get", "comments/{comment}", SEE),
    Call("edit a comment", "patch", "comments/{comment}", {"bob"}, body={"body": "Other"}),
    Call("resolve a thread", "patch", "comments/{comment}", SEE, body={"resolved": True}),
    Call("delete a comment", "delete", "comments/{comment}", MANAGE | {"bob"}),
    Call("thank for a comment", "put", "comments/{remark}/thanks", SEE),
    Call("take thanks back", "delete", "comments/{remark}/thanks", SEE),
    Call("see whom to call", "get", "articles/{published}/mentions?q=a", SEE),
    Call("see whom to call in a thread", "get", "articles/{published}/mentions?thread={comment}", SEE),
    Call("list notes", "get", "articles/{published}/notes", SEE),
    Call("note", "post", "articles/{published}/notes", SEE, body={"body": "x"}),
    Call("note on a draft", "post", "articles/{draft}/notes", EDIT, EDIT, body={"body": "x"}),
    Call("list own notes", "get", "notes", EVERYBODY, EVERYBODY),
    Call("read a note", "get", "notes/{note}", {"bob"}, {"bob"}),
    Call("edit a note", "patch", "notes/{note}", {"bob"}, {"bob"}, body={"body": "Other"}),
    Call("make a note a comment", "post", "notes/{note}/promote", {"bob"}, {"bob"}, body={"to": "comment"}),
    Call("make a note a flag", "post", "notes/{note}/promote", {"bob"}, {"bob"}, body={"to": "flag", "kind": "other"}),
    Call("write a note into the draft", "post", "notes/{note}/promote", set(), {"bob"}, body={"to": "draft"}),
    Call("delete a note", "delete", "notes/{note}", {"bob"}, {"bob"}),
    Call("see what is announced", "get", "notices", EVERYBODY, EVERYBODY),
    Call("list the notices to change", "get", "notices/managed", EVERYBODY, EVERYBODY),
    Call("announce to all", "post", "notices", MANAGERS, EVERYBODY, body={"text": "x", "ends": LATER}),
    Call("announce in a category", "post", "notices", PUBLISH | MANAGERS,
         body={"text": "x", "ends": LATER, "categories": ["permits"]}),
    Call("change a notice", "patch", "notices/{notice}", PUBLISH | MANAGERS, PUBLISH | MANAGERS, body={"text": "Y"}),
    Call("take a notice back", "delete", "notices/{notice}", PUBLISH | MANAGERS, PUBLISH | MANAGERS),
    Call("raise a flag", "post", "flags", SEE,
         body={"article": "{published}", "kind": "unclear", "body": "Which height?", "quote": "Second"}),
    Call("raise a flag on a draft", "post", "flags", EDIT, EDIT,
         body={"article": "{draft}", "kind": "other", "severity": "low", "body": "x"}),
    Call("ask for an article", "post", "flags", EVERYBODY, EVERYBODY, body={"kind": "missing", "body": "Pools"}),
    Call("list flags", "get", "flags", EVERYBODY, EVERYBODY),
    Call("read a flag", "get", "flags/{flag}", SEE),
    Call("join a flag", "post", "flags/{flag}/join", SEE, body={}),
    Call("give a flag to a reader", "patch", "flags/{flag}", WORK, body={"assignee": "{bob}"}),
    Call("put a flag back", "patch", "flags/{flag}", WORK, body={"assignee": None}),
    Call("resolve a flag", "patch", "flags/{flag}", WORK, body={"status": "resolved", "answer": "x", "version": 2}),
    Call("decline a flag", "patch", "flags/{flag}", WORK, body={"status": "declined", "answer": "x"}),
    Call("word a warning", "patch", "flags/{flag}", WORK, body={"warning": "Ask first"}),
    Call("lift a warning", "patch", "flags/{flag}", WORK, body={"warning_lifted": True}),
    Call("read a flag of no article", "get", "flags/{missing}", OF_MISSING, OF_MISSING),
    Call("join a flag of no article", "post", "flags/{missing}/join", OF_MISSING, OF_MISSING, body={}),
    Call("answer a flag of no article", "patch", "flags/{missing}", MANAGERS, OF_MISSING, body={"answer": "Soon."}),
    Call("accept an answer to a closed flag", "post", "flags/{closed}/accept", {"bob"}),
    Call("reopen a closed flag", "post", "flags/{closed}/reopen", WORK | {"bob"}, body={"body": "No."}),
    Call("note the end of a call", "post", "calls", SEE,
         body={"article": "{published}", "customer_helped": True, "article_helped": False}),
    Call("take back the end of a call", "delete", "calls/{call}", {"bob"}, {"bob"}),
    Call("ask how calls about an article ended", "get", "articles/{published}/calls", EDIT | MANAGERS),
    Call("restore", "post", "articles/{published}/restore", PUBLISH, body={"version": 1}),
    Call("archive", "patch", "articles/{published}", PUBLISH, body={"status": "archived"}),
    Call("bring back", "patch", "articles/{archived}", PUBLISH, body={"status": "published"}),
    Call("move", "patch", "articles/{published}", PUBLISH, body={"category": "waste"}),
    Call("restrict", "patch", "articles/{published}", PUBLISH, body={"roles": ["keepers"]}),
    Call("add a picture", "post", "articles/{published}/images", EDIT, upload=True),
    Call("create an article", "post", "articles", EDIT, body={"title": "New", "category": "permits", "markdown": "x"}),
    Call("create a subcategory", "post", "categories", EDIT, body={"name": "Sheds", "parent": "permits"}),
    Call("create a category with roles", "post", "categories", MANAGE,
         body={"name": "Sheds", "parent": "permits", "roles": ["readers"]}),
    Call("create a top category", "post", "categories", MANAGERS, EVERYBODY, body={"name": "Water"}),
    Call("rename a category", "patch", "categories/{category}", MANAGE, body={"name": "Building"}),
    Call("open a category to others", "patch", "categories/{category}", MANAGE, body={"roles": ["strangers"]}),
    Call("list what they follow", "get", "follows", EVERYBODY, EVERYBODY),
    Call("follow a topic", "post", "follows", SEE, body={"target": "category", "id": "permits"}),
    Call("read what they were told", "get", "notifications", EVERYBODY, EVERYBODY),
    Call("note all as read", "post", "notifications/read", EVERYBODY, EVERYBODY, body={"all": True}),
    Call("read what they chose to be told", "get", "notification-settings", EVERYBODY, EVERYBODY),
    Call("list people", "get", "users", MANAGERS, EVERYBODY),
    Call("list roles", "get", "roles", MANAGERS, EVERYBODY),
    Call("create a role", "post", "roles", MANAGERS, EVERYBODY, body={"name": "pilots"}),
    Call("give roles", "put", "users/{bob}/roles", MANAGERS, EVERYBODY, body={"roles": ["writers"]}),
]  # fmt: skip


def make(call: Call, client: Client, place: Place) -> Any:
    numbers = {
        "published": place.published.pk, "draft": place.draft.pk, "archived": place.archived.pk,
        "category": place.category.pk, "bob": place.people["bob"].pk, "proposal": place.proposal.pk,
        "plan": place.plan.pk, "suggestion": place.suggestion.pk, "comment": place.comment.pk, "note": place.note.pk,
        "notice": place.notice.pk, "flag": place.flag.pk, "missing": place.missing.pk, "closed": place.closed.pk,
        "must_read": place.published.pk, "remark": place.remark.pk, "call": place.call.pk,
    }  # fmt: skip
    path = "/api/v1/" + call.path.format(**numbers)
    body = {name: numbers[value[1:-1]] if str(value)[:1] == "{" else value for name, value in (call.body or {}).items()}
    if call.upload:
        return client.post(path, {"file": SimpleUploadedFile("plan.png", picture(), "image/png")})
    if call.method == "get":
        return client.get(path)
    return getattr(client, call.method)(path, body, content_type="application/json")


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_everybody_may_call_what_the_table_says(place: Place, call: Call) -> None:
    wrong = []
    for name in place.people:
        with undone():
            response = make(call, place.client(name), place)
            answer = response.status_code
        if name not in EVERYBODY:
            expected = {401}
        elif name in call.may:
            expected = {200, 201, 204}
        elif name in call.see:
            expected = {403}
        else:
            # Creating names its category in the body, so what is hidden there is an invalid value.
            expected = {404, 422} if call.method == "post" and call.body else {404}
        if answer not in expected:
            wrong.append(f"{name.capitalize()} should get {sorted(expected)} for: {call.name}, but gets {answer}")
    assert wrong == []


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_nobody_calls_anything_without_signing_in(place: Place, call: Call) -> None:
    response = make(call, Client(), place)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize("call", [c for c in CALLS if "{published}" in c.path], ids=str)
def test_hidden_and_absent_articles_have_one_body(place: Place, call: Call) -> None:
    client = place.client("charlie")
    hidden = make(call, client, place)
    place.published = Article(pk=987_654)
    absent = make(call, client, place)
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    assert hidden.status_code == 404


def test_hidden_and_absent_categories_have_one_body(place: Place) -> None:
    client = Client()
    client.force_login(place.people["charlie"])
    answers = [
        client.patch(f"/api/v1/categories/{pk}", {"name": "x"}, content_type="application/json")
        for pk in (place.category.pk, 987_654)
    ]
    assert answers[0].content == answers[1].content
    assert {answer.status_code for answer in answers} == {404}
    made = [
        client.post("/api/v1/articles", {"title": "x", "category": slug}, content_type="application/json").content
        for slug in ("permits", "no-such")
    ]
    assert made[0].replace(b"permits", b"") == made[1].replace(b"no-such", b"")


LISTS: list[tuple[str, Callable[[Place], set[str]], set[str]]] = [
    ("articles?limit=200", lambda p: {p.published.title}, SEE),
    ("articles?limit=200", lambda p: {p.draft.title}, EDIT),
    ("articles?limit=200&status=archived", lambda p: {p.archived.title}, SEE),
    ("articles?limit=200&category=permits", lambda p: {p.published.title}, SEE),
]


@pytest.mark.parametrize(("path", "expected", "people"), LISTS)
def test_lists_hold_what_their_reader_may_see(
    place: Place, path: str, expected: Callable[[Place], set[str]], people: set[str]
) -> None:
    for name in EVERYBODY:
        client = Client()
        client.force_login(place.people[name])
        items = client.get("/api/v1/" + path).json()["items"]
        found = {item["title"] for item in items}
        assert (expected(place) <= found) == (name in people), f"{name}: {found}"
        if name not in people:
            assert not expected(place) & found


def test_categories_are_listed_for_those_who_see_them(place: Place) -> None:
    for name in EVERYBODY:
        client = Client()
        client.force_login(place.people[name])
        slugs = {item["slug"] for item in client.get("/api/v1/categories").json()["items"]}
        assert slugs == ({"permits", "waste"} if name in SEE else set()), name


def test_a_token_is_worth_what_its_person_is_worth(place: Place) -> None:
    from articles.actions.people import create_api_token, set_active

    secret = create_api_token(place.people["bob"], "wall board")
    headers = {"Authorization": f"Bearer {secret}"}
    client = Client()
    assert client.get(f"/api/v1/articles/{place.published.pk}", headers=headers).status_code == 200
    assert client.get(f"/api/v1/articles/{place.draft.pk}", headers=headers).status_code == 404
    body = {"title": "Other"}
    path = f"/api/v1/articles/{place.published.pk}"
    assert client.patch(path, body, content_type="application/json", headers=headers).status_code == 403
    wrong = {"Authorization": f"Bearer {secret[:-1]}x"}
    assert client.get("/api/v1/me", headers=wrong).status_code == 401
    set_active(None, place.people["bob"].pk, active=False)
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_browser_cannot_be_made_to_write_from_elsewhere(place: Place) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(place.people["alice"])
    path = f"/api/v1/articles/{place.published.pk}/publish"
    assert client.post(path, {}, content_type="application/json").status_code == 403
    assert Version.objects.filter(article=place.published).count() == 2
    client.get("/api/v1/me")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(path, {}, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201


def test_opening_a_category_opens_everything_below_at_once(place: Place) -> None:
    client = Client()
    client.force_login(place.people["charlie"])
    path = f"/api/v1/articles/{place.published.pk}"
    assert client.get(path).status_code == 404
    admin = Client()
    admin.force_login(place.people["admin"])
    change = {"roles": ["strangers"]}
    admin.patch(f"/api/v1/categories/{place.category.pk}", change, content_type="application/json")
    assert client.get(path).status_code == 200
    admin.patch(f"/api/v1/categories/{place.category.pk}", {"roles": []}, content_type="application/json")
    assert client.get(path).status_code == 404
    assert Category.objects.filter(slug="permits").exists()
