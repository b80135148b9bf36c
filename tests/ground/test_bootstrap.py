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
def no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an environment is to be made that is not there yet."""
    folder = tmp_path / ".venv"
    monkeypatch.setattr(environment, "VENV", folder)
    monkeypatch.setattr(environment, "VENV_PYTHON", folder / "bin" / "python")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An environment in which an empty lock file is installed; one for the module, because making it takes a while."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "VENV", folder)
        patch.setattr(environment, "VENV_PYTHON", folder / "bin" / "python")
        environment.prepare(_lock(folder.parent))
        yield folder


def test_a_lock_is_installed_once(made: Path, capfd: pytest.CaptureFixture[str]) -> None:
    environment.prepare(_lock(made.parent))
    assert capfd.readouterr().err == ""
    environment.prepare(_lock(made.parent, "# changed\n"))
    assert "Installing" in capfd.readouterr().err


def test_a_lock_is_not_installed_where_a_larger_one_is(
    made: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "larger").mkdir()
    larger, smaller = _lock(tmp_path / "larger", name="larger.lock"), _lock(tmp_path, "# smaller\n")
    environment.prepare(larger)
    capfd.readouterr()
    environment.prepare(smaller, larger=larger)
    assert capfd.readouterr().err == ""


def test_a_lock_with_a_wrong_hash_is_refused_and_not_taken_for_installed(made: Path, tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    wrong, right = "0" * 64, hashlib.sha256(wheel.read_bytes()).hexdigest()
    with pytest.raises(environment.CannotPrepare, match="could not be installed"):
        environment.prepare(_lock(tmp_path, f"sixth @ {wheel.as_uri()} --hash=sha256:{wrong}\n"))
    environment.prepare(_lock(tmp_path, f"sixth @ {wheel.as_uri()} --hash=sha256:{right}\n"))
    assert environment._succeeds([str(made / "bin" / "python"), "-c", "import sixth"])


def test_one_package_is_taken_out_of_a_lock_file_with_all_its_hashes(tmp_path: Path) -> None:
    text = "uvicorn==1 \\\n    --hash=sha256:a\nuv==2.0 ; python_version > '3' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\nzope==3\n"
    lock = _lock(tmp_path, text)
    assert environment._pinned("uv", lock).count("--hash") == 2
    assert environment._pinned("uv", lock).startswith("uv==2.0")
    assert environment._pinned("absent", lock) == ""
    assert environment._pinned("uv", environment.UV_LOCK).count("--hash") > 5


@pytest.mark.parametrize("works", [True, False])
def test_many_packages_are_installed_by_uv_and_by_pip_where_uv_cannot(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    """Twenty packages that are on no index: this uv only notes what it is asked for."""
    uv, noted = made / "bin" / "uv", tmp_path / "noted"
    uv.write_text(f'#!/bin/sh\necho "$@" > {noted}\nexit {0 if works else 1}\n')
    uv.chmod(0o755)
    names = [f"kb-nowhere-{works}-{n}".lower() for n in range(environment.WORTH_UV)]
    lock = _lock(tmp_path, "".join(f"{name}==1 --hash=sha256:{'0' * 64}\n" for name in names))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    try:
        if works:
            environment.prepare(lock)
        else:
            with pytest.raises(environment.CannotPrepare, match="see pip's message"):
                environment.prepare(lock)
        assert "--require-hashes" in noted.read_text()
        assert environment._is_installed(lock) is works
    finally:
        uv.unlink()


def test_an_environment_whose_python_is_gone_is_made_anew(made: Path) -> None:
    (made / "bin" / "python").unlink()
    (made / "bin" / "python").symlink_to("/nowhere/python3")
    environment.prepare(_lock(made.parent))
    assert environment._works(made / "bin" / "python")


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
    no_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_succeeds", lambda command: False)
    monkeypatch.setattr(system, "may_install_packages", lambda: False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    with pytest.raises(environment.CannotPrepare, match="apt-get install python3-venv"):
        environment.prepare(_lock(tmp_path))


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


def _lock(folder: Path, text: str = "", *, name: str = "requirements.lock") -> Path:
    """A lock file; without text it names nothing, so that installing it needs no network."""
    lock = folder / name
    lock.write_text(text)
    return lock


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


def test_the_commands_of_a_centre_find_the_key_that_was_made_for_it(tmp_path: Path) -> None:
    key = demo._secret_key(tmp_path / "secret_key")
    told = subprocess.run(
        [sys.executable, "-c", "from kbcentre import settings; print(settings.SECRET_KEY)"],
        cwd=environment.PROJECT, env={"DATA_DIR": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == key
