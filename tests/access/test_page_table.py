"""The permission table over the pages.

Hidden is 404 with the page that an absent address gets; 403 is only for what is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Version
from tests.access.table import EDIT, MANAGE, MANAGERS, OF_MISSING, PEOPLE, PUBLISH, SEE, WORK, Place, undone

EVERYBODY = set(PEOPLE) - {"gone"}
REPORT = {"kind": "other", "severity": "low", "body": "Which height is meant here?"}
NOTE = {"body": "x", "audience": "me"}
SAID = {"seq": "{seq}", "significance": "minor"}
DAY = (timezone.localdate() + timedelta(days=9)).isoformat()
NOTICE = {"text": "Closed.", "tone": "info", "ends": f"{DAY}T12:00", "categories": "permits"}
HOLIDAY = {"day": DAY, "name": "Feast"}
WORDS = {"group": "{words}", "language": "en"}


@dataclass
class Page:
    """One row: a request, who may make it, and who may know that its object is there."""

    name: str
    path: str
    may: set[str]
    see: set[str] = field(default_factory=lambda: SEE)
    post: dict[str, Any] | None = None
    refused: int = 0  # what others are answered, where it is neither 403 nor 404

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


PAGES = [
    Page("open home", "/", EVERYBODY, EVERYBODY),
    Page("search", "/search/?q=fence", EVERYBODY, EVERYBODY),
    Page("open preferences", "/preferences/", EVERYBODY, EVERYBODY),
    Page("open their inbox", "/notifications/", EVERYBODY, EVERYBODY),
    Page("open what they follow", "/notifications/follows/", EVERYBODY, EVERYBODY),
    Page("open what they are told", "/notifications/settings/", EVERYBODY, EVERYBODY),
    Page(
        "follow an article",
        "/notifications/follow/",
        SEE,
        post={"target": "article", "of": "{published}", "do": "follow"},
    ),
    Page("send again what was given up", "/notifications/retry/", MANAGERS, EVERYBODY, post={}),
    Page("say that they opened an answer", "/search/clicked/", EVERYBODY, EVERYBODY, post={"q": "fence"}),
    Page("say what they looked for", "/search/asked/", EVERYBODY, EVERYBODY, post={"q": "fence", "found": "1"}),
    Page("find from anywhere", "/palette/?q=fence", EVERYBODY, EVERYBODY),
    Page("pin an answer", "/search/pin/", EDIT, post={"do": "pin", "q": "fence", "article": "{published}"}),
    Page("put a star", "/articles/{published}/favourite/", SEE, post={"on": "1"}),
    Page("say that they opened it", "/articles/{published}/opened/", SEE, post={}),
    Page("say that they looked at home", "/home/seen/", EVERYBODY, EVERYBODY, post={}),
    Page("close a tab", "/tabs/close/", EVERYBODY, EVERYBODY, post={"all": "1"}),
    Page("open what they see first", "/scope/", EVERYBODY, EVERYBODY),
    Page("show everything", "/scope/show/", EVERYBODY, EVERYBODY, post={"show": "all"}),
    Page("open a category", "/categories/permits/", SEE),
    Page("read an article", "/articles/{published}/fence/", SEE),
    Page("read an archived article", "/articles/{archived}/dog-tax/", SEE),
    Page("read a draft", "/articles/{draft}/shed/", EDIT, EDIT),
    Page("see a picture", "{image}", SEE),
    Page("preview a hit", "/articles/{published}/preview/", SEE),
    Page("open the history", "/articles/{published}/history/", SEE),
    Page("compare versions", "/articles/{published}/compare/?from=1&to=2", SEE),
    Page("compare inline", "/articles/{published}/compare/?from=1&to=2&view=inline", SEE),
    Page("open the editing page, or watch", "/articles/{published}/edit/", SEE),
    Page("open the editing form", "/articles/{published}/edit/?as=markdown", EDIT),
    Page("open the editing page of a draft", "/articles/{draft}/edit/", EDIT, EDIT),
    Page("open the history of a draft", "/articles/{published}/draft-history/", EDIT),
    Page("open the history of an unpublished draft", "/articles/{draft}/draft-history/", EDIT, EDIT),
    Page("open a moment of a draft", "/articles/{published}/draft-history/1/", EDIT),
    Page("compare a moment with what readers see", "/articles/{published}/draft-history/1/?with=published", EDIT),
    Page("go back to a moment", "/articles/{published}/draft-history/1/go-back/", EDIT, post={}),
    Page("open the publishing page", "/articles/{published}/publish/", EDIT),
    Page("publish", "/articles/{published}/publish/", PUBLISH, post=SAID | {"do": "publish"}),
    Page("publish at once", "/articles/{published}/publish/now/", PUBLISH, post={}),
    Page("let it wait while they decide", "/articles/{published}/publish/hold/", PUBLISH, post={}),
    Page("plan", "/articles/{published}/publish/", PUBLISH, post=SAID | {"do": "plan", "day": DAY, "hour": "06:00"}),
    Page(
        "propose", "/articles/{draft}/publish/", EDIT, EDIT, post={"do": "propose", "seq": 1, "significance": "minor"}
    ),
    Page("open what waits", "/proposals/", EDIT, EVERYBODY),
    Page("open what is planned", "/proposals/?show=planned", EDIT, EVERYBODY),
    Page("open a proposal", "/proposals/{proposal}/", EDIT, EDIT),
    Page("approve", "/proposals/{proposal}/", PUBLISH, EDIT, post={"do": "approve", "seen": 2}),
    Page("return", "/proposals/{proposal}/", PUBLISH, EDIT, post={"do": "return", "answer": "Not yet."}),
    Page("withdraw a proposal", "/proposals/{proposal}/", {"eve"}, EDIT, post={"do": "withdraw"}),
    Page("open a plan", "/plans/{plan}/", EDIT, EDIT),
    Page("cancel a plan", "/plans/{plan}/", PUBLISH, EDIT, post={"do": "cancel"}),
    Page("open the comments", "/articles/{published}/comments/", SEE),
    Page("open the comments of a draft", "/articles/{draft}/comments/", EDIT, EDIT),
    Page("comment", "/articles/{published}/comments/", SEE, post={"body": "Hello"}),
    Page("open a comment", "/comments/{comment}/", SEE),
    Page("edit a comment", "/comments/{comment}/", {"bob"}, post={"do": "edit", "body": "Other"}),
    Page("resolve a thread", "/comments/{comment}/", SEE, post={"do": "resolve"}),
    Page("delete a comment", "/comments/{comment}/", MANAGE | {"bob"}, post={"do": "delete"}),
    Page("open own notes", "/notes/", EVERYBODY, EVERYBODY),
    Page("open the form of a note", "/articles/{published}/notes/", SEE),
    Page("note", "/articles/{published}/notes/", SEE, post=NOTE),
    Page("open a note", "/notes/{note}/", {"bob"}, {"bob"}),
    Page("make a note a comment", "/notes/{note}/", {"bob"}, {"bob"}, post=NOTE | {"do": "comment"}),
    Page("change a note", "/notes/{note}/", {"bob"}, {"bob"}, post=NOTE | {"do": "save"}),
    Page("make a note a flag", "/notes/{note}/", {"bob"}, {"bob"}, post=NOTE | {"do": "flag"}),
    Page("write a note into the draft", "/notes/{note}/", set(), {"bob"}, post=NOTE | {"do": "draft"}),
    Page("delete a note", "/notes/{note}/", {"bob"}, {"bob"}, post={"do": "delete"}),
    Page("take a deletion back", "/undo/", {"bob"}, EVERYBODY, post={"kept": "{kept}"}, refused=409),
    Page("announce", "/notices/", PUBLISH | MANAGERS, EVERYBODY, post=NOTICE),
    Page("change a notice", "/notices/{notice}/", PUBLISH | MANAGERS, PUBLISH | MANAGERS, post=NOTICE | {"do": "save"}),
    Page("open the notices", "/notices/", PUBLISH | MANAGERS, EVERYBODY),
    Page("open a notice", "/notices/{notice}/", PUBLISH | MANAGERS, PUBLISH | MANAGERS),
    Page("take a notice back", "/notices/{notice}/", PUBLISH | MANAGERS, PUBLISH | MANAGERS, post={"do": "end"}),
    Page("open the suggesting page", "/articles/{published}/suggest/", SEE),
    Page("suggest", "/articles/{published}/suggest/", SEE, post={"text": "Other.", "reason": "Clearer", "version": 2}),
    Page("open the suggestions", "/suggestions/", EVERYBODY, EVERYBODY),
    Page("open a suggestion", "/suggestions/{suggestion}/", EDIT | {"bob"}, EDIT | {"bob"}),
    Page("merge", "/suggestions/{suggestion}/", EDIT, EDIT | {"bob"}, post={"do": "merge"}),
    Page("decline", "/suggestions/{suggestion}/", EDIT, EDIT | {"bob"}, post={"do": "decline", "answer": "No."}),
    Page("withdraw a suggestion", "/suggestions/{suggestion}/", {"bob"}, EDIT | {"bob"}, post={"do": "withdraw"}),
    Page("open the desk", "/flags/?show=all", EVERYBODY, EVERYBODY),
    Page("open the desk as a list", "/flags/?show=all&view=list", EVERYBODY, EVERYBODY),
    Page("open the reporting page", "/flags/new/?article={published}", SEE),
    Page("open the reporting page of a draft", "/flags/new/?article={draft}", EDIT, EDIT),
    Page("report", "/flags/new/", SEE, post=REPORT | {"article": "{published}"}),
    Page("ask for an article", "/flags/new/", EVERYBODY, EVERYBODY, post=REPORT),
    Page("open a flag", "/flags/{flag}/", SEE),
    Page("open a flag of no article", "/flags/{missing}/", OF_MISSING, OF_MISSING),
    Page("join a flag", "/flags/{flag}/join/", SEE, post={}),
    Page("open the resolving page", "/flags/{flag}/resolve/", WORK),
    Page("take a flag", "/flags/{flag}/take/", WORK, post={}),
    Page("give a flag to a reader", "/flags/{flag}/assign/", WORK, post={"assignee": "{bob}"}),
    Page("put a flag back", "/flags/{flag}/put-back/", WORK, post={}),
    Page("answer a flag", "/flags/{flag}/answer/", WORK, post={"answer": "Soon."}),
    Page("call a flag something else", "/flags/{flag}/change/", WORK, post={"severity": "low"}),
    Page("take many flags", "/flags/bulk/", EVERYBODY, EVERYBODY, post={"ids": "{flag}", "do": "take"}),
    Page("resolve a flag", "/flags/{flag}/resolve/", WORK, post={"answer": "Done."}),
    Page("decline a flag", "/flags/{flag}/decline/", WORK, post={"answer": "No."}),
    Page("word a warning", "/flags/{flag}/warning/", WORK, post={"warning": "Ask first"}),
    Page("lift a warning", "/flags/{flag}/lift/", WORK, post={}),
    Page("accept an answer", "/flags/{closed}/accept/", {"bob"}, post={}),
    Page("reopen a flag", "/flags/{closed}/reopen/", WORK | {"bob"}, post={"answer": "No."}),
    Page("open the hours", "/flags/hours/", MANAGERS, EVERYBODY),
    Page("set a day that is different", "/flags/hours/", MANAGERS, EVERYBODY, post=HOLIDAY | {"do": "holiday"}),
    Page("make a day as every other", "/flags/hours/", MANAGERS, EVERYBODY, post=HOLIDAY | {"do": "remove"}),
    Page("open the synonyms", "/synonyms/", MANAGERS, EVERYBODY),
    Page("add synonyms", "/synonyms/", MANAGERS, EVERYBODY, post={"words": "bin, bucket", "language": "en"}),
    Page("remove synonyms", "/synonyms/", MANAGERS, EVERYBODY, post=WORDS | {"do": "remove"}),
    Page("put synonyms back", "/undo/", {"mary"}, EVERYBODY, post={"kept": "{kept_words}"}, refused=409),
    Page("open the insights", "/insights/", MANAGERS, EVERYBODY),
    Page("download the insights", "/insights/?csv=weeks", MANAGERS, EVERYBODY),
    Page("open the end of a call", "/articles/{published}/answered/", SEE),
    Page("note the end of a call", "/articles/{published}/answered/", SEE, post={"customer": "yes", "article": "yes"}),
    Page("open the archiving page", "/articles/{published}/archive/", PUBLISH),
    Page("open the moving page", "/articles/{published}/move/", PUBLISH),
    Page("open the readers page", "/articles/{published}/readers/", PUBLISH),
    Page("open the restoring page", "/articles/{published}/restore/1/", PUBLISH),
    Page("archive", "/articles/{published}/archive/", PUBLISH, post={}),
    Page("bring back", "/articles/{archived}/bring-back/", PUBLISH, post={}),
    Page("move", "/articles/{published}/move/", PUBLISH, post={"category": "{other}"}),
    Page("restrict", "/articles/{published}/readers/", PUBLISH, post={"who": "some", "roles": "keepers"}),
    Page("restore", "/articles/{published}/restore/1/", PUBLISH, post={}),
    Page("open the must-reads", "/must-reads/", EVERYBODY, EVERYBODY),
    Page("acknowledge", "/articles/{published}/acknowledge/", SEE, post={"version": 2}),
    Page("open the record", "/must-reads/record/", MANAGERS, EVERYBODY),
    Page("export the record", "/must-reads/record.csv", MANAGERS, EVERYBODY),
    Page("open the record by person", "/must-reads/people/", MANAGERS, EVERYBODY),
    Page("open the record of a person", "/must-reads/people/{bob}/", MANAGERS, EVERYBODY),
    Page("mark somebody as absent", "/must-reads/people/{bob}/", MANAGERS, EVERYBODY, post={"until": DAY}),
    Page("be absent", "/absence/", EVERYBODY, EVERYBODY, post={"until": DAY}),
    Page("open the record of an article", "/must-reads/{published}/", MANAGERS),
    Page("export the record of an article", "/must-reads/{published}/record.csv", MANAGERS),
    Page("remind", "/must-reads/{published}/", MANAGERS, post={"do": "remind"}),
    Page("stop asking", "/must-reads/{published}/", MANAGERS, post={"do": "end", "version": 2}),
    Page("open what is to be reviewed", "/reviews/", EVERYBODY, EVERYBODY),
    Page("say that it is still correct", "/articles/{published}/review/", EDIT | MANAGERS, post={"version": 2}),
    Page("open the import page", "/import/", EDIT, EVERYBODY),
    Page("open the new article page", "/articles/new/", EDIT, EVERYBODY),
    Page("open the status page", "/status/", MANAGERS, EVERYBODY),
]


def ask(page: Page, client: Client, place: Place) -> Any:
    numbers = {
        "published": place.published.pk, "draft": place.draft.pk, "archived": place.archived.pk,
        "other": place.other.pk, "image": place.image.get_absolute_url(), "proposal": place.proposal.pk,
        "bob": place.people["bob"].pk, "plan": place.plan.pk, "suggestion": place.suggestion.pk,
        "comment": place.comment.pk, "note": place.note.pk, "notice": place.notice.pk,
        "seq": place.proposal.draft_seq, "flag": place.flag.pk, "missing": place.missing.pk, "closed": place.closed.pk,
        "kept": place.kept, "words": place.words.pk, "kept_words": place.kept_words,
    }  # fmt: skip
    path = page.path.format(**numbers)
    if page.post is None:
        return client.get(path)
    return client.post(path, {name: str(value).format(**numbers) for name, value in page.post.items()})


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_everybody_may_open_what_the_table_says(place: Place, page: Page) -> None:
    wrong = []
    for name in sorted(EVERYBODY):
        with undone():
            status = ask(page, place.client(name), place).status_code
        allowed = {302, 204} if page.post is not None else {200}
        # What is for managers or writers only is, for others, not there: 404 and 403 are both a refusal.
        expected = allowed if name in page.may else {403} if name in page.see else {404}
        if page.see == EVERYBODY and name not in page.may:
            expected = {403, 404}
        if page.refused and name not in page.may:
            expected = {page.refused}
        if status not in expected:
            wrong.append(f"{name.capitalize()} should get {sorted(expected)} when they {page.name}, but gets {status}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_everybody_else_is_sent_to_sign_in(place: Place, page: Page) -> None:
    """Those who have not signed in, and those whose account was closed, whatever they ask for."""
    for client in (Client(), place.client("gone")):
        answer = ask(page, client, place)
        if page.post and "reason" in page.post:  # it comes back to its writer, who can sign in and send it again
            assert answer.status_code == 401
            continue
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", [p for p in PAGES if "{published}" in p.path], ids=str)
def test_hidden_and_absent_articles_have_one_page(place: Place, page: Page) -> None:
    client = place.client("charlie")
    hidden = ask(page, client, place)
    number = place.published.pk
    place.published = Article(pk=987_654)
    absent = ask(page, client, place)
    assert (hidden.status_code, absent.status_code) == (404, 404)

    def plain(content: bytes, number: int) -> str:
        text = re.sub(r'value="\w{64}"', "", content.decode())  # CSRF tokens differ each time
        return text.replace(f"/articles/{number}/", "/articles/N/")

    assert plain(hidden.content, number) == plain(absent.content, 987_654)


def test_many_flags_at_once_are_worked_on_by_those_who_may_work_on_each(place: Place) -> None:
    for name in sorted(EVERYBODY):
        with undone():
            place.client(name).post("/flags/bulk/", {"ids": place.flag.pk, "do": "take"})
            place.flag.refresh_from_db()
            assert (place.flag.assignee == place.people[name]) == (name in WORK), name


def test_nothing_is_written_by_looking(place: Place) -> None:
    client = Client()
    client.force_login(place.people["admin"])
    before = Version.objects.count(), place.published.status
    for page in PAGES:
        if page.post is None:
            ask(page, client, place)
    place.published.refresh_from_db()
    assert (Version.objects.count(), place.published.status) == before


@pytest.mark.parametrize("name", ["charlie", "bob"])
def test_titles_of_what_is_hidden_stand_on_no_page(place: Place, name: str) -> None:
    hidden = {"charlie": ["Fence", "Shed", "Dog tax", "Permits", "Waste"], "bob": ["Shed"]}[name]
    client = Client()
    client.force_login(place.people[name])
    for path in ("/", "/search/?q=shed+fence+dog", "/categories/permits/", "/search/?q=", "/preferences/", "/scope/"):
        text = re.sub(r"<[^>]*>", " ", client.get(path).content.decode())
        found = [title for title in hidden if re.search(rf"\b{title}\b", text)]
        assert found == [], path
