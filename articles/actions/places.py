"""Categories as they are at this moment, and stay until the transaction ends.

Whoever puts something into a category, or changes who reads it, comes with a Category that was read a while ago: before
a form was filled in, or minutes ago, when an import began. Meanwhile its access root or its place may be others. So the
actions lock it and read it again, and ask for rights and copy roots only then.

Everybody locks categories before articles, those further up in the tree first where ids allow, so that nobody waits
in a circle.
"""

from __future__ import annotations

from .. import access, epoch
from ..models import Category


def lock_category(category: Category) -> Category:
    """The category as it is now; its grants and place do not change until the end. Raises access.NotFound."""
    found = Category.objects.select_for_update(no_key=True).filter(pk=category.pk).first()
    if found is None:
        raise access.NotFound
    if found.access_root_id != category.access_root_id:
        epoch.forget()  # the rights that this request remembers are of before that change
    return found


def lock_category_of(article_id: int) -> None:
    """Lock the category of an article, before the article itself is locked. What is not there is not locked."""
    rows = Category.objects.select_for_update(of=("self",), no_key=True).filter(articles=article_id)
    list(rows.values_list("pk"))


def lock_branches(*category_ids: int | None) -> None:
    """Lock some categories and all above them, as who changes the tree must.

    So the tree above stays as it is, and of two changes in one branch the second sees what the first did. None is no
    category; what is not there is not locked.
    """
    named = [pk for pk in category_ids if pk is not None]
    locked: set[int] = set()
    while True:
        rows = Category.objects.filter(pk__in=named)
        branches = {pk for category in rows for pk in category.ancestor_ids}
        if branches <= locked:
            return
        above = Category.objects.select_for_update(no_key=True).filter(pk__in=branches - locked).order_by("pk")
        list(above.values_list("pk"))
        locked |= branches  # and once more: one of them may have been moved while this waited
