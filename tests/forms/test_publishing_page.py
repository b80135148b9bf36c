"""Before publishing: what will change for readers; then what is published is what was looked at."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from articles import documents
from articles.actions.article import archive_article, update_article
from articles.actions.draft import replace_draft
from articles.models import Article, Category, User, Version
from tests.conftest import MakeArticle

from .conftest import Writer, draft_of, filled

SignIn = Callable[[User], Client]


def address(article: Article) -> str:
    return f"/articles/{article.pk}/publish/"


def write(user: User, article: Article, markdown: str) -> None:
    replace_draft(user, article.pk, documents.from_markdown(markdown).document)


def test_the_difference_to_what_readers_see_is_shown(article: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, article, "A permit costs **795 kr**.")
    html = signed_in(alice).get(address(article)).content.decode()
    assert "<del>745" in html
    assert "<ins>795" in html
    assert "Publish version 2" in html


def test_publishing_makes_a_version_with_note_and_significance(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    write(alice, article, "A permit costs **795 kr**.")
    client = signed_in(alice)
    sent = filled(client.get(address(article)).content.decode())
    response = client.post(address(article), {**sent, "note": "The fee rose.", "significance": "must-read"})
    assert response.headers["Location"] == f"/articles/{article.pk}/"
    version = Version.objects.get(article=article, number=2)
    assert (version.note, version.significance, version.author) == ("The fee rose.", "must-read", alice)
    assert "795 kr" in signed_in(bob).get(article.get_absolute_url()).content.decode()


def test_a_draft_that_moved_on_is_shown_again_instead_of_published(
    article: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    write(alice, article, "A permit costs **795 kr**.")
    client = signed_in(alice)
    sent = filled(client.get(address(article)).content.decode())
    write(admin, article, "A permit costs **895 kr**.")
    response = client.post(address(article), {**sent, "note": "The fee rose.", "significance": "minor"})
    assert response.status_code == 409
    html = response.content.decode()
    assert "<ins>895" in html
    again = filled(html)
    assert (again["note"], again["significance"]) == ("The fee rose.", "minor")
    article.refresh_from_db()
    assert article.version.number == 1  # type: ignore[union-attr]
    assert client.post(address(article), again).status_code == 302


def test_saving_and_going_on_leads_here(article: Article, alice: User, signed_in: SignIn) -> None:
    response = Writer(signed_in(alice), f"/articles/{article.pk}/edit/?as=markdown").send("review", text="Other.")
    assert response.headers["Location"] == address(article)
    assert draft_of(article) == "Other.\n"


def test_a_draft_that_says_the_same_is_not_offered(article: Article, alice: User, signed_in: SignIn) -> None:
    html = signed_in(alice).get(address(article)).content.decode()
    assert "Nothing to publish" in html
    assert 'name="do" value="publish"' not in html


def test_a_new_title_alone_is_a_change(article: Article, alice: User, signed_in: SignIn) -> None:
    update_article(alice, article.pk, title="Permits and fees")
    html = signed_in(alice).get(address(article)).content.decode()
    assert "<del>Building permit</del>" in html
    assert "Publish version 2" in html


def test_the_first_publication_shows_the_whole_text(make_article: MakeArticle, alice: User, signed_in: SignIn) -> None:
    article = make_article("First", "The **whole** text.", publish=False)
    client = signed_in(alice)
    html = client.get(address(article)).content.decode()
    assert "<strong>whole</strong>" in html
    assert client.post(address(article), filled(html)).status_code == 302
    article.refresh_from_db()
    assert article.version is not None


def test_an_archived_article_is_not_published(article: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, article, "Other.")
    client = signed_in(alice)
    sent = filled(client.get(address(article)).content.decode())
    archive_article(alice, article.pk)
    assert client.post(address(article), sent).status_code == 409
    assert "Bring it back" in client.get(address(article)).content.decode()
    assert Version.objects.filter(article=article).count() == 1


def test_too_long_a_note_is_refused_with_the_note_kept(article: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, article, "Other.")
    client = signed_in(alice)
    sent = filled(client.get(address(article)).content.decode())
    response = client.post(address(article), {**sent, "note": "n" * 501})
    assert response.status_code == 422
    assert "n" * 501 in response.content.decode()


def test_who_may_not_publish_is_refused(article: Article, bob: User, charlie: User, signed_in: SignIn) -> None:
    assert signed_in(bob).get(address(article)).status_code == 403
    assert signed_in(bob).post(address(article), {"seq": "1"}).status_code == 403
    assert signed_in(charlie).get(address(article)).status_code == 404


def test_a_change_inside_something_folded_is_not_hidden(
    make_article: MakeArticle, alice: User, category: Category, signed_in: SignIn
) -> None:
    article = make_article("Folded", "::: details Why\nBecause of A.\n:::")
    write(alice, article, "::: details Why\nBecause of B.\n:::")
    assert "<details open>" in signed_in(alice).get(address(article)).content.decode()
