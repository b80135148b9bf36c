"""The session ended, or the key of the form is old: the text comes back to its writer."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from articles import documents
from articles.actions.draft import replace_draft
from articles.models import Article, User
from tests.conftest import PASSWORD

from .conftest import Writer, draft_of, filled


def address(article: Article) -> str:
    return f"/articles/{article.pk}/edit/?as=markdown"


@pytest.fixture
def careful(alice: User) -> Client:
    """Alice's browser, with the protection against forged forms switched on as in production."""
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    client.get("/accounts/login/")
    client.post(
        "/accounts/login/",
        {"login": "alice", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"].value},
    )
    return client


def test_after_the_session_has_ended_the_text_comes_back_and_can_be_saved(
    article: Article, alice: User, signed_in: object
) -> None:
    client = Client()
    client.force_login(alice)
    writer = Writer(client, address(article))
    client.logout()
    response = writer.send(text="Hours of\r\nwork.", title="A new title", tags="one, two")
    assert response.status_code == 401
    again = filled(response.content.decode())
    assert again["text"].splitlines() == ["Hours of", "work."]
    client.force_login(alice)
    assert client.post(address(article), {**again, "do": "save"}).status_code == 302
    article.refresh_from_db()
    assert draft_of(article) == "Hours of work.\n"
    assert article.title == "A new title"
    assert sorted(tag.name for tag in article.tags.all()) == ["one", "two"]


def test_whoever_is_not_signed_in_learns_nothing_of_the_article(article: Article) -> None:
    real = Client().post(address(article), {"text": "x"})
    absent = Client().post("/articles/999999/edit/", {"text": "x"})
    assert real.status_code == absent.status_code == 401
    assert article.title not in real.content.decode()
    assert Client().get(address(article)).headers["Location"].startswith("/accounts/login/")


def test_an_old_key_gives_the_text_back_with_a_new_one(article: Article, careful: Client) -> None:
    page = careful.get(address(article)).content.decode()
    sent = {**filled(page), "text": "Still here & well.", "do": "save", "csrfmiddlewaretoken": "a" * 64}
    response = careful.post(address(article), sent)
    assert response.status_code == 403
    html = response.content.decode()
    assert "Still here & well." in unescape(html)
    again = {**filled(html), "do": "save", "csrfmiddlewaretoken": careful.cookies["csrftoken"].value}
    assert careful.post(address(article), again).status_code == 302
    assert draft_of(article) == "Still here & well.\n"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_a_form_from_elsewhere_is_not_shown_as_ours(headers: dict[str, str], article: Article, alice: User) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    client.force_login(alice)
    response = client.post(address(article), {"text": "Forged words", "csrfmiddlewaretoken": "a" * 64})
    assert response.status_code == 403
    assert "Forged words" not in response.content.decode()
    assert "Forged" not in draft_of(article)


def test_the_failure_page_is_the_one_in_use() -> None:
    assert settings.CSRF_FAILURE_VIEW == "articles.views.unsent.csrf_failure"


def test_a_form_that_was_sent_too_late_leads_back_to_its_page_and_its_sender_is_told(article: Article) -> None:
    publish = f"/articles/{article.pk}/publish/"
    for action, page in ((publish, publish), (f"{publish}now/", f"/articles/{article.pk}/edit/?as=markdown")):
        response = Client().post(
            action, {"note": "The fee rose."}, headers={"Referer": f"http://testserver{page}#text"}
        )
        to = urlsplit(response.headers["Location"])
        assert parse_qs(to.query)["next"] == [page]
        html = Client().get(response.headers["Location"]).content.decode()
        assert "what you sent has not arrived" in html
        assert f'name="next" value="{page}"' in html
    assert "has not arrived" not in Client().get("/accounts/login/?next=/").content.decode()


@pytest.mark.parametrize("referer", ["https://evil.example/articles/", "javascript:alert(1)", "", "//evil.example/"])
def test_it_leads_nowhere_else(referer: str, article: Article) -> None:
    response = Client().post(f"/articles/{article.pk}/publish/", headers={"Referer": referer})
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == ["/"]


def test_the_publishing_form_keeps_its_note(article: Article, alice: User, signed_in: Callable[[User], Client]) -> None:
    replace_draft(alice, article.pk, documents.from_markdown("Other.").document)
    html = signed_in(alice).get(f"/articles/{article.pk}/publish/").content.decode()
    form = html[html.index("panel publishing") :]
    assert "data-words" in form[: form.index(">")]
    first = re.search(r"<textarea|<input type=.text.[^>]*", form)  # the field that static/src/words.ts keeps
    assert first is not None
    assert 'name="note"' in first[0]
