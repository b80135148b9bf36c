"""What is exported imports into an empty centre with nothing lost: exported again, it is the same byte for byte."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from articles import access, documents, epoch
from articles.actions.article import archive_article, update_article
from articles.actions.audience import set_article_grants
from articles.actions.category import create_category, update_category
from articles.actions.draft import replace_draft
from articles.actions.image import add_image
from articles.actions.people import create_user
from articles.actions.proposing import approve_proposal, propose_article
from articles.actions.publishing import publish_article, restore_version
from articles.models import Article, Category, User, Version
from articles.transfer.export_plan import EXTENSIONS
from articles.transfer.exporter import Exporter
from articles.transfer.importer import Importer
from articles.transfer.pages import is_article, read_page
from articles.transfer.sources import open_source

from .conftest import Import, handbook, png

FORMATS = ("markdown", "html", "json")

EVERY_SHAPE = """
# A first-level heading

Text with **bold**, *italic*, ~~strike~~, `code`, <u>underline</u>, H<sub>2</sub>O, m<sup>2</sup>,
a<br>break, {{ braces }}, {% tags %}, [^1] and `{% raw %}`.

::: warning
Careful.
:::

::: steps
1. First
2. Second
:::

::: contact
phone: 019-21 10 00
email: a@b.se
:::

::: facts
Fee 2026: 745 kr
:::

::: details More
Hidden *text*
:::

<section data-roles="writers">

For writers

</section>

| A | B |
| :- | -: |
| 1 | 2 |

<table><tr><td colspan="2"><p>a</p><ul><li>b</li></ul></td></tr></table>

3. three
4. four

```python
x = {% if %} {{ y }}
```

---

> Quote

![far](https://example.org/far.png)
"""


def fill(alice: User, admin: User, category: Category, make_article) -> None:
    """A centre with everything that an export must carry."""
    live = create_category(admin, "Direkt", publishing="live", grants={"writers": ["edit"], "readers": ["view"]})
    create_category(admin, "Below", live)
    create_category(admin, "Content", grants={"readers": ["view"]})  # a folder of this name means something elsewhere
    shapes = make_article("Every shape: “quoted”", EVERY_SHAPE, tags=["a, b", "no"], language="sv")
    linked = make_article(
        "Links", f"## Here\n\n[a](/articles/{shapes.pk}/#a-first-level-heading) [b](#here) [c](#gone)", category=live,
        by=admin, owner_user=alice,
    )  # fmt: skip
    picture = add_image(alice, shapes.pk, "Plan över.png", png("blue"))
    update_article(alice, shapes.pk, review_date=datetime(2027, 3, 1, tzinfo=UTC).date(), review_months=18)
    update_article(alice, linked.pk, evergreen=True)
    update_category(admin, live.pk, review_months=6)
    at = picture.get_absolute_url()
    text = f"{EVERY_SHAPE}\n\n![plan]({at}) [big]({at})\n\n[l](/articles/{linked.pk}/)"
    replace_draft(alice, shapes.pk, documents.from_markdown(text).document)
    approve_proposal(admin, propose_article(alice, shapes.pk, note="With a plan", significance="must-read").pk)
    restore_version(alice, shapes.pk, 1)
    replace_draft(alice, shapes.pk, documents.from_markdown(text + "\n\nNot published").document)
    archive_article(alice, make_article("Archived").pk)
    make_article("Never published", publish=False)
    make_article("Restricted", roles=["writers"])
    own = make_article("Own grants", owner_role=None)
    set_article_grants(admin, own.pk, {"readers": ["edit"], "manager": ["manage"]})


def export(user: User, path: Path, form: str) -> dict[str, bytes]:
    Exporter(user, form).run(path)
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def empty_centre(*people: str) -> User:
    """Everything gone, as on the first day; gives a new administrator."""
    call_command("flush", interactive=False, verbosity=0)
    access.rights._views.clear()
    epoch.forget()
    admin = create_user(None, "admin", password="x", superuser=True)
    for name in people:
        create_user(None, name)
    return admin


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMATS)
def test_an_export_imported_into_an_empty_centre_exports_the_same(
    form: str, alice: User, bob: User, admin: User, category: Category, make_article, tmp_path: Path
) -> None:
    fill(alice, admin, category, make_article)
    first = export(admin, tmp_path / "one", form)
    assert len(first) > 6

    new_admin = empty_centre("alice", "bob")
    with open_source(tmp_path / "one") as source:
        report = Importer(new_admin, source, None, publish=True).run()
    assert set(report.counts) == {"imported"}, [line for line in report.rows if line.error]
    assert [line.losses for line in report.rows if line.losses] == []
    assert "writers" in report.notes[0]

    second = export(new_admin, tmp_path / "two", form)
    assert sorted(second) == sorted(first)
    for path, content in first.items():
        assert second[path].decode("latin-1") == content.decode("latin-1"), path

    with open_source(tmp_path / "one") as source:
        assert set(Importer(new_admin, source, None, publish=True).run().counts) == {"unchanged"}


@pytest.mark.django_db(transaction=True)
def test_history_keeps_its_dates_and_authors(
    alice: User, admin: User, category: Category, make_article, tmp_path: Path
) -> None:
    fill(alice, admin, category, make_article)
    fields = (
        "article__title", "number", "author__username", "approved_by__username", "published_at", "note",
        "significance", "restored_from__number",
    )  # fmt: skip
    said = list(Version.objects.order_by("article__title", "number").values_list(*fields))
    assert "admin" in {row[3] for row in said}
    export(admin, tmp_path / "one", "json")
    new_admin = empty_centre("alice")
    with open_source(tmp_path / "one") as source:
        Importer(new_admin, source, None, publish=True).run()
    assert list(Version.objects.order_by("article__title", "number").values_list(*fields)) == said
    assert Article.objects.get(title="Archived").status == "archived"
    assert Article.objects.get(title="Never published").version is None


@pytest.mark.django_db(transaction=True)
def test_rights_are_those_of_before(alice: User, admin: User, category: Category, make_article, tmp_path: Path) -> None:
    fill(alice, admin, category, make_article)
    export(admin, tmp_path / "one", "json")
    new_admin = empty_centre()
    with open_source(tmp_path / "one") as source:
        Importer(new_admin, source, None, publish=True).run()
    reader = create_user(None, "reader", roles=["readers"])
    seen = set(access.visible_to(reader).values_list("title", flat=True))
    assert "Own grants" in seen
    assert seen.isdisjoint({"Restricted", "Never published"})
    assert access.can(reader, "edit", Article.objects.get(title="Own grants"))
    assert Category.objects.get(slug="direkt").publishing == "live"
    page = access.fetch_article(reader, "view", Article.objects.get(title__startswith="Every").pk)
    from articles import rendering

    assert page.version is not None
    assert "For writers" not in rendering.rendered_for(access.view_of(reader), page, page.version).text


@pytest.mark.django_db
def test_an_export_imports_below_a_category_as_well(
    import_files: Import, make_article, alice: User, admin: User, category: Category, tmp_path: Path
) -> None:
    make_article("One", "[two](/articles/0/)")
    export(alice, tmp_path / "one", "markdown")
    place = create_category(admin, "Copies")
    with open_source(tmp_path / "one") as source:
        report = Importer(admin, source, place).run()
    assert report.counts == {"imported": 1}
    copy = Article.objects.exclude(category=category).get()
    assert copy.category.parent == place
    assert copy.category.slug == "copies-permits"


@pytest.mark.django_db
def test_an_editor_who_imports_an_export_writes_no_history_and_gives_no_rights(
    make_article, alice: User, admin: User, category: Category, tmp_path: Path
) -> None:
    article = make_article("One", "First")
    replace_draft(alice, article.pk, documents.from_markdown("Second").document)
    publish_article(alice, article.pk)
    replace_draft(alice, article.pk, documents.from_markdown("Third").document)
    export(admin, tmp_path / "one", "json")
    place = create_category(admin, "Copies", grants={"writers": ["publish"]})
    with open_source(tmp_path / "one") as source:
        report = Importer(alice, source, place, publish=True).run()
    copy = Article.objects.exclude(category=category).get()
    assert not hasattr(copy.category, "own_root")
    version = copy.versions.get()
    assert version.author == alice
    assert version.document == documents.from_markdown("Second").document
    assert "only administrators" in report.rows[0].losses[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMATS)
def test_the_demo_centre_comes_back_whole(form: str, tmp_path: Path) -> None:
    call_command("load_demo", stdout=io.StringIO())
    admin = User.objects.get(username="admin")
    first = export(admin, tmp_path / "one", form)
    people = [name for name in User.objects.values_list("username", flat=True) if name != "admin"]
    new_admin = empty_centre(*people)
    with open_source(tmp_path / "one") as source:
        report = Importer(new_admin, source, None, publish=True).run()
    assert set(report.counts) == {"imported"}, [line for line in report.rows if line.error]
    assert [line.losses for line in report.rows if line.losses] == []
    assert export(new_admin, tmp_path / "two", form) == first


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_handbook_comes_back_whole(tmp_path: Path) -> None:
    root = handbook()
    if root is None:
        pytest.skip("the handbook (shared/corpus/handbook) is not here")
    admin = create_user(None, "admin", password="x", superuser=True)
    with open_source(root) as source:
        Importer(admin, source, create_category(admin, "Handbook"), publish=True).run()
    first = export(admin, tmp_path / "one", "markdown")
    said = [texts(admin, tmp_path / form, form) for form in FORMATS]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) > 230
    new_admin = empty_centre()
    with open_source(tmp_path / "one") as source:
        report = Importer(new_admin, source, None, publish=True).run()
    assert set(report.counts) == {"imported"}
    assert export(new_admin, tmp_path / "two", "markdown") == first


def texts(user: User, path: Path, form: str) -> dict[str, Any]:
    """What an export says, read back file by file: the same in each format but for the endings of the names."""
    extension = EXTENSIONS[form]

    def without(href: str) -> str:
        return href if ":" in href else href.replace(extension, "")

    export(user, path, form)
    with open_source(path) as source:
        return {
            name.removesuffix(extension): documents.rewrite(read_page(source, name).document, without, str)
            for name in source.paths
            if is_article(name, form)
        }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMATS)
def test_how_often_it_is_reviewed_or_never_comes_back(
    form: str, alice: User, admin: User, category: Category, make_article, tmp_path: Path
) -> None:
    fill(alice, admin, category, make_article)
    fields = ("title", "review_date", "review_months", "evergreen")
    said = set(Article.objects.values_list(*fields))
    assert {(row[2], row[3]) for row in said} == {(18, False), (None, True), (None, False)}
    months = set(Category.objects.values_list("slug", "review_months"))
    export(admin, tmp_path / "one", form)
    new_admin = empty_centre("alice", "bob")
    with open_source(tmp_path / "one") as source:
        Importer(new_admin, source, None, publish=True).run()
    assert set(Article.objects.values_list(*fields)) == said
    assert set(Category.objects.values_list("slug", "review_months")) == months


@pytest.mark.django_db
def test_what_the_source_says_of_reviews_later_is_brought_over(
    import_files: Import, make_article, alice: User, admin: User, tmp_path: Path
) -> None:
    article = make_article("One")
    place = create_category(admin, "Copies")

    def over(name: str, **changes: Any) -> Article:
        update_article(alice, article.pk, **changes)
        export(alice, tmp_path / name, "markdown")
        with open_source(tmp_path / name) as source:
            Importer(admin, source, place).run()
        return Article.objects.exclude(pk=article.pk).get()

    assert over("one", evergreen=True).evergreen
    copy = over("two", review_date=datetime(2027, 3, 1, tzinfo=UTC).date(), review_months=6)
    assert (copy.evergreen, copy.review_months, str(copy.review_date)) == (False, 6, "2027-03-01")
