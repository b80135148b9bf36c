"""Importing through the web page."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.actions.category import create_category
from articles.actions.importing import start_import
from articles.models import Article, Category, ImportJob, User
from articles.transfer.jobs import run_next
from articles.transfer.uploads import archive_folder

from .conftest import png, zip_bytes

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def archive(**files: str) -> SimpleUploadedFile:
    return upload("handbook.zip", zip_bytes({f"{name}.md": text for name, text in files.items()}))


def archives() -> list[Path]:
    return list(archive_folder().iterdir())


def test_the_form_offers_where_one_may_import_and_publishing_only_where_allowed(
    signed_in: SignedIn, alice: User, admin: User, category: Category
) -> None:
    create_category(admin, "Hidden")
    create_category(admin, "Only read", grants={"writers": ["view"]})
    page = signed_in(alice).get("/import/?category=permits").content.decode()
    assert '<option value="permits" selected>Permits</option>' in page
    assert "Hidden" not in page
    assert '<option value="only-read"' not in page
    assert 'name="publish"' in page
    assert "500\u00a0MB" in page or "500 MB" in page


def test_who_may_import_nowhere_is_refused(signed_in: SignedIn, bob: User, charlie: User) -> None:
    for user in (bob, charlie):
        assert signed_in(user).get("/import/").status_code == 403
        assert signed_in(user).post("/import/", {"upload": archive(a="A"), "category": "permits"}).status_code == 403
    assert not ImportJob.objects.exists()
    assert Client().get("/import/").status_code == 302


def test_an_archive_waits_for_the_worker_and_is_deleted_when_it_is_done(
    signed_in: SignedIn, alice: User, category: Category
) -> None:
    client = signed_in(alice)
    sent = client.post(
        "/import/", {"upload": archive(a="# A\n\nText", b="---\nx: [\n---\n"), "category": "permits", "publish": "on"}
    )
    job = ImportJob.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, f"/import/{job.pk}/")
    assert len(archives()) == 1
    waiting = client.get(f"/import/{job.pk}/").content.decode()
    assert "Waiting for the worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting

    assert run_next() is True
    assert run_next() is False
    assert archives() == []
    article = Article.objects.get()
    assert article.version is not None
    assert article.created_by == alice
    done = client.get(f"/import/{job.pk}/").content.decode()
    assert article.get_absolute_url() in done
    assert "b.md" in done
    assert "YAML" in done
    assert "hx-trigger" not in done
    assert "refresh" not in done
    assert "handbook.zip" in client.get("/import/").content.decode()


def test_a_report_can_be_narrowed_and_htmx_gets_its_part_alone(
    signed_in: SignedIn, alice: User, category: Category
) -> None:
    client = signed_in(alice)
    client.post("/import/", {"upload": archive(good="# Good\n\nText", bad="---\nx: [\n---\n"), "category": "permits"})
    run_next()
    job = ImportJob.objects.get()
    narrow = client.get(f"/import/{job.pk}/?show=failed", headers={"HX-Request": "true"}).content.decode()
    assert narrow.lstrip().startswith("<section")
    assert "bad.md" in narrow
    assert "good.md" not in narrow


def test_several_files_are_imported_together(signed_in: SignedIn, alice: User, category: Category) -> None:
    files = [
        upload("a.md", b"See [b](b.md) ![p](p.png)"),
        upload("b.md", b"Text"),
        upload("p.png", png()),
        upload("a.md", b"Other"),
    ]
    signed_in(alice).post("/import/", {"upload": files, "category": "permits"})
    job = ImportJob.objects.get()
    assert job.name == "a.md and 3 more files"
    run_next()
    job.refresh_from_db()
    assert [(line["path"], line["outcome"]) for line in job.report] == [
        ("a-2.md", "imported"), ("a.md", "imported"), ("b.md", "imported"),
    ]  # fmt: skip
    assert Article.objects.get(title="A").images.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.zip", b"no archive", "not a zip archive"),
        ("a.zip", zip_bytes({"p.png": png()}), "no Markdown"),
        ("p.png", png(), "not a zip archive"),
    ],
)
def test_what_cannot_be_imported_is_said_at_once_and_not_kept(
    signed_in: SignedIn, alice: User, category: Category, name: str, data: bytes, said: str
) -> None:
    answer = signed_in(alice).post("/import/", {"upload": upload(name, data), "category": "permits"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportJob.objects.exists()
    assert archives() == []


def test_an_incomplete_form_says_what_is_missing(signed_in: SignedIn, alice: User, category: Category) -> None:
    answer = signed_in(alice).post("/import/", {"category": ""})
    assert answer.status_code == 422
    assert "Choose a zip archive, or one or several files." in answer.content.decode()


def test_too_large_an_upload_is_refused_before_it_is_read(
    signed_in: SignedIn, alice: User, category: Category, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_BYTES = 2 * 1024 * 1024
    client = signed_in(alice)

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    extra: dict[str, Any] = {"CONTENT_LENGTH": str(10**9), "wsgi.input": Endless()}
    answer = client.generic("POST", "/import/", b"", content_type="multipart/form-data; boundary=x", **extra)
    assert answer.status_code == 413
    assert "more than 2 MB" in answer.content.decode()
    large = upload("a.md", b"x" * (2 * 1024 * 1024 + 1))
    answer = client.post("/import/", {"upload": large, "category": "permits"})
    assert answer.status_code == 422
    assert "more than 2 MB" in answer.content.decode()
    assert archives() == []


def test_the_form_is_protected_against_forgery(alice: User, category: Category) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/import/", {"upload": archive(a="A"), "category": "permits"}).status_code == 403
    client.get("/import/")
    token = client.cookies["csrftoken"].value
    data = {"upload": archive(a="A"), "category": "permits", "csrfmiddlewaretoken": token}
    assert client.post("/import/", data).status_code == 302


def test_publishing_where_one_may_not_is_refused_at_the_field(
    signed_in: SignedIn, alice: User, admin: User, category: Category
) -> None:
    create_category(admin, "Drafts only", grants={"writers": ["edit"]})
    answer = signed_in(alice).post("/import/", {"upload": archive(a="A"), "category": "drafts-only", "publish": "on"})
    assert answer.status_code == 422
    assert "You may not publish in this category" in answer.content.decode()


def test_a_category_into_which_one_may_not_import_cannot_be_chosen(
    signed_in: SignedIn, alice: User, admin: User, category: Category
) -> None:
    create_category(admin, "Hidden")
    assert signed_in(alice).post("/import/", {"upload": archive(a="A"), "category": "hidden"}).status_code == 422
    assert not ImportJob.objects.exists()


def test_an_import_is_seen_by_its_owner_and_administrators_alone(
    signed_in: SignedIn, alice: User, bob: User, mary: User, admin: User, category: Category
) -> None:
    signed_in(alice).post("/import/", {"upload": archive(a="# The Title\n\nText"), "category": "permits"})
    run_next()
    job = ImportJob.objects.get()
    for user in (bob, mary):
        answer = signed_in(user).get(f"/import/{job.pk}/")
        assert answer.status_code == 404
        assert b"The Title" not in answer.content
        assert b"handbook.zip" not in answer.content
    assert signed_in(admin).get(f"/import/{job.pk}/").status_code == 200
    assert "Alice" in signed_in(admin).get("/import/").content.decode()


def test_a_report_links_only_to_what_its_reader_may_still_see(
    signed_in: SignedIn, alice: User, admin: User, category: Category
) -> None:
    from articles.actions.article import move_article, update_article

    signed_in(alice).post("/import/", {"upload": archive(a="# Old title\n\nText"), "category": "permits"})
    run_next()
    article = Article.objects.get()
    update_article(admin, article.pk, title="Secret now")
    move_article(admin, article.pk, create_category(admin, "Secret"))
    page = signed_in(alice).get(f"/import/{ImportJob.objects.get().pk}/").content.decode()
    assert f"/articles/{article.pk}/" not in page
    assert "Secret now" not in page


def test_nobody_fills_the_queue(signed_in: SignedIn, alice: User, category: Category) -> None:
    for _ in range(5):
        start_import(alice, category, "x", "absent.zip")
    answer = signed_in(alice).post("/import/", {"upload": archive(a="A"), "category": "permits"})
    assert answer.status_code == 422
    assert "still waiting" in answer.content.decode()
    assert archives() == []


def test_the_queries_of_a_report_do_not_grow_with_it(
    signed_in: SignedIn, alice: User, category: Category, django_assert_max_num_queries
) -> None:
    client = signed_in(alice)
    client.post(
        "/import/", {"upload": archive(**{f"p{n}": f"# P{n}\n\nText" for n in range(30)}), "category": "permits"}
    )
    run_next()
    path = f"/import/{ImportJob.objects.get().pk}/"
    client.get(path)
    with django_assert_max_num_queries(20):
        client.get(path)
