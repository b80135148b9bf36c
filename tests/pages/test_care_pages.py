"""Moving, restricting, archiving and bringing back through the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from articles import access
from articles.actions.article import archive_article
from articles.actions.category import create_category
from articles.models import Article, Category, Status, User

from .conftest import Reader

SignIn = Callable[[User], Client]
FORMS = ("archive", "move", "readers")


def test_an_archived_article_leaves_lists_and_can_be_brought_back(
    article: Article, alice: User, bob: User, signed_in: SignIn, read: Reader
) -> None:
    assert f'action="/articles/{article.pk}/archive/"' in read(alice, article.get_absolute_url())
    assert signed_in(alice).post(f"/articles/{article.pk}/archive/").status_code == 302
    assert article.title not in read(bob, "/categories/permits/")
    assert f'action="/articles/{article.pk}/bring-back/"' in read(alice, article.get_absolute_url())
    assert signed_in(alice).post(f"/articles/{article.pk}/bring-back/").status_code == 302
    assert article.title in read(bob, "/categories/permits/")


def test_looking_at_a_form_changes_nothing(article: Article, alice: User, read: Reader) -> None:
    for form in FORMS:
        read(alice, f"/articles/{article.pk}/{form}/")
    article.refresh_from_db()
    assert article.status == Status.PUBLISHED


def test_bringing_back_what_is_not_archived_is_refused_in_words(
    article: Article, alice: User, signed_in: SignIn
) -> None:
    answer = signed_in(alice).post(f"/articles/{article.pk}/bring-back/")
    assert answer.status_code == 409
    assert "The article is not archived." in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "method"), [*((one, how) for one in FORMS for how in ("get", "post")), ("bring-back", "post")]
)
def test_bob_may_not_and_charlie_finds_nothing(
    form: str, method: str, article: Article, bob: User, charlie: User, signed_in: SignIn
) -> None:
    address = f"/articles/{article.pk}/{form}/"
    assert getattr(signed_in(bob), method)(address).status_code in (403, 404)
    assert getattr(signed_in(charlie), method)(address).status_code == 404
    article.refresh_from_db()
    assert article.status == Status.PUBLISHED


def test_moving_offers_only_topics_that_are_open_to_the_mover(
    article: Article, admin: User, alice: User, category: Category, signed_in: SignIn, read: Reader
) -> None:
    open_one = create_category(alice, "Fences", category)
    closed = create_category(admin, "Disputes", category, grants={"writers": ["view"]})
    hidden = create_category(admin, "Secrets", category, grants={"manager": ["view"]})
    page = read(alice, f"/articles/{article.pk}/move/")
    assert f'value="{open_one.pk}">' in page
    assert f'value="{closed.pk}" disabled>' in page
    assert f'value="{hidden.pk}"' not in page
    address = f"/articles/{article.pk}/move/"
    assert signed_in(alice).post(address, {"category": closed.pk}).status_code in (403, 404)
    assert signed_in(alice).post(address, {"category": hidden.pk}).status_code == 404
    assert signed_in(alice).post(address, {"category": "x"}).status_code == 404
    assert signed_in(alice).post(address, {"category": open_one.pk}).status_code == 302
    article.refresh_from_db()
    assert article.category_id == open_one.pk


def test_readers_are_restricted_to_roles_and_given_back_to_the_topic(
    article: Article, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    address = f"/articles/{article.pk}/readers/"
    assert signed_in(alice).post(address, {"who": "some", "roles": ["manager"]}).status_code == 302
    article.refresh_from_db()
    assert not access.can(bob, "view", article)
    assert access.can(mary, "view", article)
    assert access.can(alice, "edit", article)
    assert signed_in(alice).post(address, {"who": "topic"}).status_code == 302
    article.refresh_from_db()
    assert access.can(bob, "view", article)


@pytest.mark.parametrize("chosen", [[], ["no-such-role"]])
def test_a_wrong_choice_of_readers_is_said_in_the_form(
    chosen: list[str], article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    answer = signed_in(alice).post(f"/articles/{article.pk}/readers/", {"who": "some", "roles": chosen})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    article.refresh_from_db()
    assert access.can(bob, "view", article)


def test_a_form_without_its_token_is_refused_with_a_page(article: Article, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(f"/articles/{article.pk}/archive/")
    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()
    article.refresh_from_db()
    assert article.status == Status.PUBLISHED


def test_archiving_twice_is_no_error(article: Article, alice: User, signed_in: SignIn) -> None:
    archive_article(alice, article.pk)
    assert signed_in(alice).post(f"/articles/{article.pk}/archive/").status_code == 302
