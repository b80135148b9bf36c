"""Importing a folder: once, again, changed there, changed here, and with broken files among good ones."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import documents
from articles.actions.article import archive_article, move_article, update_article
from articles.actions.category import create_category
from articles.actions.draft import replace_draft
from articles.drafts import store
from articles.models import Article, Category, Draft, Event, Image, ImportSource, Status, User, Version

from .conftest import Folder, Import, article_of, html_of, png, row

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Article, Version, Image, Category, ImportSource, Event))


def test_files_become_articles_and_folders_categories(import_files: Import, category: Category) -> None:
    report = import_files({
        "about.md": "# About\n\nText",
        "waste/index.md": "---\ntitle: Waste and recycling\n---\nText",
        "waste/big_items/sofa.html": "<h1>Sofa</h1><p>Text</p>",
        "waste/notes.txt": "x",
        "_img/a.png": png(),
    })  # fmt: skip
    assert report.counts == {"imported": 3, "skipped": 1}
    assert row(report, "waste/notes.txt").error == "Files of this kind are not imported: .txt."
    assert article_of("about.md").category == category
    waste = article_of("waste/index.md").category
    assert (waste.name, waste.slug, waste.parent) == ("Waste and recycling", "waste", category)
    assert article_of("waste/big_items/sofa.html").category.name == "Big items"
    assert article_of("waste/big_items/sofa.html").category.parent == waste
    assert set(Article.objects.values_list("status", flat=True)) == {Status.DRAFT}


def test_folders_that_only_say_that_pages_are_in_them_are_no_categories(import_files: Import) -> None:
    import_files({"pages/a.md": "A", "pages/b/c.md": "C", "content/d.md": "D"})
    assert sorted(Category.objects.values_list("slug", flat=True)) == ["b", "permits"]


def test_two_folders_with_one_title_stay_two(import_files: Import) -> None:
    files = {"a/index.md": "# Overview\n\nA", "b/index.md": "# Overview\n\nB", "b/c.md": "C"}
    import_files(files)
    assert article_of("a/index.md").category != article_of("b/index.md").category
    import_files({"a/new.md": "N", "b/new.md": "N"})
    for folder in "ab":
        assert article_of(f"{folder}/new.md").category == article_of(f"{folder}/index.md").category


def test_facts_of_the_front_matter_are_those_of_the_article(import_files: Import, category: Category) -> None:
    head = "title: Avgifter\ntags: [avgift, bygglov]\nowner: writers\nreview_date: 2027-03-01\nroles: [readers]"
    import_files({"a.md": f"---\n{head}\n---\nDet här är en text om avgifter."})
    article = article_of("a.md")
    assert (article.title, article.language, str(article.review_date)) == ("Avgifter", "sv", "2027-03-01")
    assert sorted(tag.name for tag in article.tags.all()) == ["avgift", "bygglov"]
    assert article.owner_role is not None
    assert article.owner_role.name == "writers"
    assert article.own_root is not None


def test_an_owner_who_is_not_here_is_told(import_files: Import) -> None:
    report = import_files({"a.md": "---\nowner: nobody-here\n---\nText"})
    assert report.counts == {"imported": 1}
    assert "nobody-here" in row(report, "a.md").losses[0]


def test_a_role_that_does_not_exist_fails_the_file_and_does_not_open_it_to_all(import_files: Import) -> None:
    report = import_files({"a.md": "---\nroles: [no-such-role]\n---\nSecret"})
    assert report.counts == {"failed": 1}
    assert "no-such-role" in row(report, "a.md").error
    assert not Article.objects.exists()


def test_published_at_once_readers_see_it_in_one_version(import_files: Import) -> None:
    import_files(
        {"a.md": "See [b](b.md)", "b.md": "See [a](a.md)", "c.md": "---\ndraft: true\n---\nNot yet"}, publish=True
    )
    assert Version.objects.count() == 2
    assert article_of("c.md").status == Status.DRAFT
    assert not Draft.objects.get(pk=article_of("a.md").pk).has_unpublished_changes


# --- Links and images -------------------------------------------------------------------------------


def test_links_between_pages_become_links_between_articles(import_files: Import) -> None:
    import_files({
        "pages/a.md": (
            '# A\n\n[one](b.md), [two](/deep/c/#the-fees "T"), [three]({% page "old/b" %}), [here](#top-it)\n\n'
            "## Top it"
        ),
        "pages/b.md": "---\nredirect_from: /old/b/\n---\n[back](/a) and [out](https://example.org/a)",
        "pages/deep/c.md": "# C\n\n## Other\n\n## The fees!\n\n[up](../a.md#top-it)",
    }, publish=True)  # fmt: skip
    a, b, c = (article_of(f"pages/{name}.md").pk for name in ("a", "b", "deep/c"))
    html = html_of("pages/a.md")
    assert f'<a href="/articles/{b}/">one</a>' in html
    assert f'<a href="/articles/{c}/#the-fees" title="T">two</a>' in html
    assert f'<a href="/articles/{b}/">three</a>' in html
    assert '<a href="#top-it">here</a>' in html
    assert f'<a href="/articles/{a}/#top-it">up</a>' in html_of("pages/deep/c.md")
    assert f'<a href="/articles/{a}/">back</a>' in html_of("pages/b.md")
    assert "https://example.org/a" in html_of("pages/b.md")


def test_ids_that_the_source_gave_its_headings_are_found(import_files: Import) -> None:
    import_files({
        "a.md": "[x](b.md#setup) [y](b.md#same-1) [z](b.md#same) [w](b.md#rules-and-fees)",
        "b.md": "# B\n\n## Set up the thing {#setup}\n\n## Same\n\n## Same\n\n## Rules & fees",
    }, publish=True)  # fmt: skip
    html = html_of("a.md")
    for fragment in ("#set-up-the-thing", "#same-2", "#same", "#rules-fees"):
        assert f'{fragment}"' in html


def test_a_link_to_the_heading_that_became_the_title_leads_to_the_top_and_nothing_is_lost(import_files: Import) -> None:
    report = import_files({
        "a.md": "[x](b.md#fees-and-more) [y](b.md#own)",
        "b.md": "# Fees & more {#own}\n\n## Same\n\n[up](#fees-and-more)",
    }, publish=True)  # fmt: skip
    assert html_of("a.md").count(f'"/articles/{article_of("b.md").pk}/"') == 2
    assert [one.losses for one in report.rows] == [[], []]


def test_links_that_lead_nowhere_keep_their_text_and_are_told(import_files: Import) -> None:
    report = import_files({
        "a.md": "[one](/nowhere/), [two](b.md#no-heading), [three](form.pdf), [four](broken.md), [five](r.md)",
        "b.md": "# B\n\n[six](#nothing)",
        "broken.md": "---\na: [\n---\nx",
        "form.pdf": "x",
        "r.md": "---\nredirect_to: /s/\n---\n",
        "s.md": "---\nredirect_to: /r/\n---\n",
    }, publish=True)  # fmt: skip
    b = article_of("b.md").pk
    assert html_of("a.md") == f'<p>one, <a href="/articles/{b}/">two</a>, three, four, five</p>'
    told = " ".join(row(report, "a.md").losses)
    for said in ("lead nowhere", "“/nowhere/”", "headings", "“b.md#no-heading”", "“form.pdf”", "“broken.md”", "circle"):
        assert said in told
    assert html_of("b.md") == "<p>six</p>"
    assert "headings" in row(report, "b.md").losses[0]


def test_links_to_articles_that_are_here_already_are_kept(
    import_files: Import, make_article, charlie: User, admin: User, alice: User
) -> None:
    seen = make_article("Seen")
    hidden_place = create_category(admin, "Hidden")
    hidden = make_article("Hidden", by=admin, category=hidden_place)
    import_files({"a.md": f"[one](/articles/{seen.pk}/), [two](/articles/{hidden.pk}/)"}, publish=True)
    assert html_of("a.md") == f'<p><a href="/articles/{seen.pk}/">one</a>, two</p>'


def test_images_come_along_once_each(import_files: Import) -> None:
    files = {
        "_img/a b.png": png("red"),
        "_img/copy.png": png("red"),
        "pages/x/big.png": png("blue"),
        "pages/x/a.md": '![A](../../_img/a%20b.png) {% image "_img/a b.png" "B" %} ![C](big.png) ![D](/_img/copy.png)',
    }
    report = import_files(files, publish=True)
    assert row(report, "pages/x/a.md").losses == []
    article = article_of("pages/x/a.md")
    images = {image.sha256: image for image in article.images.all()}
    assert len(images) == 2
    html = html_of("pages/x/a.md")
    for image in images.values():
        assert f'src="{image.get_absolute_url()}"' in html
        assert image.uses.count() == 1
    assert html.count("<img") == 4


@pytest.mark.parametrize("dry_run", [True, False])
def test_pictures_that_no_page_shows_are_told_once(import_files: Import, dry_run: bool) -> None:
    files = {"a.md": "![A](a.png) and [B](img/b.png)", "a.png": png(), "img/b.png": png("blue")}
    assert import_files(files, dry_run=dry_run).notes == []
    report = import_files({**files, "img/c.png": png("green"), "d.gif": b"x"}, dry_run=dry_run)
    assert report.notes == ["Pictures that no page shows were not imported: “d.gif”, “img/c.png”."]
    assert [one.path for one in report.rows] == ["a.md"]


def test_a_link_to_an_image_leads_to_the_image(import_files: Import) -> None:
    import_files(
        {"a.md": "[![small](s.png)](b.png) and [big](b.png)", "s.png": png("red"), "b.png": png("blue")}, publish=True
    )
    article = article_of("a.md")
    big = article.images.get(name="b.png")
    assert html_of("a.md").count(f'href="{big.get_absolute_url()}"') == 2
    assert big.uses.exists()


def test_images_that_cannot_be_taken_are_told_and_leave_no_hole(import_files: Import) -> None:
    report = import_files({
        "a.md": (
            "Text\n\n![a](a.svg)\n\n![b](gone.png)\n\n![c](fake.png)\n\n![d](https://x.se/d.png)\n\n"
            "- ![e](gone.png)"
        ),
        "a.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "fake.png": "no picture",
    }, publish=True)  # fmt: skip
    told = " ".join(row(report, "a.md").losses)
    for said in ("SVG", "“a.svg”", "“gone.png”", "“fake.png”", "“https://x.se/d.png”"):
        assert said in told
    html = html_of("a.md")
    assert "<img" not in html
    assert '<a href="https://x.se/d.png" rel="noopener noreferrer">d</a>' in html
    assert html.startswith("<p>Text</p>\n<p><a")


# --- Again ------------------------------------------------------------------------------------------

SOURCE = {
    "a.md": "# A\n\nSee [b](b.md) and ![p](p.png)",
    "b.md": "# B\n\nSee [a](a.md#x)",
    "sub/c.md": "---\ntitle: C\ntags: [t]\n---\nText",
    "p.png": png(),
}


@pytest.mark.parametrize("publish", [True, False])
def test_the_same_again_changes_nothing(import_files: Import, publish: bool) -> None:
    import_files(SOURCE, publish=publish)
    before = counts()
    report = import_files(SOURCE, publish=publish)
    assert report.counts == {"unchanged": 3}
    assert counts() == before


def test_drafts_are_published_when_the_same_is_imported_to_be_published(import_files: Import) -> None:
    import_files(SOURCE)
    assert import_files(SOURCE, publish=True).counts == {"updated": 3}
    assert import_files(SOURCE, publish=True).counts == {"unchanged": 3}
    assert Version.objects.count() == 3


def test_a_changed_file_changes_its_article_by_the_smallest_edit(import_files: Import) -> None:
    import_files(SOURCE, publish=True)
    pk = article_of("sub/c.md").pk
    size = len(store.updates_since(pk)[1][0])
    report = import_files({"sub/c.md": "---\ntitle: C2\ntags: [t, u]\n---\nText and more"}, publish=True)
    assert report.counts == {"updated": 1, "unchanged": 2}
    article = article_of("sub/c.md")
    assert article.pk == pk
    assert (article.title, article.tags.count(), article.versions.count()) == ("C2", 2, 2)
    assert html_of("sub/c.md") == "<p>Text and more</p>"
    assert len(store.updates_since(pk)[1][-1]) < size


def test_only_facts_changed_makes_no_new_version(import_files: Import) -> None:
    import_files(SOURCE)
    report = import_files({"sub/c.md": "---\ntitle: C\ntags: [other]\n---\nText"})
    assert report.counts == {"updated": 1, "unchanged": 2}
    assert [tag.name for tag in article_of("sub/c.md").tags.all()] == ["other"]


def test_a_changed_image_changes_the_article_that_shows_it(import_files: Import) -> None:
    import_files(SOURCE, publish=True)
    assert import_files({"p.png": png("green")}, publish=True).counts == {"updated": 1, "unchanged": 2}
    assert article_of("a.md").versions.count() == 2


def test_a_link_that_led_nowhere_is_made_when_its_page_comes(import_files: Import) -> None:
    import_files({"a.md": "See [b](b.md)"}, publish=True)
    assert html_of("a.md") == "<p>See b</p>"
    assert import_files({"b.md": "# B\n\nText"}, publish=True).counts == {"imported": 1, "updated": 1}
    assert f"/articles/{article_of('b.md').pk}/" in html_of("a.md")


def test_what_was_changed_here_is_left_alone_and_told(import_files: Import, alice: User) -> None:
    import_files(SOURCE, publish=True)
    pk = article_of("sub/c.md").pk
    replace_draft(alice, pk, documents.from_markdown("Our own words").document)
    report = import_files({"sub/c.md": "---\ntitle: C\ntags: [t]\n---\nNew words"}, publish=True)
    assert report.counts == {"unchanged": 2, "conflict": 1}
    assert "changed here" in row(report, "sub/c.md").error
    assert documents.to_text(documents.read_draft(store.load(pk)[0])).strip() == "Our own words"
    assert article_of("sub/c.md").versions.count() == 1


def test_a_draft_of_ours_is_not_published_by_importing_the_same_again(import_files: Import, alice: User) -> None:
    import_files(SOURCE, publish=True)
    replace_draft(alice, article_of("sub/c.md").pk, documents.from_markdown("Half a thought").document)
    assert import_files(SOURCE, publish=True).counts == {"unchanged": 3}
    assert html_of("sub/c.md") == "<p>Text</p>"


def test_the_same_change_here_and_there_is_no_conflict(import_files: Import, alice: User) -> None:
    import_files({"c.md": "Text"})
    replace_draft(alice, article_of("c.md").pk, documents.from_markdown("New text").document)
    assert import_files({"c.md": "New text"}).counts == {"unchanged": 1}
    assert import_files({"c.md": "Newer text"}).counts == {"updated": 1}


def test_tags_changed_here_stay_while_a_new_text_comes(import_files: Import, alice: User) -> None:
    import_files(SOURCE, publish=True)
    update_article(alice, article_of("sub/c.md").pk, tags=["ours"])
    report = import_files({"sub/c.md": "---\ntitle: C\ntags: [t, theirs]\n---\nNew words"}, publish=True)
    assert report.counts == {"updated": 1, "unchanged": 2}
    assert [tag.name for tag in article_of("sub/c.md").tags.all()] == ["ours"]
    assert html_of("sub/c.md") == "<p>New words</p>"
    assert "changed here" in row(report, "sub/c.md").losses[-1]


def test_an_article_that_was_moved_or_archived_here_stays_so(
    import_files: Import, alice: User, admin: User, category: Category
) -> None:
    import_files(SOURCE, publish=True)
    other = create_category(alice, "Other", category)
    move_article(alice, article_of("a.md").pk, other)
    archive_article(alice, article_of("b.md").pk)
    report = import_files({"a.md": "# A\n\nNew", "b.md": "# B\n\nNew"}, publish=True)
    assert row(report, "a.md").outcome == "updated"
    assert article_of("a.md").category == other
    assert row(report, "b.md").outcome == "conflict"
    assert article_of("b.md").status == Status.ARCHIVED


def test_a_dry_run_tells_the_same_and_writes_nothing(import_files: Import) -> None:
    before = counts()
    tried = import_files({**SOURCE, "bad.md": png()}, dry_run=True)
    assert counts() == before
    done = import_files({})
    assert [(line.path, line.outcome, line.losses) for line in tried.rows] == [
        (line.path, line.outcome, line.losses) for line in done.rows
    ]
    assert import_files({}, dry_run=True).counts == {"unchanged": 3, "failed": 1}
    assert import_files({"sub/c.md": "Other"}, dry_run=True).counts == {"updated": 1, "unchanged": 2, "failed": 1}


# --- Broken files -----------------------------------------------------------------------------------


def test_broken_files_stop_nothing(import_files: Import) -> None:
    report = import_files({
        "good.md": "# Good\n\nText",
        "yaml.md": "---\ntitle: [\n---\nText",
        "binary.md": png(),
        "empty.md": "",
        "office.docx": b"PK not a document",
        "huge.md": "word " * 500_000,
        "deep.html": "<div>" * 5_000 + "x",
        "title.md": "---\ntitle: A\ntags: [" + "x" * 100 + "]\n---\nText",
        "latin.md": "# Räksmörgås\n\nText på svenska och så".encode("cp1252"),
        "z.md": "# Last\n\nText",
    }, publish=True)  # fmt: skip
    outcomes = {line.path: line.outcome for line in report.rows}
    assert outcomes == {
        "good.md": "imported", "yaml.md": "failed", "binary.md": "failed", "empty.md": "skipped",
        "office.docx": "failed", "huge.md": "failed", "deep.html": "failed", "title.md": "imported",
        "latin.md": "imported", "z.md": "imported",
    }  # fmt: skip
    assert all(line.error for line in report.rows if line.outcome in ("failed", "skipped"))
    assert article_of("latin.md").title == "Räksmörgås"
    assert Article.objects.count() == 4


def test_a_failure_while_writing_leaves_nothing_half_done(
    import_files: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articles.transfer import writing

    def fail(*args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing, "note_import_source", fail)
    report = import_files({"a.md": "# A\n\nText"}, publish=True)
    assert report.counts == {"failed": 1}
    assert "disk" not in row(report, "a.md").error
    assert counts()[:2] == (0, 0)


def test_pages_of_one_title_are_two_articles(import_files: Import) -> None:
    import_files({"a.md": "# Same\n\nOne", "b.md": "# Same\n\nTwo"})
    assert Article.objects.filter(title="Same").count() == 2


def test_files_of_an_archive_that_must_not_be_read_are_told(import_files: Import, folder: Folder) -> None:
    (folder({"a.md": "A"}) / "b.md").symlink_to("/etc/passwd")
    report = import_files({})
    assert report.counts == {"imported": 1, "skipped": 1}
    assert "link" in row(report, "b.md").error


def test_the_queries_of_a_file_do_not_grow_with_the_number_of_files(import_files: Import) -> None:
    def queries(number: int, name: str) -> float:
        files = {f"{name}/{n}.md": f"# {name} {n}\n\nSee [next]({(n + 1) % number}.md)" for n in range(number)}
        with CaptureQueriesContext(
            connection,
        ) as captured:
            import_files(files, publish=True)
        return len(captured) / number

    import_files({"warm.md": "Text"})
    few, many = queries(4, "few"), queries(16, "many")
    assert many <= few
    assert many < 90
