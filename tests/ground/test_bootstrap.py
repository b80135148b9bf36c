"""From a fresh clone to an environment: what must not happen twice, and what is said when it cannot happen."""

from __future__ import annotations

import functools
import hashlib
import http.server
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kbcentre.bootstrap import demo, environment, system


@pytest.fixture
def new_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that is to be made below a temporary folder; gives its folder."""
    folder = tmp_path / ".venv"
    monkeypatch.setattr(environment, "VENV", folder)
    monkeypatch.setattr(environment, "VENV_PYTHON", folder / "bin" / "python")
    return folder


@pytest.fixture
def empty_lock(tmp_path: Path) -> Path:
    """A lock file that names nothing, so that installing it needs no network."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    return lock


def test_a_new_environment_is_made_once_and_its_lock_installed_once(
    new_environment: Path, empty_lock: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(empty_lock)
    assert "Making" in (said := capfd.readouterr().err)
    assert "Installing" in said
    environment.prepare(empty_lock)
    assert capfd.readouterr().err == ""
    assert environment._succeeds([str(new_environment / "bin" / "python"), "-m", "pip", "--version"])


def test_a_changed_lock_is_installed_again(
    new_environment: Path, empty_lock: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environment.prepare(empty_lock)
    empty_lock.write_text("# changed\n")
    capfd.readouterr()
    environment.prepare(empty_lock)
    assert "Installing" in capfd.readouterr().err


def test_an_environment_whose_python_is_gone_is_made_anew(new_environment: Path, empty_lock: Path) -> None:
    environment.prepare(empty_lock)
    (new_environment / "bin" / "python").unlink()
    (new_environment / "bin" / "python").symlink_to("/nowhere/python3")
    environment.prepare(empty_lock)
    assert environment._works(new_environment / "bin" / "python")


def test_a_lock_with_a_wrong_hash_is_refused_and_not_stamped(new_environment: Path, tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"sixth @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    with pytest.raises(environment.CannotPrepare, match="could not be installed"):
        environment.prepare(lock)
    lock.write_text(f"sixth @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    environment.prepare(lock)
    assert environment._succeeds([str(new_environment / "bin" / "python"), "-c", "import sixth"])


def test_an_index_that_offers_another_pip_than_the_pinned_one_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / environment.PIP_WHEEL).write_bytes(b"something else")
    link = f"{environment.PIP_WHEEL}#sha256={environment.PIP_SHA256}"
    (tmp_path / "pip" / "index.html").write_text(f'<a href="{link}">{environment.PIP_WHEEL}</a>')
    with _served(tmp_path) as address:
        monkeypatch.setenv("PIP_INDEX_URL", address)
        with pytest.raises(ValueError, match="pinned hash"):
            environment._install_pip_from_index()


def test_without_any_pip_somebody_is_told_what_to_install(
    new_environment: Path, empty_lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_succeeds", lambda command: False)
    monkeypatch.setattr(system, "may_install_packages", lambda: False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    with pytest.raises(environment.CannotPrepare, match="apt-get install python3-venv"):
        environment.prepare(empty_lock)


def test_the_key_of_a_centre_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    key = demo._secret_key(path)
    assert len(key) > 50
    assert demo._secret_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_bootstrap_names_a_newer_python_to_an_old_one() -> None:
    source = Path(environment.PROJECT, "kbcentre", "bootstrap", "__main__.py").read_text()
    pretend = f"import sys; sys.version_info = (3, 9); exec({source!r})"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make PYTHON=" in done.stderr
    assert "Traceback" not in done.stderr


def _wheel(folder: Path) -> Path:
    """The smallest package that pip installs."""
    wheel = folder / "sixth-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("sixth.py", "")
        archive.writestr("sixth-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: sixth\nVersion: 1.0\n")
        archive.writestr("sixth-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("sixth-1.0.dist-info/RECORD", "")
    return wheel


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A folder as a package index on 127.0.0.1."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
