"""The real input: a handbook of 250 pages, as it lies beside the repository (KB_SHARED says where else)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from articles import documents
from articles.actions.category import create_category
from articles.actions.people import create_user
from articles.models import Article, Category, Image, ImportSource, User, Version
from articles.transfer.importer import Importer
from articles.transfer.report import Report, Row
from articles.transfer.sources import open_source

from .conftest import handbook

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(handbook() is None, reason="the handbook (shared/corpus/handbook) is not here"),
]


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Report]:
    """The handbook imported once for all tests here, and gone afterwards."""
    root = handbook()
    assert root is not None
    with django_db_blocker.unblock(), transaction.atomic():
        admin = create_user(None, "importer", superuser=True)
        base = create_category(admin, "Handbook")
        with open_source(root) as source:
            made = Importer(admin, source, base, publish=True).run()
        yield made
        transaction.set_rollback(True)


def html(path: str) -> str:
    article = ImportSource.objects.select_related("article__version__rendering").get(path=f"pages/{path}").article
    assert article.version is not None
    return article.version.rendering.html


def link_to(path: str) -> str:
    return f"/articles/{ImportSource.objects.get(path=f'pages/{path}').article_id}/"


def line(report: Report, path: str) -> Row:
    return next(row for row in report.rows if row.path == f"pages/{path}")


def files(pattern: str) -> set[str]:
    root = handbook()
    assert root is not None
    return {path.relative_to(root).as_posix() for path in root.rglob(pattern)}


def test_every_page_is_accounted_for(report: Report) -> None:
    pages = files("*.md") | files("*.html")
    assert len(pages) == 250
    assert {row.path for row in report.rows} == pages | {"pages/sitemap.xml.njk"}
    assert report.counts == {"imported": 239, "skipped": 12}
    skipped = {row.path.removeprefix("pages/") for row in report.rows if row.outcome == "skipped"}
    assert {"404.html", "redirect.html", "sitemap.xml.njk", "tools/vmware-horizon.md"} <= skipped
    assert Article.objects.count() == Version.objects.count() == 239


def test_nothing_of_the_old_site_is_left_in_the_text(report: Report) -> None:
    for source in ImportSource.objects.select_related("article__version__rendering"):
        assert source.article.version is not None
        text = re.sub(r"<(pre|code)\b.*?</\1>", "", source.article.version.rendering.html, flags=re.DOTALL)
        for garbage in ("{%", "{{", "%}", "kbtag", "kbanchor", "markdown=", "{#", "{.", ":::", "endcomment"):
            assert garbage not in text, (source.path, garbage)


def test_the_words_of_every_page_are_there(report: Report) -> None:
    root = handbook()
    assert root is not None
    for source in ImportSource.objects.select_related("article__version"):
        assert source.article.version is not None
        text = documents.to_text(source.article.version.document) + source.article.title
        got = set(re.findall(r"[a-z]{4,}", text.lower()))
        written = (root / source.path).read_text()
        body = written.split("---\n", 2)[-1] if written.startswith("---") else written
        body = re.sub(r"\{%-?\s*comment.*?endcomment\s*%\}|<!--.*?-->|<style.*?</style>", "", body, flags=re.DOTALL)
        body = re.sub(r"\{[%{].*?[%}]\}|\{[#.][^}]*\}|</?[a-zA-Z][^>]*>", " ", body, flags=re.DOTALL)
        body = re.sub(
            r"\]\(<.*?>\)|\]\((?:[^()]|\([^)]*\))*\)|<?https?://\S+|^\s*\[[^\]]+\]:.*$", " ", body, flags=re.MULTILINE
        )
        missing = {word for word in re.findall(r"[a-z]{4,}", body.lower()) if word not in got}
        assert len(missing) <= 3, (source.path, missing)


def test_travel_card(report: Report) -> None:
    page = html("travel-and-leave/travel-and-leave-policies/first-time-travel-travel-card.md")
    profile = link_to("travel-and-leave/travel-and-leave-policies/first-time-travel-complete-concur-profile.md")
    assert f'<a href="{profile}">Next Step: Complete Your Concur Profile</a>' in page  # by its redirect_from
    assert "A GSA travel card will help you pay for lodging, taxis, and other miscellaneous expenses" in page
    assert "mailto:ronnail.rawls@gsa.gov" in page


def test_paid_parental_leave(report: Report) -> None:
    page = html("travel-and-leave/paid-parental-leave.md")
    assert f'<a href="{link_to("travel-and-leave/fmla.md")}">Family and Medical Leave Act (FMLA)</a>' in page
    assert f'{link_to("tools/digital-signatures.md")}#use-docusign-templates-to-complete-forms"' in page
    assert "<li>#parents</li>" in page
    article = ImportSource.objects.get(path="pages/travel-and-leave/paid-parental-leave.md").article
    assert article.title == "Paid parental leave (PPL)"
    assert article.category.name == "Travel and leave"
    assert "parental leave" in {tag.name for tag in article.tags.all()}


def test_laptops_alerts_tables_steps_and_accordions(report: Report) -> None:
    assert "laptop" in html("getting-started/equipment.md").lower()
    assert '<aside class="callout" data-kind="warning"' in html("tools/git-signing.md")
    assert "<strong>Re-adding the keys after a restart</strong>" in html("tools/git-signing.md")
    assert "<td><strong>Point of contact</strong></td>" in html("general-information-and-resources/distributed.md")
    assert html("general-information-and-resources/collaboration-tools.md").count("<details>") == 11
    steps = html("training-and-development/external-speaking-request-playbook.md")
    assert ">Step 1: Join the TTS Speaker’s Bureau</h3>" in steps
    assert "**" not in steps


def test_images_stand_where_their_tags_stood(report: Report) -> None:
    assert html("travel-and-leave/travel-and-leave-policies/travel-guide-faq.md").count("<img") == 13
    assert Image.objects.count() == 38
    assert "don't click &quot;allow&quot;" in html("tools/google-drive.md").replace("&#x27;", "'")


def test_links_within_the_handbook_lead_to_articles(report: Report) -> None:
    ids = set(Article.objects.values_list("pk", flat=True))
    count = 0
    for version in Version.objects.all():
        linked = documents.article_links(version.document)
        assert linked <= ids
        count += len(linked)
    assert count > 450


def test_losses_are_told_by_page_and_are_few(report: Report) -> None:
    kinds = dict(report.losses_by_kind())
    assert kinds["Parts that another file supplied were left out: …."] == 23
    assert kinds["Links that lead nowhere in the source (their text was kept): …."] == 4
    assert sum("Links" in " ".join(row.losses) for row in report.rows) <= 15
    assert "“site.description”" in " ".join(line(report, "index.html").losses)
    assert "“/downloads/" in " ".join(line(report, "18f/projects-partners/leading-projects.md").losses)


def test_again_it_changes_nothing(report: Report) -> None:
    root, base = handbook(), Category.objects.get(slug="handbook")
    assert root is not None
    before = (Article.objects.count(), Version.objects.count(), Category.objects.count(), Image.objects.count())
    with open_source(Path(root)) as source:
        again = Importer(User.objects.get(username="importer"), source, base, publish=True).run()
    assert again.counts == {"unchanged": 239, "skipped": 12}
    after = (Article.objects.count(), Version.objects.count(), Category.objects.count(), Image.objects.count())
    assert after == before
