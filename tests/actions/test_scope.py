"""What a person sees first: their choice, or what their teams give; never a right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client

from articles import access, epoch
from articles import scope as scopes
from articles.actions.article import update_article
from articles.actions.audience import set_article_roles, set_category_grants
from articles.actions.category import create_category, update_category
from articles.actions.people import create_role, create_user, set_user_roles
from articles.actions.problems import Invalid
from articles.actions.scoping import choose_scope
from articles.models import Category, User
from tests.conftest import MakeArticle
from tests.pages.conftest import counted

SignIn = Callable[[User], Client]


@pytest.fixture
def waste(admin: User, roles: tuple[str, str]) -> Category:
    """A second topic that Bob reads."""
    return create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})


@pytest.fixture
def secret(admin: User) -> Category:
    """A topic that neither Alice nor Bob reads."""
    return create_category(admin, "Secret", grants={"manager": ["publish"]})


def inside(user: User) -> set[str]:
    rows = access.visible_to(user).filter(scopes.of(user).condition, status="published")
    return set(rows.values_list("title", flat=True))


def test_who_has_chosen_nothing_and_is_in_no_team_sees_everything(make_article: MakeArticle, bob: User) -> None:
    make_article("One")
    found = scopes.of(bob)
    assert (found.is_everything, found.narrows, found.inside, found.outside) == (True, False, 1, 0)


def test_topics_bring_what_is_below_them_and_tags_what_stands_elsewhere(
    make_article: MakeArticle, admin: User, bob: User, category: Category, waste: Category
) -> None:
    below = create_category(admin, "Fences", category)
    make_article("In the topic")
    make_article("Below it", category=below, by=admin)
    make_article("Tagged elsewhere", category=waste, tags=["Fees"])
    make_article("Elsewhere", category=waste)
    found = choose_scope(bob, categories=["permits"], tags=["fees"], language=[], show="mine")
    assert inside(bob) == {"In the topic", "Below it", "Tagged elsewhere"}
    assert (found.inside, found.outside, found.narrows) == (3, 1, True)
    choose_scope(bob, categories=["fences"], tags=[])
    assert inside(bob) == {"Below it"}


def test_languages_narrow_what_topics_gave(make_article: MakeArticle, bob: User, waste: Category) -> None:
    make_article("English")
    make_article("Svenska", language="sv")
    make_article("Svenska sopor", language="sv", category=waste)
    choose_scope(bob, categories=["permits"], language=["sv"])
    assert inside(bob) == {"Svenska"}
    choose_scope(bob, categories=[])
    assert inside(bob) == {"Svenska", "Svenska sopor"}


def test_teams_give_a_start_that_holds_until_one_chooses(
    make_article: MakeArticle, admin: User, category: Category, waste: Category
) -> None:
    create_role(None, "waste-team")
    dora = create_user(None, "dora", password="x", roles=["csr", "readers", "waste-team"])
    make_article("Permit")
    make_article("Bin", category=waste)
    assert scopes.of(dora).is_everything
    update_category(admin, waste.pk, owner_role=_group("waste-team"))
    assert inside(dora) == {"Bin"}
    assert not scopes.of(dora).chosen
    choose_scope(dora, show="all")
    assert not scopes.of(dora).narrows
    assert not scopes.of(dora).chosen, "to look at everything is not to choose other topics"
    choose_scope(dora, categories=["permits"], show="mine")
    assert inside(dora) == {"Permit"}
    choose_scope(dora, categories=None)
    assert inside(dora) == {"Bin"}


def test_roles_that_everybody_of_a_trade_holds_are_no_team(
    make_article: MakeArticle, admin: User, bob: User, category: Category
) -> None:
    update_category(admin, category.pk, owner_role=_group("csr"))
    assert scopes.of(bob).is_everything


def test_a_scope_opens_nothing_and_counts_nothing_that_roles_forbid(
    make_article: MakeArticle, admin: User, alice: User, bob: User, category: Category, secret: Category
) -> None:
    make_article("Open")
    hidden = make_article("Hidden")
    make_article("Top secret", category=secret, by=admin)
    set_article_roles(alice, hidden.pk, ["writers"])
    found = choose_scope(bob, categories=["permits"])
    assert (found.inside, found.outside) == (1, 0)
    assert inside(bob) == {"Open"}
    bob.scope = {**(bob.scope or {}), "categories": [category.pk, secret.pk]}  # however it got there
    bob.save()
    found = scopes.of(bob)
    assert secret.pk not in found.below
    assert (found.inside, found.outside) == (1, 0)


def test_what_is_hidden_is_refused_like_what_does_not_exist(
    make_article: MakeArticle, admin: User, bob: User, category: Category, secret: Category
) -> None:
    make_article("Top secret", category=secret, by=admin, tags=["dossier"])
    said = []
    for values in (
        {"categories": ["secret"]},
        {"categories": ["nothing"]},
        {"tags": ["dossier"]},
        {"tags": ["nought"]},
    ):
        with pytest.raises(Invalid) as refused:
            choose_scope(bob, **values)  # type: ignore[arg-type]
        said.append(str(refused.value))
    assert said[0].replace("secret", "") == said[1].replace("nothing", "")
    assert said[2].replace("dossier", "") == said[3].replace("nought", "")
    bob.refresh_from_db()
    assert bob.scope is None, "nothing was written"


def test_a_scope_follows_rights_and_articles_at_once(
    make_article: MakeArticle, admin: User, alice: User, bob: User, waste: Category
) -> None:
    make_article("Permit")
    bin_ = make_article("Bin", category=waste)
    choose_scope(bob, categories=["waste"])
    assert (scopes.of(bob).inside, scopes.of(bob).outside) == (1, 1)
    make_article("Another bin", category=waste)
    assert (scopes.of(bob).inside, scopes.of(bob).outside) == (2, 1)
    update_article(alice, bin_.pk, language="sv")
    choose_scope(bob, language=["en"])
    assert (scopes.of(bob).inside, scopes.of(bob).outside) == (1, 2)
    set_category_grants(admin, waste.pk, {"writers": ["publish"]})
    assert inside(bob) == {"Permit"}, "of the topic that is gone nothing is left but the language"
    set_user_roles(None, bob.pk, [])
    assert (scopes.of(bob).inside, scopes.of(bob).outside) == (0, 0)


@pytest.mark.parametrize(
    "wrong", [{"show": "some"}, {"language": ["de"]}, {"categories": [f"c{n}" for n in range(201)]}, {"tags": [""]}]
)
def test_what_cannot_be_chosen_is_said(wrong: dict[str, Any], bob: User, category: Category) -> None:
    with pytest.raises(Invalid) as refused:
        choose_scope(bob, **wrong)
    assert list(refused.value.fields) == list(wrong)


def test_the_api_reads_and_writes_it(make_article: MakeArticle, bob: User, waste: Category, signed_in: SignIn) -> None:
    make_article("Permit", tags=["fees"])
    make_article("Bin", category=waste)
    client = signed_in(bob)
    assert client.get("/api/v1/scope").json() == {
        "categories": [], "tags": [], "language": [], "show": "mine", "chosen": False, "inside": 2, "outside": 0,
    }  # fmt: skip
    chosen = {"categories": ["waste"], "tags": [], "language": ["en"], "show": "mine"}
    answer = client.put("/api/v1/scope", chosen, content_type="application/json")
    assert answer.json() == {**chosen, "chosen": True, "inside": 1, "outside": 1}
    assert client.get("/api/v1/scope").json() == answer.json()
    wider = client.put("/api/v1/scope", {"show": "all"}, content_type="application/json").json()
    assert wider == {**answer.json(), "show": "all"}
    error = client.put("/api/v1/scope", {"tags": ["nought"]}, content_type="application/json")
    assert (error.status_code, list(error.json()["error"]["fields"])) == (422, ["tags"])


def test_the_page_keeps_branches_together_and_chosen_tags_first(
    make_article: MakeArticle, alice: User, bob: User, admin: User, waste: Category, signed_in: SignIn
) -> None:
    below = create_category(admin, "Bins", parent=waste, grants={"everyone": ["view"]})
    make_article("Bin", category=waste, tags=["apples", "zinc"])
    make_article("Permit", tags=["apples"])
    choose_scope(bob, categories=["waste"], tags=["zinc"])
    page = signed_in(bob).get("/scope/").content.decode()
    branch = page.partition('value="waste" checked')[2]
    assert branch.index(f'value="{below.slug}"') < branch.index("</ul></li>"), "inside the line of what is above it"
    assert branch.count("included") >= 1
    tags = page.partition('id="scope-tags"')[2]
    assert tags.index('value="zinc" checked') < tags.index('value="apples"')
    assert 'apples <small class="number">2</small>' in tags
    assert 'zinc <small class="number">1</small>' in tags


def test_lists_of_the_api_can_be_asked_for_ones_own(
    make_article: MakeArticle, bob: User, waste: Category, signed_in: SignIn
) -> None:
    make_article("Permit")
    make_article("Bin", category=waste)
    choose_scope(bob, categories=["waste"], show="all")

    def titles(query: str) -> set[str]:
        return {one["title"] for one in signed_in(bob).get(f"/api/v1/articles{query}").json()["items"]}

    assert titles("?scope=mine") == {"Bin"}
    assert titles("?scope=all") == titles("") == {"Permit", "Bin"}
    assert titles("?scope=mine&category=permits") == set()


def test_a_scope_costs_no_query_while_nothing_changes(
    make_article: MakeArticle, admin: User, bob: User, waste: Category
) -> None:
    def cost() -> int:
        with epoch.remembered(), counted() as queries:
            scopes.of(bob)
        return len(queries)

    for number in range(3):
        make_article(f"Bin {number}", category=waste, tags=["one", "two"])
    choose_scope(bob, categories=["waste"], tags=["one"], language=["en"])
    make_article("Another", category=create_category(admin, "Below", waste), by=admin)
    few = cost()
    assert cost() == 1, "the epoch"
    for number in range(12):
        make_article(f"Bin again {number}", category=create_category(admin, f"Below {number}", waste), by=admin)
    assert cost() == few
    assert few <= 10


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_change_different_parts_both_have_their_way(bob: User, category: Category) -> None:
    together = threading.Barrier(2)
    problems: list[BaseException] = []

    def do(**named: Any) -> None:
        try:
            mine = User.objects.get(pk=bob.pk)
            together.wait(10)
            choose_scope(mine, **named)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, kwargs=named) for named in ({"show": "all"}, {"categories": ["permits"]})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []
    bob.refresh_from_db()
    assert bob.scope == {"show": "all", "categories": [category.pk]}


def _group(name: str) -> Group:
    return Group.objects.get(name=name)
