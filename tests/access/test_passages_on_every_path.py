"""A passage for certain roles on every path out of the product: those whom it is not for never receive a byte of it.

One article, whose passage for managers was changed from version to version, talked about and flagged. Each path is asked
by Bob, for whom the passage does not exist, and by Mary, for whom it does: so that a path which shows nothing to anybody
proves nothing unseen. Mails, messages on the desktop and inboxes quote no text, whoever it is for: there nobody gets it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from articles import access, documents
from articles.actions import commenting, flagging, noting
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.models import Article, Comment, Event, Flag, User
from notifications import dispatcher, log
from notifications.actions.following import follow
from notifications.channels import push, webhooks
from notifications.channels.letter import letter
from notifications.delivery import Texts
from notifications.models import Notification, Webhook
from notifications.telling.hooks import wants
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]
PUBLIC = "The discount is granted by the office.\n\n::: facts\nFee: 745 kr\n:::\n"
HIDDEN = "\n\n::: roles manager\nZanzibar clients get {} percent off.\n\n::: facts\nQuagga fee: {}0 kr\n:::\n:::\n"
SECRETS = ("zanzibar", "quagga", "percent")


@dataclass
class Told:
    """What there is: Bob's comment on a public passage, Mary's on the hidden one, and a flag that quotes it."""

    article: Article
    comment: Comment
    flag: Flag


@pytest.fixture
def told(make_article: MakeArticle, alice: User, bob: User, mary: User) -> Told:
    article = make_article("Discounts", PUBLIC + HIDDEN.format(5, 5), tags=["discounts"])
    for user in (bob, mary):
        follow(user, "article", article.pk)
    for percent in (10, 15):
        replace_draft(alice, article.pk, documents.from_markdown(PUBLIC + HIDDEN.format(percent, percent)).document)
        publish_article(alice, article.pk, significance="must-read")
    commenting.add_comment(bob, article.pk, "By which office?", quote="granted by the office")
    comment = commenting.add_comment(mary, article.pk, "Is Zanzibar right?", quote="Zanzibar clients")
    noting.add_note(mary, article.pk, "Zanzibar again.", audience="readers", quote="Zanzibar clients")
    flag = flagging.raise_flag(mary, article.pk, "incorrect", "urgent", "It says so.", quote="Zanzibar clients")
    article.refresh_from_db()
    return Told(article, comment, flag)


def secrets_in(text: str | bytes) -> list[str]:
    """The words of the passage that stand in something."""
    lower = (text if isinstance(text, str) else text.decode(errors="replace")).lower()
    return [word for word in SECRETS if word in lower]


# Pages and parts of pages. The first ones show the passage to Mary; the others could only by mistake.
SHOWN = ["/articles/{article}/discounts/", "/articles/{article}/preview/", "/articles/{article}/compare/?from=2&to=3",
    "/articles/{article}/compare/?from=1&to=3&view=inline", "/api/v1/articles/{article}",
    "/api/v1/articles/{article}/versions/3", "/api/v1/articles/{article}/diff?from=2&to=3",
    "/api/v1/articles/{article}/comments", "/api/v1/flags/{flag}", "/flags/{flag}/", "/api/v1/flags"]  # fmt: skip
NOT_SHOWN = ["/", "/articles/{article}/history/", "/articles/{article}/compare/", "/categories/permits/",
    "/articles/{article}/edit/", "/articles/{article}/edit/?as=markdown", "/articles/{article}/suggest/", "/flags/",
    "/articles/{article}/publish/", "/articles/{article}/draft-history/", "/articles/{article}/restore/1/",
    "/flags/new/?article={article}", "/notes/", "/must-reads/", "/notifications/", "/notifications/latest/",
    "/notifications/popups/", "/palette/?q=", "/suggestions/",
    "/api/v1/articles", "/api/v1/articles/{article}/versions", "/api/v1/articles/{article}/notes", "/api/v1/notes",
    "/api/v1/articles/{article}/draft", "/api/v1/articles/{article}/draft/updates?since=0",
    "/api/v1/articles/{article}/draft/moments", "/api/v1/articles/{article}/draft/authors",
    "/api/v1/articles/{article}/checks", "/api/v1/comments/{comment}", "/api/v1/notifications", "/api/v1/must-reads",
    "/api/v1/events?since=0&limit=500"]  # fmt: skip


def test_no_page_and_no_answer_has_a_byte_of_it(told: Told, bob: User, mary: User, signed_in: SignIn) -> None:
    tell_all()
    for path in (*SHOWN, *NOT_SHOWN):
        address = path.format(article=told.article.pk, flag=told.flag.pk, comment=told.comment.pk)
        for prefer in ({}, {"X-Live": "1"}):  # what an open page asks for is a page too
            assert secrets_in(signed_in(bob).get(address, headers=prefer).content) == [], path
        if path in SHOWN:
            assert secrets_in(signed_in(mary).get(address).content) != [], f"Mary gets it: {path} could tell of it"


def test_no_search_finds_it_quotes_it_or_corrects_to_it(
    told: Told, bob: User, mary: User, signed_in: SignIn, index: Callable[[], None]
) -> None:
    index()
    for user, gets in ((bob, False), (mary, True)):
        client = signed_in(user)
        for question in ("zanzibar", "quagga fee", "clients percent"):
            found = client.get("/api/v1/search", {"q": question, "exact": "1"}).json()
            assert bool(secrets_in(json.dumps(found["hits"]))) == gets, question
            if question == "zanzibar":
                assert found["total"] == int(gets)
        corrected = client.get("/api/v1/search", {"q": "zanzibra quaga"}).json()
        said = json.dumps([corrected["corrected"], corrected["suggestions"], corrected["hits"]])
        assert bool(secrets_in(said)) == gets
        for path in ("/search/", "/palette/", "/api/v1/search/suggest"):
            for question in ("discounts", "discount office"):
                shown = client.get(path, {"q": question}).content
                assert gets or secrets_in(shown) == [], f"{path} {question}"


def test_the_frame_of_a_publication_is_made_for_each_audience(told: Told, bob: User, mary: User) -> None:
    """What sockets, the stream and catching up send to who has the article open."""
    seq = Event.objects.filter(kind="article.published", article=told.article).latest("seq").seq
    happened = log.read(seq - 1, until=seq, people=())
    texts = Texts.of(happened, [told.article.pk])
    for user, gets in ((mary, True), (bob, False)):  # whoever comes first decides nothing for the other
        view = access.view_of(user)
        texts.make(view, happened[0])
        frame = texts.frame(view, happened[0])
        assert "granted by the office" in frame.content["data"]["html"]
        for sent in (frame.text, frame.websocket, frame.stream):
            assert bool(secrets_in(sent)) == gets


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_an_export_holds_what_its_reader_may_read(form: str, told: Told, tmp_path: Path) -> None:
    for name, gets in (("bob", False), ("mary", True)):
        folder = tmp_path / name
        options = {"format": form, "user": name, "stdout": io.StringIO(), "stderr": io.StringIO()}
        call_command("export_articles", str(folder), **options)
        written = b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
        assert b"granted by the office" in written
        assert bool(secrets_in(written)) == gets


def test_mail_desktop_and_inbox_quote_it_to_nobody(told: Told, bob: User, mary: User) -> None:
    tell_all()
    for user in (bob, mary):
        rows = list(Notification.objects.filter(recipient=user).select_related("article", "actor"))
        assert rows, f"{user} is told of the article"
        mail = letter(user, rows, number=1)
        parts = [mail.message().as_string(), str(mail.subject), str(mail.body), str(mail.alternatives)]
        parts += [push._message(user, rows).decode(), *(push._message(user, [one]).decode() for one in rows)]
        parts += [json.dumps(one.data) for one in rows]
        assert secrets_in("\n".join(parts)) == []


def test_a_webhook_hears_of_it_only_for_a_role_that_reads_it(told: Told) -> None:
    happened = log.read(0, until=Event.objects.latest("seq").seq, people=())
    for role, gets in (("readers", False), ("manager", True)):
        hook = Webhook(name="Chat", url="https://chat.example.org/", role=Group.objects.get(name=role))
        heard = [webhooks.payload(one) for one in happened if wants(hook, one)]
        assert bool(secrets_in(json.dumps(heard))) <= gets


def tell_all() -> None:
    """Everything that has happened is told on."""
    more: Any = True
    while more:
        more, _seq = dispatcher.run_once()
