"""`manage.py import_articles`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Category, User

from .conftest import Folder, png, zip_bytes

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_articles", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_imports_a_folder_as_the_first_administrator(folder: Folder, category: Category, admin: User) -> None:
    path = folder({"a.md": "# A\n\n[x](/nowhere)", "p.png": png(), "b.rst": "x"})
    out, err = run(path, "--category", "permits", "--publish")
    article = Article.objects.get()
    assert article.created_by == admin
    assert article.version is not None
    assert f"a.md [{article.pk}]  A" in out
    assert "lead nowhere" in out
    assert out.rstrip().endswith("1 imported, 1 skipped")
    assert err == ""


def test_it_imports_an_archive_as_somebody_else(tmp_path: Path, category: Category, admin: User, alice: User) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes({"a.md": "Text"}))
    run(tmp_path / "a.zip", "--category", "permits", "--as", "alice")
    assert Article.objects.get().created_by == alice


def test_the_report_for_machines_is_json(folder: Folder, category: Category) -> None:
    out, _err = run(folder({"a.md": "Text", "b.md": png()}), "--category", "permits", "--json")
    data = json.loads(out)
    assert data["counts"] == {"imported": 1, "failed": 1}
    assert set(data["files"][0]) == {"path", "outcome", "article", "title", "losses", "error"}


def test_a_dry_run_writes_nothing_also_where_the_category_is_to_be_made(folder: Folder, admin: User) -> None:
    out, _err = run(folder({"a.md": "Text"}), "--create-category", "Handbook", "--dry-run")
    assert "1 imported" in out
    assert not Article.objects.exists()
    assert not Category.objects.exists()


def test_a_category_that_is_not_there_is_a_clear_error_or_made(folder: Folder, category: Category) -> None:
    path = folder({"a.md": "Text"})
    with pytest.raises(CommandError, match=r"no category 'absent'\. Choose one of: permits"):
        run(path, "--category", "absent")
    _out, err = run(path, "--category", "absent", "--create-category", "The absent")
    assert Category.objects.get(slug="absent").name == "The absent"
    assert "Only administrators see it" in err


def test_without_a_category_it_says_what_to_do(folder: Folder, admin: User) -> None:
    with pytest.raises(CommandError, match="--category SLUG"):
        run(folder({"a.md": "Text"}))


def test_it_fails_when_nothing_could_be_imported(folder: Folder, category: Category) -> None:
    with pytest.raises(CommandError, match="Nothing was imported"):
        run(folder({"a.md": png()}), "--category", "permits")
    with pytest.raises(CommandError, match="no folder"):
        run(folder({}) / "absent", "--category", "permits")


def test_importing_the_same_again_is_no_failure(folder: Folder, category: Category) -> None:
    path = folder({"a.md": "Text"})
    run(path, "--category", "permits")
    out, _err = run(path, "--category", "permits")
    assert "1 unchanged" in out


def test_who_may_not_is_told_so(folder: Folder, category: Category, bob: User, charlie: User) -> None:
    path = folder({"a.md": "Text"})
    with pytest.raises(CommandError, match="bob may not import"):
        run(path, "--category", "permits", "--as", "bob")
    with pytest.raises(CommandError, match="no category 'permits'"):
        run(path, "--category", "permits", "--as", "charlie")
    with pytest.raises(CommandError, match="no active user 'nobody'"):
        run(path, "--category", "permits", "--as", "nobody")


def test_without_an_administrator_it_says_what_to_do(folder: Folder, db: None) -> None:
    with pytest.raises(CommandError, match="createuser"):
        run(folder({"a.md": "Text"}), "--category", "permits")


def test_a_terminal_gets_a_progress_bar(folder: Folder, category: Category) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    path = folder({"a.md": "Text", "b.md": "Text"})
    call_command("import_articles", str(path), "--category", "permits", stdout=io.StringIO(), stderr=err)
    assert err.getvalue().endswith("2/2\n")
