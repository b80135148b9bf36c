"""`make run` on an empty data folder: the first thing that anybody sees of kbcentre."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.ports import free_port, listens
from tests.services.processes import stop, tail
from tests.services.site import PROJECT

# What a login shell leaves of the environment; the test run's own settings must not reach the demo centre.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass
class Running:
    """A `make run` and what it said so far."""

    make: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str) -> str:
        """The body of a page. Raises HTTPError for anything but a success."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())


@contextmanager
def make_run(data_dir: Path) -> Iterator[Running]:
    """Runs `make run` on a free port until /healthz answers, and ends it as Ctrl-C does."""
    port = free_port()
    log = data_dir.parent / f"make-run-{port}.log"
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"DATA_DIR={data_dir}"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    running = Running(make, f"http://127.0.0.1:{port}", log)
    try:
        deadline = time.monotonic() + 120
        while not _answers(running):
            assert make.poll() is None, f"make run ended:\n{tail(log)}"
            assert time.monotonic() < deadline, f"make run took more than two minutes:\n{tail(log)}"
            time.sleep(0.2)
        yield running
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGINT)
        stop(make)
    assert not listens(port), "The server outlived make run."


def _answers(running: Running) -> bool:
    try:
        return running.get("/healthz") == "ok\n"
    except OSError:
        return False


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the demo centre of make run is on SQLite; tested there")
def test_make_run_shows_a_styled_demo_centre_and_a_second_time_keeps_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with make_run(data_dir) as running:
        said = running.log.read_text()
        assert running.url in said
        assert all(name in said for name in ("clara", "carl", "erik", "ella", "maria", "admin", "“demo”"))
        page = running.get("/accounts/login/")
        styles = re.findall(r'<link rel="stylesheet" href="(/static/[^"]+)"', page)
        assert styles
        assert all(running.get(style) for style in styles)
    key = (data_dir / "secret_key").read_text()

    with make_run(data_dir) as running:
        said = running.log.read_text()
        assert "Installing" not in said
        assert "loaded already" in said
    assert (data_dir / "secret_key").read_text() == key
