"""What is put into a category, or below it, is governed as the category is now, not as it was when it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles import access, documents
from articles.actions.article import create_article, move_article
from articles.actions.audience import set_category_grants
from articles.actions.category import create_category, update_category
from articles.actions.people import create_user
from articles.actions.problems import Invalid
from articles.models import Article, Category, User
from articles.transfer.importer import Importer
from articles.transfer.sources import open_source
from tests.actions.test_publishing_races import at_once, kinds


def test_an_article_made_with_an_old_category_at_hand_has_the_readers_that_it_has_now(
    admin: User, category: Category
) -> None:
    old = Category.objects.get(pk=create_category(admin, "Fences", category).pk)
    now = set_category_grants(admin, old.pk, {"writers": ["publish"]}).access_root_id
    made = create_article(admin, old, "Plots", documents.from_markdown("One.").document)
    assert now is not None
    assert made.access_root_id == now != old.access_root_id


def test_whoever_has_no_right_there_any_more_makes_nothing_there(
    admin: User, alice: User, category: Category, article: Article
) -> None:
    old = create_category(admin, "Fences", category)
    set_category_grants(admin, old.pk, {"editor": ["view"]})
    with pytest.raises(access.Forbidden):
        create_article(alice, old, "Plots", documents.from_markdown("One.").document)
    with pytest.raises(access.Forbidden):
        create_category(alice, "Corner plots", old)
    with pytest.raises(access.Forbidden):
        move_article(alice, article.pk, old)
    assert not old.articles.exists()


def test_an_article_moved_with_an_old_category_at_hand_has_the_readers_that_it_has_now(
    admin: User, category: Category, article: Article
) -> None:
    old = create_category(admin, "Fences", category)
    now = set_category_grants(admin, old.pk, {"writers": ["publish"]}).access_root_id
    assert move_article(admin, article.pk, old).access_root_id == now


def test_a_category_that_is_restricted_during_an_import_is_so_for_the_files_that_follow(
    admin: User, bob: User, category: Category, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    for name in "abc":
        (tmp_path / "sub" / f"{name}.md").write_text(f"# {name}\n\nText")

    def restrict_after_the_first(done: int, total: int, rows: object) -> None:
        if Article.objects.count() == 1:
            sub = Category.objects.get(slug="sub")
            set_category_grants(admin, sub.pk, {"writers": ["publish"]})

    with open_source(tmp_path) as source:
        Importer(admin, source, category, publish=True, progress=restrict_after_the_first).run()
    assert Article.objects.exclude(version=None).count() == 3
    assert not access.visible_to(bob).exists()


def test_a_category_is_moved_to_where_its_new_parent_stands_now(admin: User, category: Category) -> None:
    inner, other, leaf = (create_category(admin, name) for name in ("Inner", "Other", "Leaf"))
    old = Category.objects.get(pk=inner.pk)
    update_category(admin, inner.pk, parent=other)
    leaf = update_category(admin, leaf.pk, parent=old)
    assert leaf.path == f"/{other.pk}/{inner.pk}/{leaf.pk}/"
    with pytest.raises(Invalid):
        update_category(admin, other.pk, parent=old)


def test_of_two_categories_that_are_moved_into_each_other_at_one_moment_one_is(transactional_db: None) -> None:
    admin = create_user(None, "admin", password=None, superuser=True)
    one, two = create_category(admin, "One"), create_category(admin, "Two")
    results = at_once(
        lambda: update_category(admin, one.pk, parent=two), lambda: update_category(admin, two.pk, parent=one)
    )  # fmt: skip
    assert kinds(results) == {"Category": 1, "Invalid": 1}
    assert Category.objects.filter(parent=None).count() == 1
