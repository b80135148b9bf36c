"""Beginning an article on the plain page."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from articles.actions.category import create_category
from articles.models import Article, Category, Status, User

from .conftest import Writer, draft_of

SignIn = Callable[[User], Client]


def test_a_new_article_is_a_draft_that_readers_do_not_see(
    category: Category, alice: User, bob: User, signed_in: SignIn
) -> None:
    writer = Writer(signed_in(alice), "/articles/new/?category=permits")
    assert writer.opened["category"] == "permits"
    response = writer.send(title="Balconies", text="A balcony *needs* a permit.", tags="balcony, glass", language="sv")
    made = Article.objects.get(title="Balconies")
    assert response.headers["Location"].startswith(f"/articles/{made.pk}/edit/")
    assert (made.category, made.status, made.language, made.created_by) == (category, Status.DRAFT, "sv", alice)
    assert sorted(tag.name for tag in made.tags.all()) == ["balcony", "glass"]
    assert draft_of(made) == "A balcony *needs* a permit.\n"
    assert signed_in(bob).get(f"/articles/{made.pk}/").status_code == 404


def test_only_categories_in_which_one_may_write_are_offered(
    category: Category, admin: User, alice: User, signed_in: SignIn
) -> None:
    create_category(admin, "Secrets", grants={"readers": ["view"]})
    html = signed_in(alice).get("/articles/new/").content.decode()
    assert 'value="permits"' in html
    assert "Secrets" not in html
    response = Writer(signed_in(alice), "/articles/new/").send(title="T", text="Kept text", category="secrets")
    assert response.status_code == 422
    assert "Kept text" in response.content.decode()
    assert not Article.objects.exists()


def test_without_a_title_nothing_is_made_and_the_text_stays(category: Category, alice: User, signed_in: SignIn) -> None:
    response = Writer(signed_in(alice), "/articles/new/").send(title="", text="Kept text", category="permits")
    assert response.status_code == 422
    assert "Give the article a title." in response.content.decode()
    assert "Kept text" in response.content.decode()
    assert not Article.objects.exists()


def test_a_preview_makes_no_article(category: Category, alice: User, signed_in: SignIn) -> None:
    html = Writer(signed_in(alice), "/articles/new/").send("preview", text="*Seen*", category="").content.decode()
    assert "<em>Seen</em>" in html
    assert not Article.objects.exists()


def test_who_may_write_nowhere_is_refused(category: Category, bob: User, signed_in: SignIn) -> None:
    assert signed_in(bob).get("/articles/new/").status_code == 403
    assert signed_in(bob).post("/articles/new/", {"title": "T", "category": "permits"}).status_code == 403
    assert not Article.objects.exists()


def test_the_owner_may_be_a_role_or_a_person_who_may_edit(category: Category, alice: User, signed_in: SignIn) -> None:
    writer = Writer(signed_in(alice), "/articles/new/?category=permits")
    writer.send(title="One", text="T", owner="role:writers")
    writer.send(title="Two", text="T", owner="person:alice")
    assert Article.objects.get(title="One").owner_role.name == "writers"  # type: ignore[union-attr]
    assert Article.objects.get(title="Two").owner_user == alice
    refused = writer.send(title="Three", text="T", owner="person:nobody")
    assert refused.status_code == 422


def test_the_title_and_the_place_come_before_everything_that_can_wait(
    category: Category, alice: User, signed_in: SignIn
) -> None:
    html = signed_in(alice).get("/articles/new/?category=permits").content.decode()
    main, _aside, rail = html.partition('aria-labelledby="known-title"')
    assert all(f'name="{name}"' in main for name in ("title", "category", "text"))
    assert "Start writing" in main
    assert all(f'name="{name}"' in rail for name in ("tags", "owner", "review_date"))


def test_a_box_stands_before_its_words(category: Category, alice: User, signed_in: SignIn) -> None:
    html = signed_in(alice).get("/articles/new/?category=permits").content.decode()
    assert re.search(
        r'<label class="check" for="id_evergreen"><input type="checkbox"[^>]*aria-describedby="id_evergreen_helptext"'
        r'[^>]*>(<input type="hidden"[^>]*>)?<span>Evergreen<small id="id_evergreen_helptext">', html
    ), html[html.find("evergreen") - 200 :][:600]  # fmt: skip
