"""Articles out: what a person may see, in files that people and other programs can read."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from articles import documents
from articles.actions.article import archive_article, update_article
from articles.actions.category import create_category
from articles.actions.draft import replace_draft
from articles.actions.image import add_image
from articles.actions.publishing import publish_article
from articles.models import Article, Category, User
from articles.transfer.exporter import Exporter
from articles.transfer.problems import SourceError

from .conftest import png

pytestmark = pytest.mark.django_db


def export(user: User, path: Path, form: str = "markdown") -> Exporter:
    exporter = Exporter(user, form)
    exporter.run(path)
    return exporter


def files(path: Path) -> set[str]:
    return {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}


def everything(path: Path) -> str:
    return "".join(file.read_bytes().decode("latin-1") for file in path.rglob("*") if file.is_file())


def test_each_category_is_a_folder_and_each_article_a_file(
    make_article, alice: User, category: Category, tmp_path: Path
) -> None:
    below = create_category(alice, "Fees", category)
    make_article("Building permit")
    make_article("Building permit", category=below)
    twin = make_article("Building permit")
    index = make_article("Index")
    export(alice, tmp_path / "out")
    assert files(tmp_path / "out") == {
        "kbcentre.json", "permits/building-permit.md", f"permits/building-permit-{twin.pk}.md",
        f"permits/index-{index.pk}.md", "permits/fees/building-permit.md",
    }  # fmt: skip


def test_markdown_has_what_is_known_in_front_matter(make_article, alice: User, tmp_path: Path) -> None:
    make_article("Avgifter: nya", "Kostar **745 kr**.", tags=["avgift", "no"], language="sv", roles=["readers"])
    export(alice, tmp_path / "out")
    text = (tmp_path / "out/permits/avgifter-nya.md").read_text()
    _empty, head, body = text.split("---\n", 2)
    assert yaml.safe_load(head) == {
        "kbcentre": "1", "title": "Avgifter: nya", "language": "sv", "tags": ["avgift", "no"], "roles": ["readers"],
        "status": "published",
    }  # fmt: skip
    assert body == "\nKostar **745 kr**.\n"


def test_links_and_images_lead_to_the_files(make_article, alice: User, category: Category, tmp_path: Path) -> None:
    below = create_category(alice, "Fees", category)
    target = make_article("Target", "## Part\n\nText")
    source = make_article("Source", category=below, publish=False)
    image = add_image(alice, source.pk, "plan.png", png())
    there, at = f"/articles/{target.pk}", image.get_absolute_url()
    text = f"[a]({there}/#part) [b]({there}/old-slug/) ![c]({at}) [d](#x)"
    replace_draft(alice, source.pk, documents.from_markdown(text).document)
    publish_article(alice, source.pk)
    export(alice, tmp_path / "out")
    text = (tmp_path / "out/permits/fees/source.md").read_text()
    folder = f"images/{image.sha256[:16]}"
    assert f"[a](../target.md#part) [b](../target.md) ![c]({folder}/plan.png) [d](#x)" in text
    assert (tmp_path / f"out/permits/fees/{folder}/plan.png").read_bytes() == png()


def test_an_html_page_stands_for_itself(make_article, alice: User, tmp_path: Path) -> None:
    make_article('Fees & "more"', "Text", language="sv")
    export(alice, tmp_path / "out", "html")
    page = (tmp_path / "out/permits/fees-more.html").read_text()
    assert page.startswith('<!doctype html>\n<html lang="sv">')
    assert "<title>Fees &amp; &quot;more&quot;</title>" in page
    assert "<main>\n<h1>Fees &amp; &quot;more&quot;</h1>\n<p>Text</p>\n</main>" in page


def test_readers_get_what_they_may_read_and_nothing_else(
    make_article, alice: User, bob: User, charlie: User, admin: User, category: Category, tmp_path: Path
) -> None:
    hidden = create_category(admin, "Sekretess")
    secret = make_article("Hemligheten", by=admin, category=hidden)
    make_article("Only for writers", roles=["writers"])
    make_article("Draft words", publish=False)
    make_article(
        "Seen", f'A [link](/articles/{secret.pk}/)\n\n<section data-roles="writers">\n\nPassageword\n\n</section>\n'
    )
    ahead = make_article("Ahead")
    replace_draft(alice, ahead.pk, documents.from_markdown("Unpublishedword").document)
    for form in ("markdown", "html", "json"):
        exporter = export(bob, tmp_path / f"bob-{form}", form)
        content = everything(tmp_path / f"bob-{form}") + "".join(files(tmp_path / f"bob-{form}"))
        for word in (
            "Sekretess",
            "sekretess",
            "Hemligheten",
            "writers",
            "Draft words",
            "Passageword",
            "Unpublishedword",
        ):
            assert word not in content, (form, word)
        assert "left out" in exporter.notes[0]
        assert '"grants": null' in (tmp_path / f"bob-{form}/kbcentre.json").read_text()
    export(charlie, tmp_path / "charlie")
    assert files(tmp_path / "charlie") == {"kbcentre.json"}


def test_a_category_above_that_one_may_not_see_leaves_no_trace(
    admin: User, bob: User, make_article, roles: tuple[str, str], tmp_path: Path
) -> None:
    above = create_category(admin, "Secret above")
    below = create_category(admin, "Open below", above, grants={"readers": ["view"]})
    make_article("Seen", by=admin, category=below)
    export(bob, tmp_path / "out")
    assert files(tmp_path / "out") == {"kbcentre.json", "open-below/seen.md"}
    assert "ecret" not in everything(tmp_path / "out")


def test_json_holds_all_versions_and_the_draft_of_those_who_may_write_it(
    make_article, alice: User, tmp_path: Path
) -> None:
    article = make_article("One", "First")
    replace_draft(alice, article.pk, documents.from_markdown("Second").document)
    publish_article(alice, article.pk, note="Changed", significance="must-read")
    replace_draft(alice, article.pk, documents.from_markdown("Third").document)
    export(alice, tmp_path / "out", "json")
    data = json.loads((tmp_path / "out/permits/one.json").read_text())
    assert data["document"] == documents.from_markdown("Third").document
    assert [(v["number"], v["author"], v["note"], v["significance"]) for v in data["versions"]] == [
        (1, "alice", "", "normal"), (2, "alice", "Changed", "must-read"),
    ]  # fmt: skip


def test_archived_articles_and_own_drafts_come_along(make_article, alice: User, tmp_path: Path) -> None:
    archive_article(alice, make_article("Old").pk)
    make_article("New", publish=False)
    update_article(alice, Article.objects.get(title="New").pk, review_date=None)
    export(alice, tmp_path / "out")
    assert "status: archived" in (tmp_path / "out/permits/old.md").read_text()
    assert "status: draft" in (tmp_path / "out/permits/new.md").read_text()


def test_nothing_is_overwritten(article: Article, alice: User, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    (tmp_path / "mine.zip").write_text("mine")
    for name in ("mine", "mine.zip"):
        with pytest.raises(SourceError, match="exists"):
            export(alice, tmp_path / name)
    assert (tmp_path / "mine.zip").read_text() == "mine"


def test_a_missing_image_file_is_told_and_stops_nothing(make_article, alice: User, tmp_path: Path) -> None:
    article = make_article("A", publish=False)
    image = add_image(alice, article.pk, "p.png", png("pink"))
    replace_draft(alice, article.pk, documents.from_markdown(f"![p]({image.get_absolute_url()})").document)
    image.file.unlink()
    assert "p.png is missing" in export(alice, tmp_path / "out").notes[0]


def test_the_command_writes_a_folder_or_an_archive(article: Article, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("export_articles", str(tmp_path / "out.zip"), stdout=out, stderr=io.StringIO())
    assert "1 articles exported" in out.getvalue()
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "permits/building-permit.md" in archive.namelist()
    with pytest.raises(CommandError, match="exists"):
        call_command("export_articles", str(tmp_path / "out.zip"))


def test_the_queries_of_an_export_do_not_grow_with_the_articles_but_by_a_few_each(
    make_article, alice: User, tmp_path: Path, django_assert_max_num_queries
) -> None:
    for number in range(12):
        make_article(f"Article {number}")
    with django_assert_max_num_queries(30):
        export(alice, tmp_path / "out")
