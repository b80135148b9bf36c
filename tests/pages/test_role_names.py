"""Roles in words, wherever people see them: the built-in ones translated, those of a centre as it called them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from articles import access
from articles.actions.audience import set_article_roles
from articles.documents import from_html, render
from articles.mentions import offered
from articles.models import User
from articles.role_names import role_name, role_names
from articles.templatetags.editor import article_words
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


def test_built_in_roles_have_words_in_both_languages_and_others_their_own_names() -> None:
    assert access.BUILT_IN_ROLES == ("everyone", "csr", "editor", "manager")
    assert role_names(["csr", "everyone", "social-care"]) == "customer service, everyone, social-care"
    with translation.override("sv"):
        assert [role_name(slug) for slug in access.BUILT_IN_ROLES] == ["alla", "kundtjänst", "redaktörer", "chefer"]


def test_who_may_read_an_article_is_said_in_words(make_article: MakeArticle, admin: User, signed_in: SignIn) -> None:
    article = make_article("Fees")
    set_article_roles(admin, article.pk, ["csr", "manager", "readers"])
    page = signed_in(admin).get(article.get_absolute_url()).content.decode()
    assert "customer service, managers, readers" in page
    form = signed_in(admin).get(f"/articles/{article.pk}/readers/").content.decode()
    assert 'value="csr" checked><span>customer service</span>' in form
    assert 'value="readers" checked><span>readers</span>' in form
    assert "<span>everyone</span>" in form


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only for managers, waste"), ("sv", "Endast för chefer, waste")]
)
def test_a_passage_says_in_the_language_of_the_article_for_whom_it_is(language: str, words: str) -> None:
    document = from_html('<section data-roles="manager waste"><p>x</p></section>').document
    made = render(document, language=language).html
    assert f'data-roles="manager waste" role="group" aria-label="{words} · ' in made
    named = article_words(language, ["manager"])
    assert named["article-role-manager"] in words, "the editor says the same"


def test_a_role_is_found_by_its_slug_and_by_its_words(make_article: MakeArticle, admin: User) -> None:
    article = make_article("Fees")
    set_article_roles(admin, article.pk, ["csr", "manager"])
    article.refresh_from_db()
    for typed, language in (("csr", "en"), ("cust", "en"), ("kund", "sv")):
        with translation.override(language):
            assert [role.name for role in offered(article, typed)[1]] == ["csr"], typed
