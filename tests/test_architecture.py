"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("articles", "kbcentre", "notifications", "tests")
LONGEST_FILE = 450
LOCKS = ("requirements.lock", "requirements-dev.lock", "static/src/package-lock.json")


def test_articles_know_nothing_of_notifications() -> None:
    importers = _importers_of("notifications", below="articles")
    assert not importers, f"articles must not import notifications: {importers}"


def test_only_access_imports_guardian() -> None:
    importers = [name for name in _importers_of("guardian") if not name.startswith(("articles/access", "tests/"))]
    assert not importers, f"Rights are asked through articles.access: {importers}"


def test_only_the_search_package_imports_whoosh() -> None:
    importers = [n for n in _importers_of("whoosh") if not n.startswith(("articles/search/", "tests/"))]
    assert not importers, f"Search is asked through articles.search: {importers}"


def test_the_product_imports_nothing_of_the_tests() -> None:
    importers = [name for name in _importers_of("tests") if not name.startswith("tests/")]
    assert not importers, f"What runs in production must not need tests/: {importers}"


def test_the_bootstrap_runs_on_the_standard_library_alone() -> None:
    foreign = {
        f"{_name(path)} imports {module}"
        for path in (PROJECT / "kbcentre" / "bootstrap").glob("*.py")
        for module in _imports(path)
        if module.partition(".")[0] not in sys.stdlib_module_names and not module.startswith("kbcentre.bootstrap")
    }
    assert not foreign, foreign


def test_locks_of_rows_let_others_refer_to_them() -> None:
    """FOR UPDATE keeps PostgreSQL from checking foreign keys to the row: whoever inserts a row of a draft and whoever
    renames its article wait for each other for ever. FOR NO KEY UPDATE excludes writers all the same."""
    locks = {
        f"{_name(path)}: {line.strip()}"
        for path in _python_files()
        if not _name(path).startswith("tests/")
        for line in path.read_text().splitlines()
        if "select_for_update(" in line and "no_key=True" not in line
    }
    assert not locks, f"Say no_key=True: {locks}"


def test_no_file_is_too_long_to_be_read_at_a_sitting() -> None:
    written = [*_python_files(), *_files("templates", "html"), *_files("static/src", "ts", "css", "mjs")]
    long = {_name(path): count for path in written if (count := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert not long, f"Split these by concept, at about 400 lines: {long}"


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an event handler attribute", r"<[^>]*\son[a-z]+\s*="),
        ("an inline script", r"<script\b(?![^>]*(\ssrc=|type=\"application/(ld\+)?json\"))"),
        ("a javascript: address", r"javascript:"),
    ],
)
def test_templates_stand_under_a_strict_content_security_policy(what: str, pattern: str) -> None:
    found = [
        _name(path)
        for path in _files("templates", "html")
        if "email" not in path.parts and re.search(pattern, path.read_text(), re.IGNORECASE)
    ]
    assert not found, f"{what} would be blocked by the browser: {found}"


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_file_names_a_package_index(name: str) -> None:
    addresses = set(re.findall(r"(?:https?|file)://[^\s\"',]+", (PROJECT / name).read_text()))
    # npm also locks where a package asks for donations and which folder of a repository it is from.
    packages = {url for url in addresses if re.search(r"\.(tgz|whl|tar\.gz|zip)\b|registry|pypi|/simple", url)}
    assert not packages, f"{name} must install from whatever index the machine has: {sorted(packages)[:3]}"


def test_both_lock_files_name_the_same_versions() -> None:
    run, develop = (_pins(PROJECT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert run.items() <= develop.items(), {name: pin for name, pin in run.items() if develop.get(name) != pin}


def test_every_change_of_a_model_has_its_migration(db: None) -> None:
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(f"Run manage.py makemigrations:\n{said.getvalue()}")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (PROJECT / "kbcentre" / "settings.py").read_text()))
    table = (PROJECT / "docs" / "operations.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    assert read == documented, f"only in settings.py or only in docs/operations.md: {read ^ documented}"


# --- Reading the source ----------------------------------------------------------------------------


def _files(folder: str, *endings: str) -> list[Path]:
    found = (path for ending in endings for path in (PROJECT / folder).rglob(f"*.{ending}"))
    return sorted(path for path in found if "node_modules" not in path.parts)


def _python_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in _files(package, "py") if "migrations" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _importers_of(module: str, *, below: str = "") -> list[str]:
    """Files of our own that import `module` or something in it, anywhere in the file."""
    return [
        _name(path)
        for path in _python_files()
        if _name(path).startswith(below)
        and any(name == module or name.startswith(f"{module}.") for name in _imports(path))
    ]


def _imports(path: Path) -> set[str]:
    """Full names of what a file imports: modules, and `module.name` for each name taken out of one."""
    found: set[str] = set()
    package = list(path.relative_to(PROJECT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE))
