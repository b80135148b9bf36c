"""A change that is rolled back leaves nothing behind in what processes remember, though its number is given again."""

from __future__ import annotations

from django.db import transaction

from articles import access, epoch
from articles.actions.audience import set_category_grants
from articles.kept import Kept
from articles.models import Category, User


def test_rights_that_were_rolled_back_are_not_remembered(
    admin: User, bob: User, charlie: User, category: Category
) -> None:
    before = epoch.current()
    with epoch.remembered():
        with transaction.atomic():
            set_category_grants(admin, category.pk, {"csr": ["edit"]})
            tried = epoch.current()
            assert access.can(charlie, "edit", Category.objects.get(pk=category.pk))
            transaction.set_rollback(True)
        assert epoch.current() == before, "nor is the number, in the same request"
    now = set_category_grants(admin, category.pk, {"readers": ["view"]})
    assert epoch.current() == tried != before, "the test shows nothing unless the number comes again"
    assert access.can(bob, "view", now)
    assert not access.can(charlie, "view", now)


def test_what_is_drawn_of_a_change_that_is_rolled_back_is_not_kept(admin: User, category: Category) -> None:
    kept: Kept[str] = Kept(9)
    with transaction.atomic():
        set_category_grants(admin, category.pk, None)
        mark = epoch.current()
        assert kept.get("page", mark, lambda: "one that never was") == "one that never was"
        kept.get_many(["row"], mark, lambda keys: dict.fromkeys(keys, "one that never was"))
        transaction.set_rollback(True)
    assert kept.get("page", mark, lambda: "as it is") == "as it is"
    assert kept.get_many(["row"], mark, lambda keys: dict.fromkeys(keys, "as it is")) == {"row": "as it is"}
