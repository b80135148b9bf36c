"""Files per second of an import, beside what only reads the same files: pandoc, and a bare Markdown parser.

    python -m tests.bench import

Each round imports into an empty centre on SQLite with every commit on the disk: convert, create, link, store images,
publish; then the same again, when nothing has changed. pandoc converts each file to HTML in a process of its own, as an
import that leaves the conversion to it would; markdown-it only parses, which no import can be faster than.
The handbook beside the repository is imported, or, without it, pages that are made up.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 3
MADE_UP = 200


def main() -> int:
    """Measures and prints."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-import-") as name:
        _set_up(Path(name))
        source = _handbook() or _made_up(Path(name) / "pages")
        files = [file for file in sorted(source.rglob("*")) if file.suffix in (".md", ".html")]
        print(f"{len(files)} files from {source}, {ROUNDS} rounds, SQLite, 1 process")
        seconds: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            for label, measure in _measures(source, files, number).items():
                started = time.perf_counter()
                measure()
                seconds.setdefault(label, []).append(time.perf_counter() - started)
        baseline = statistics.median(seconds["pandoc, to HTML only"])
        for label, taken in seconds.items():
            middle = statistics.median(taken)
            print(f"{label:<34} {len(files) / middle:8.1f} files/s   {baseline / middle:6.2f} × pandoc")
    return 0


def _measures(source: Path, files: list[Path], number: int) -> dict[str, Callable[[], object]]:
    return {
        "pandoc, to HTML only": lambda: _pandoc(files),
        "markdown-it, parse only": lambda: _parse(files),
        "import, convert only (dry run)": lambda: _import(source, number, dry_run=True),
        "import, published": lambda: _import(source, number),
        "import again, nothing changed": lambda: _import(source, number, expect="unchanged"),
    }


def _set_up(folder: Path) -> None:
    os.environ |= {"DATA_DIR": str(folder / "data"), "SECRET_KEY": "x" * 50, "LOG_LEVEL": "ERROR"}
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kbcentre.settings"
    (folder / "data").mkdir()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from articles.actions.people import create_user

    create_user(None, "admin", superuser=True)


def _import(source: Path, number: int, *, dry_run: bool = False, expect: str = "imported") -> None:
    """Into a category of its own for each round, which is as good as an empty centre."""
    from articles.actions.category import create_category
    from articles.models import Category, User
    from articles.transfer.importer import Importer
    from articles.transfer.sources import open_source

    admin = User.objects.get(username="admin")
    base = Category.objects.filter(slug=f"round-{number}").first() or create_category(admin, f"Round {number}")
    with open_source(source) as opened:
        report = Importer(admin, opened, base, publish=True, dry_run=dry_run).run()
    unexpected = set(report.counts) - {expect, "skipped"}
    if unexpected:
        sys.exit(f"The import went otherwise than expected: {report.counts}")


def _pandoc(files: list[Path]) -> None:
    import pypandoc

    pandoc = pypandoc.get_pandoc_path()
    for file in files:
        kind = "html" if file.suffix == ".html" else "commonmark_x+yaml_metadata_block"
        subprocess.run([pandoc, "-f", kind, "-t", "html", str(file)], check=False, capture_output=True)


def _parse(files: list[Path]) -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for file in files:
        parser.parse(file.read_text(encoding="utf-8"))


def _handbook() -> Path | None:
    shared = Path(os.environ.get("KB_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    found = shared / "corpus" / "handbook"
    return found if found.is_dir() else None


def _made_up(folder: Path) -> Path:
    """Pages of about the length of the handbook's, linked in a ring."""
    folder.mkdir()
    words = "The permit costs 745 kr and is *decided* within ten weeks, see [the next page]({}.md) for what to send. "
    for number in range(MADE_UP):
        parts = [f"## Part {part}\n\n{words.format((number + 1) % MADE_UP) * 6}\n\n- one\n- two\n" for part in range(6)]
        (folder / f"{number}.md").write_text(f"---\ntitle: Page {number}\n---\n\n" + "\n".join(parts), encoding="utf-8")
    return folder


if __name__ == "__main__":
    sys.exit(main())
