"""Who may import, and what a report tells to whom."""

from __future__ import annotations

import json

import pytest

from articles import access
from articles.actions.audience import set_category_grants
from articles.actions.category import create_category
from articles.actions.people import create_user
from articles.models import Article, Category, User

from .conftest import Import, article_of, row

pytestmark = pytest.mark.django_db
FILES = {"a.md": "# A\n\nText", "sub/b.md": "# B\n\nText"}


@pytest.fixture
def eve(roles: tuple[str, str], admin: User, category: Category) -> User:
    """May edit in the shared category, but not publish."""
    from articles.actions.people import create_role

    create_role(None, "drafters")
    set_category_grants(admin, category.pk, {"writers": ["publish"], "readers": ["view"], "drafters": ["edit"]})
    return create_user(None, "eve", roles=["drafters"])


def test_a_reader_may_not_import(import_files: Import, bob: User) -> None:
    with pytest.raises(access.Forbidden):
        import_files(FILES, by=bob)
    assert not Article.objects.exists()


def test_to_whom_a_category_does_not_exist_it_does_not(import_files: Import, charlie: User) -> None:
    with pytest.raises(access.NotFound):
        import_files(FILES, by=charlie)


def test_an_editor_imports_drafts_and_may_not_ask_to_publish(import_files: Import, eve: User) -> None:
    with pytest.raises(access.Forbidden):
        import_files(FILES, by=eve, publish=True)
    assert import_files(FILES, by=eve).counts == {"imported": 2}
    assert not Article.objects.exclude(version=None).exists()


def test_where_publishing_is_live_an_editor_publishes(import_files: Import, eve: User, admin: User) -> None:
    open_place = create_category(admin, "Open", grants={"drafters": ["edit"]}, publishing="live")
    import_files(FILES, by=eve, into=open_place, publish=True)
    assert Article.objects.exclude(version=None).count() == 2


def test_in_a_folder_of_others_files_fail_and_the_rest_is_imported(
    import_files: Import, eve: User, admin: User, category: Category
) -> None:
    create_category(admin, "Sub", category, slug="sub", grants={"readers": ["view"], "drafters": ["view"]})
    report = import_files(FILES, by=eve)
    assert report.counts == {"imported": 1, "failed": 1}
    assert row(report, "sub/b.md").error == "You may not import into the category that it belongs to."


def test_a_category_that_somebody_may_not_see_is_not_given_away(
    import_files: Import, eve: User, admin: User, category: Category
) -> None:
    create_category(admin, "Sub", category, slug="sub", grants={"readers": ["view"]})
    assert import_files(FILES, by=eve).counts == {"imported": 2}
    made = article_of("sub/b.md").category
    assert made.name == "Sub"
    assert access.can(eve, "edit", made)


@pytest.mark.parametrize("text", ["# A\n\nText", "# A\n\nNew text"])
def test_an_article_that_was_taken_out_of_sight_is_as_if_it_were_not_there(
    import_files: Import, eve: User, admin: User, text: str
) -> None:
    from articles.actions.article import move_article, update_article

    import_files(FILES, by=eve)
    hidden = article_of("a.md")
    update_article(admin, hidden.pk, title="The secret title")
    move_article(admin, hidden.pk, create_category(admin, "Secret"))
    for outcome in ("imported", "unchanged"):
        report = import_files({"a.md": text}, by=eve)
        line = row(report, "a.md")
        assert line.outcome == outcome
        assert line.article not in (None, hidden.pk)
        assert "secret" not in json.dumps(report.as_data()).lower()
    hidden.refresh_from_db()
    assert hidden.title == "The secret title"


def test_restricting_by_front_matter_restricts(import_files: Import, bob: User) -> None:
    import_files({"a.md": "---\nroles: [writers]\n---\nText", "b.md": "Text"}, publish=True)
    assert not access.sees(access.view_of(bob), article_of("a.md"))
    assert access.sees(access.view_of(bob), article_of("b.md"))


def test_a_closed_account_imports_nothing(import_files: Import, alice: User) -> None:
    from articles.actions.people import set_active

    set_active(None, alice.pk, False)
    with pytest.raises(access.NotFound):
        import_files(FILES)
