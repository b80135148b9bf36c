"""kill -9 in the middle of an import: doing it again completes it, with nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from articles.models import Article, Category, ImportSource, User, Version

from .conftest import Folder

PAGES = 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [5, 45])
def test_an_import_that_was_killed_is_completed_by_doing_it_again(
    folder: Folder, category: Category, admin: User, after: int
) -> None:
    source = folder({
        f"{n:02}.md": f"# Page {n}\n\nSee [next]({(n + 1) % PAGES:02}.md) and [before]({(n - 1) % PAGES:02}.md)."
        for n in range(PAGES)
    })  # fmt: skip
    process = subprocess.Popen(
        _command(source), env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=settings.BASE_DIR
    )
    try:
        _wait_for(after, process)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        _out, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err.decode()

    done = subprocess.run(_command(source), env=_environment(), capture_output=True, cwd=settings.BASE_DIR, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert Article.objects.count() == ImportSource.objects.count() == Version.objects.count() == PAGES
    for article in Article.objects.select_related("version__rendering"):
        assert article.version is not None
        assert article.version.rendering.html.count("/articles/") == 2
    again = subprocess.run(
        _command(source), env=_environment(), capture_output=True, cwd=settings.BASE_DIR, check=False
    )
    assert f"{PAGES} unchanged" in again.stdout.decode()


def _wait_for(changes: int, process: subprocess.Popen[bytes]) -> None:
    """Until so many articles are made and published."""
    until = time.monotonic() + 60
    while Article.objects.count() + Version.objects.count() < changes:
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.01)


def _command(source: Path) -> list[str]:
    return [sys.executable, "manage.py", "import_articles", str(source), "--category", "permits", "--publish"]


def _environment() -> dict[str, str]:
    """The settings of the product, on the database of this test."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        url = f"sqlite:///{database['NAME']}"
    else:
        host, port = database["HOST"] or "", database["PORT"] or ""
        at = f"{database['USER']}:{database['PASSWORD']}@{host}:{port}" if port else f"{database['USER']}@"
        url = f"postgres://{at}/{database['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR), "SECRET_KEY": "x" * 50,
            "DJANGO_SETTINGS_MODULE": "kbcentre.settings"}  # fmt: skip
