"""Every action × every kind of person, asked of the one module that knows."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import access
from articles.models import Article
from tests.access.table import ON_ARTICLES, ON_CATEGORIES, ON_THE_SITE, PEOPLE, SEE, Place, judge


def test_the_table_names_every_action_there_is() -> None:
    assert set(access.NEEDED) == {*ON_ARTICLES, *ON_CATEGORIES}


@pytest.mark.parametrize("action", ON_ARTICLES)
def test_everybody_may_do_to_articles_what_the_table_says(place: Place, action: str) -> None:
    published, draft = ON_ARTICLES[action]
    wrong = judge(
        f"{action} a published article", published, lambda n: access.can(place.people[n], action, place.published)
    )
    wrong += judge(f"{action} a draft", draft, lambda n: access.can(place.people[n], action, place.draft))
    wrong += judge(
        f"{action} an archived article", published, lambda n: access.can(place.people[n], action, place.archived)
    )
    assert wrong == []


@pytest.mark.parametrize("action", ON_CATEGORIES)
def test_everybody_may_do_in_categories_what_the_table_says(place: Place, action: str) -> None:
    assert judge(action, ON_CATEGORIES[action], lambda n: access.can(place.people[n], action, place.category)) == []


@pytest.mark.parametrize("action", sorted(ON_THE_SITE))
def test_everybody_may_do_on_the_site_what_the_table_says(place: Place, action: str) -> None:
    assert judge(action, ON_THE_SITE[action], lambda n: access.can(place.people[n], action)) == []


def test_nobody_signed_in_may_do_nothing(place: Place) -> None:
    nobody = AnonymousUser()
    assert [a for a in ON_ARTICLES if access.can(nobody, a, place.published)] == []
    assert [a for a in ON_CATEGORIES if access.can(nobody, a, place.category)] == []
    assert [a for a in ON_THE_SITE if access.can(nobody, a)] == []
    assert not access.visible_to(nobody).exists()
    assert not access.categories_for(nobody).exists()


def test_a_misspelt_action_is_an_error_and_not_an_answer(place: Place) -> None:
    with pytest.raises(KeyError):
        access.can(place.people["admin"], "publsh", place.published)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_three_questions_give_one_answer(place: Place, name: str) -> None:
    """May this person see it, is it among what they see, are they among those who see it: never two truths."""
    user = place.people[name]
    for article in (place.published, place.draft, place.archived):
        may = access.can(user, "view", article)
        assert access.visible_to(user).filter(pk=article.pk).exists() == may
        assert access.who_can("view", article).filter(pk=user.pk).exists() == may
        assert access.can(user, "edit", article) == access.articles_for(user, "edit").filter(pk=article.pk).exists()
        assert access.can(user, "edit", article) == access.who_can("edit", article).filter(pk=user.pk).exists()


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - SEE))
def test_absent_and_hidden_raise_the_same(place: Place, name: str) -> None:
    for article_id in (place.published.pk, 987_654):
        with pytest.raises(access.NotFound) as hidden:
            access.fetch_article(place.people[name], "edit", article_id)
        assert str(hidden.value) == ""


def test_seeing_without_being_allowed_is_forbidden_and_not_absent(place: Place) -> None:
    with pytest.raises(access.Forbidden):
        access.fetch_article(place.people["bob"], "edit", place.published.pk)


def test_rights_are_remembered_until_they_change(place: Place, django_assert_num_queries: object) -> None:
    bob = place.people["bob"]
    assert access.can(bob, "view", place.published)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert access.can(bob, "view", place.published)
    from articles.actions.people import set_user_roles

    set_user_roles(None, bob.pk, [])
    assert not access.can(bob, "view", place.published)


def test_asking_which_articles_is_one_join_however_many_there_are(
    place: Place, django_assert_num_queries: object
) -> None:
    bob = place.people["bob"]
    access.view_of(bob)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert list(access.visible_to(bob).values_list("pk", flat=True))
    sql = str(access.visible_to(bob).query)
    assert "articles_rootgrant" in sql
    assert Article.objects.count() == 3
