"""The plain editing page: it works without a script, merges with what others write, and never loses a text."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from PIL import Image as Picture

from articles import documents
from articles.actions.article import archive_article, update_article
from articles.actions.draft import replace_draft
from articles.actions.people import set_user_roles
from articles.drafts import compaction, store
from articles.models import Article, Category, Draft, Image, User
from tests.conftest import MakeArticle
from tests.pages.conftest import counted

from .conftest import Writer, draft_of

SignIn = Callable[[User], Client]


@pytest.fixture
def ella(roles: tuple[str, str]) -> User:
    """May edit in the shared category, but not publish: see `category_for_ella`."""
    from articles.actions.people import create_role, create_user

    create_role(None, "authors")
    return create_user(None, "ella", password="demo", first_name="Ella", last_name="Ek", roles=["authors", "readers"])


@pytest.fixture
def reviewed(admin: User, ella: User) -> Category:
    """Authors edit, writers publish, readers read."""
    from articles.actions.category import create_category

    return create_category(
        admin, "Reviewed", grants={"authors": ["edit"], "writers": ["publish"], "readers": ["view"]}
    )  # fmt: skip


def address(article: Article) -> str:
    return f"/articles/{article.pk}/edit/?as=markdown"


def png() -> io.BytesIO:
    file = io.BytesIO()
    Picture.new("RGB", (3, 2), "red").save(file, "PNG")
    file.seek(0)
    file.name = "Red bin.png"
    return file


def test_what_is_typed_is_saved_in_the_draft_and_readers_see_nothing_of_it(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    writer = Writer(signed_in(alice), address(article))
    assert "745 kr" in writer.opened["text"]
    response = writer.send(text="A permit costs **795 kr**.\r\n\r\n- first\r\n- second\r\n", copy="c1")
    assert response.headers["Location"] == f"{address(article)}&saved=c1"
    assert draft_of(article) == "A permit costs **795 kr**.\n\n- first\n- second\n"
    assert "745 kr" in signed_in(bob).get(article.get_absolute_url()).content.decode()


def test_opening_and_saving_without_a_change_changes_nothing(article: Article, alice: User, signed_in: SignIn) -> None:
    before = store.load(article.pk)[1]
    Writer(signed_in(alice), address(article)).send()
    assert store.load(article.pk)[1] == before
    article.refresh_from_db()
    assert article.title == "Building permit"


def test_what_others_wrote_meanwhile_merges(article: Article, alice: User, admin: User, signed_in: SignIn) -> None:
    text = "First line.\n\nSecond line.\n"
    replace_draft(alice, article.pk, documents.from_markdown(text).document)
    writer = Writer(signed_in(alice), address(article))
    replace_draft(admin, article.pk, documents.from_markdown(text.replace("First", "The very first")).document)
    writer.send(text=text.replace("Second", "Another second"))
    assert draft_of(article) == "The very first line.\n\nAnother second line.\n"


def test_only_what_was_changed_in_the_form_is_changed(
    article: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    writer = Writer(signed_in(alice), address(article))
    update_article(admin, article.pk, tags=["fees"], title="Permits")
    writer.send(language="sv")
    article.refresh_from_db()
    assert (article.title, article.language, [tag.name for tag in article.tags.all()]) == ("Permits", "sv", ["fees"])


def test_title_tags_owner_and_review_date_are_saved(article: Article, alice: User, signed_in: SignIn) -> None:
    Writer(signed_in(alice), address(article)).send(
        title="Fences", tags="walls, fees ,", owner="person:alice", review_date="2027-03-01"
    )
    article.refresh_from_db()
    assert article.title == "Fences"
    assert sorted(tag.name for tag in article.tags.all()) == ["fees", "walls"]
    assert article.owner_user == alice
    assert str(article.review_date) == "2027-03-01"


@pytest.mark.parametrize(
    "wrong",
    [{"title": "  "}, {"title": "x" * 201}, {"tags": "y" * 61}, {"review_date": "tomorrow"}, {"owner": "role:x"}],
)
def test_a_form_with_a_mistake_keeps_the_text_and_saves_nothing(
    wrong: dict[str, str], article: Article, alice: User, signed_in: SignIn
) -> None:
    before = draft_of(article)
    response = Writer(signed_in(alice), address(article)).send(text="My *long* work & effort", **wrong)
    assert response.status_code == 422
    html = response.content.decode()
    assert "My *long* work &amp; effort" in html
    assert 'class="wrong"' in html
    assert draft_of(article) == before
    article.refresh_from_db()
    assert article.title == "Building permit"


def test_when_a_merge_is_not_possible_the_text_stays_and_can_be_saved_over(
    article: Article, alice: User, admin: User, signed_in: SignIn
) -> None:
    writer = Writer(signed_in(alice), address(article))
    for number in range(3):
        replace_draft(admin, article.pk, documents.from_markdown(f"Theirs {number}.").document)
    compaction.compact(article.pk, at_least=1)
    response = writer.send(text="Mine.")
    assert response.status_code == 409
    html = response.content.decode()
    assert "Mine." in html
    assert "Theirs 2." in html.replace("<del>", "").replace("</del>", "")
    assert draft_of(article) == "Theirs 2.\n"
    over = str(store.load(article.pk)[1])
    assert f'name="over" value="{over}"' in html
    assert writer.send("overwrite", text="Mine.", over=over).status_code == 302
    assert draft_of(article) == "Mine.\n"


def test_what_was_lost_in_conversion_is_told(article: Article, alice: User, signed_in: SignIn) -> None:
    client = signed_in(alice)
    response = Writer(client, address(article)).send(text="Text <script>alert(1)</script>.")
    html = client.get(response.headers["Location"]).content.decode()
    assert "A script was left out." in html
    assert "script" not in draft_of(article)


def test_a_preview_saves_nothing_and_keeps_what_was_typed(article: Article, alice: User, signed_in: SignIn) -> None:
    before = draft_of(article)
    writer = Writer(signed_in(alice), address(article))
    html = writer.send("preview", text="::: warning\nMind *this*.\n:::", title="").content.decode()
    assert 'class="callout" data-kind="warning"' in html
    assert "::: warning" in html
    assert draft_of(article) == before


def test_a_preview_for_the_pane_is_only_the_text(article: Article, alice: User, signed_in: SignIn) -> None:
    client = signed_in(alice)
    response = client.post(address(article), {"text": "Mind *this*.", "do": "preview"}, headers={"HX-Request": "true"})
    assert "<p>Mind <em>this</em>.</p>" in response.content.decode()
    assert "<form" not in response.content.decode()


def test_a_picture_can_be_added_without_a_script(article: Article, alice: User, signed_in: SignIn) -> None:
    html = (
        Writer(signed_in(alice), address(article)).send("upload", text="Typed so far.", picture=png()).content.decode()
    )
    image = Image.objects.get(article=article)
    assert f"![red-bin.png]({image.get_absolute_url()})" in html
    assert "Typed so far." in html


def test_what_is_no_picture_is_refused_and_the_text_stays(article: Article, alice: User, signed_in: SignIn) -> None:
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "x.svg"
    response = Writer(signed_in(alice), address(article)).send("upload", text="Typed so far.", picture=file)
    assert response.status_code == 422
    assert "Typed so far." in response.content.decode()
    assert not Image.objects.exists()
    without = Writer(signed_in(alice), address(article)).send("upload", text="Typed so far.")
    assert "Choose a file first." in without.content.decode()


def test_who_may_only_read_is_refused_and_who_sees_nothing_finds_nothing(
    article: Article, bob: User, charlie: User, signed_in: SignIn
) -> None:
    assert signed_in(bob).get(address(article)).status_code == 403
    assert signed_in(bob).post(address(article), {"text": "x"}).status_code == 403
    hidden, absent = signed_in(charlie).get(address(article)), signed_in(charlie).get("/articles/999999/edit/")
    assert hidden.status_code == absent.status_code == 404
    assert draft_of(article) == "A permit costs **745 kr**.\n"


def test_an_editor_who_loses_the_right_cannot_save_any_more(article: Article, alice: User, signed_in: SignIn) -> None:
    writer = Writer(signed_in(alice), address(article))
    set_user_roles(None, alice.pk, [])
    assert writer.send(text="Too late.").status_code == 404
    assert "Too late" not in draft_of(article)


def test_publishing_is_offered_to_those_who_may_and_the_others_are_told_who_can(
    make_article: MakeArticle, reviewed: Category, ella: User, alice: User, admin: User, signed_in: SignIn
) -> None:
    article = make_article(category=reviewed, by=admin)
    for page in (address(article), f"/articles/{article.pk}/edit/"):
        mine, hers = (signed_in(user).get(page).content.decode() for user in (alice, ella))
        assert "Publish…" in mine
        assert "Publish…" not in hers
        assert "Propose…" in hers
    assert "Alice Ahlgren" in signed_in(ella).get(address(article)).content.decode()


def test_an_archived_article_says_so_in_the_editor(article: Article, alice: User, signed_in: SignIn) -> None:
    archive_article(alice, article.pk)
    assert "The article is archived." in signed_in(alice).get(address(article)).content.decode()


def test_the_editor_shows_who_saved_last(article: Article, alice: User, admin: User, signed_in: SignIn) -> None:
    replace_draft(admin, article.pk, documents.from_markdown("Other.").document)
    html = signed_in(alice).get(address(article)).content.decode()
    assert "by admin" in html
    assert "There are changes that readers do not see yet." in html
    assert Draft.objects.get(pk=article.pk).has_unpublished_changes


def test_opening_the_editor_costs_few_queries(make_article: MakeArticle, alice: User, signed_in: SignIn) -> None:
    first = make_article()
    client = signed_in(alice)
    client.get(address(first))
    with counted() as few:
        client.get(address(first))
    for number in range(10):
        make_article(f"Article {number}", tags=["a", "b"])
    client.get(address(first))
    with counted() as many:
        client.get(address(first))
    assert len(few) == len(many) <= 16
