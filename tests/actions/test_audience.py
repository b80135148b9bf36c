"""Grants: inherited down the tree, overridden by categories and articles with grants of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from articles import access
from articles.actions import audience
from articles.actions.category import create_category, delete_category, update_category
from articles.actions.problems import Conflict, Invalid
from articles.models import AccessRoot, Article, Category, Event, User

MakeArticle = Callable[..., Article]


def reads(user: User, article: Article) -> bool:
    return access.visible_to(user).filter(pk=article.pk).exists()


@pytest.fixture
def deep(admin: User, category: Category) -> Category:
    """Permits → Fences → Corner plots, nothing but the top with grants of its own."""
    return create_category(admin, "Corner plots", create_category(admin, "Fences", category))


def test_grants_are_inherited_down_the_tree(
    bob: User, charlie: User, deep: Category, make_article: MakeArticle
) -> None:
    article = make_article("Corner", category=deep)
    assert article.access_root_id == deep.access_root_id
    assert reads(bob, article)
    assert not reads(charlie, article)


def test_a_category_with_grants_of_its_own_uses_those_instead(
    admin: User, alice: User, bob: User, deep: Category, make_article: MakeArticle
) -> None:
    article = make_article("Corner", category=deep)
    assert deep.parent is not None
    audience.set_category_grants(admin, deep.parent.pk, {"writers": ["publish"]})
    assert not reads(bob, article)
    assert reads(alice, article)
    audience.set_category_grants(admin, deep.parent.pk, None)
    assert reads(bob, article)
    assert AccessRoot.objects.count() == 1


def test_restricting_an_article_changes_its_readers_and_not_its_editors(
    alice: User, bob: User, mary: User, article: Article
) -> None:
    audience.set_article_roles(alice, article.pk, ["manager"])
    assert (reads(alice, article), reads(bob, article), reads(mary, article)) == (True, False, True)
    assert access.can(alice, "publish", Article.objects.get(pk=article.pk))
    assert Event.objects.order_by("-seq")[0].kind == "article.audience_changed"
    audience.set_article_roles(alice, article.pk, None)
    assert reads(bob, article)


def test_an_article_with_grants_of_its_own_keeps_them_when_the_category_changes(
    admin: User, alice: User, bob: User, category: Category, article: Article
) -> None:
    audience.set_article_roles(alice, article.pk, ["readers"])
    audience.set_category_grants(admin, category.pk, {"writers": ["publish"]})
    assert reads(bob, article)


def test_what_has_no_grant_anywhere_above_is_for_administrators_only(
    admin: User, alice: User, bob: User, mary: User, category: Category, article: Article
) -> None:
    audience.set_category_grants(admin, category.pk, None)
    assert [reads(user, article) for user in (alice, bob, mary)] == [False, False, False]
    assert reads(admin, article)


def test_everyone_holds_the_built_in_role_unwritten(
    admin: User, charlie: User, category: Category, article: Article
) -> None:
    assert not charlie.groups.filter(name="everyone").exists()
    audience.set_category_grants(admin, category.pk, {"everyone": ["view"]})
    assert reads(charlie, article)
    assert set(access.who_can("view", Article.objects.get(pk=article.pk))) == set(User.objects.all())


def test_changing_the_grants_of_a_category_is_a_few_rows_however_many_articles_it_holds(
    admin: User, category: Category, make_article: MakeArticle, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        make_article(f"Article {number}", publish=False)
    with django_assert_max_num_queries(26):
        audience.set_category_grants(admin, category.pk, {"readers": ["view"], "writers": ["edit"]})
    pointers = set(Article.objects.values_list("access_root_id", flat=True))
    assert pointers == {category.access_root_id}


def test_moving_a_category_moves_the_rights_of_everything_below(
    admin: User, alice: User, bob: User, category: Category, deep: Category, make_article: MakeArticle
) -> None:
    article = make_article("Corner", category=deep)
    closed = create_category(admin, "Closed", grants={"writers": ["manage"]})
    assert deep.parent is not None
    moved = update_category(admin, deep.parent.pk, parent=closed)
    deep.refresh_from_db()
    assert deep.path == f"/{closed.pk}/{moved.pk}/{deep.pk}/"
    assert not reads(bob, article)
    assert reads(alice, article)


def test_a_category_cannot_be_moved_into_itself(admin: User, category: Category, deep: Category) -> None:
    with pytest.raises(Invalid):
        update_category(admin, category.pk, parent=deep)
    category.refresh_from_db()
    assert category.parent is None


def test_only_an_empty_category_can_be_removed(admin: User, category: Category, deep: Category) -> None:
    assert deep.parent is not None
    with pytest.raises(Conflict):
        delete_category(admin, deep.parent.pk)
    delete_category(admin, deep.pk)
    assert not Category.objects.filter(pk=deep.pk).exists()


def test_an_unknown_role_or_right_changes_nothing(admin: User, category: Category) -> None:
    before = access.grants_at(category.access_root_id)
    for wrong in ({"no-such": ["view"]}, {"readers": ["fly"]}):
        with pytest.raises(Invalid):
            audience.set_category_grants(admin, category.pk, wrong)
    assert access.grants_at(category.access_root_id) == before


def test_categories_of_one_name_get_addresses_of_their_own(admin: User, category: Category) -> None:
    assert [create_category(admin, "Permits").slug, create_category(admin, "Permits", category).slug] == [
        "permits-2", "permits-permits",
    ]  # fmt: skip
