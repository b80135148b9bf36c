"""A throwaway PostgreSQL: made in a moment, without durability, gone afterwards.

As a command it runs another command with DATABASE_URL set: `python -m tests.services.postgres -- pytest tests/`.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.install import postgres_binaries
from tests.services.ports import HOST, free_port, listens
from tests.services.processes import DidNotStart, as_unprivileged_user, stop, tail

# Nothing here has to survive a crash, and a test commits often.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "listen_addresses": HOST,
    "log_min_messages": "fatal",
}
START_SECONDS = 60


@contextmanager
def postgres_server() -> Iterator[str]:
    """Starts a PostgreSQL of its own and gives its DATABASE_URL. Raises DidNotStart, also when there is none installed.

    Root may not run PostgreSQL, so it then runs as another user, in a folder of that user.
    """
    binaries = postgres_binaries()
    if binaries is None:
        raise DidNotStart("PostgreSQL is not installed: python -m tests.services.install")
    identity = as_unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="kb-postgres-"))
    try:
        if identity:
            shutil.chown(folder, identity["user"], identity["group"])
        _initialise(binaries, folder, identity)
        process, port = _start(binaries, folder, identity)
        try:
            yield f"postgres://kbcentre@{HOST}:{port}/kbcentre"
        finally:
            # SIGINT is PostgreSQL's "fast": it does not wait for clients to leave.
            stop(process, with_signal=signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Path, folder: Path, identity: dict[str, Any]) -> None:
    data = str(folder / "data")
    cluster = [str(binaries / "initdb"), "--pgdata", data, "--username", "kbcentre", "--auth", "trust"]
    cluster += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    # In single-user mode a database is made without starting a server for it.
    database = [str(binaries / "postgres"), "--single", "-D", data, "postgres"]
    for command, statements in ((cluster, b""), (database, b"CREATE DATABASE kbcentre;\n")):
        done = subprocess.run(command, cwd=folder, input=statements, capture_output=True, check=False, **identity)
        if done.returncode != 0:
            raise DidNotStart(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")


def _start(binaries: Path, folder: Path, identity: dict[str, Any]) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    for _ in range(5):  # somebody else may take the port between looking and binding
        port = free_port()
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command + settings,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **identity,
            )
        if _wait_until_ready(binaries, process, port):
            return process, port
        stop(process)
    raise DidNotStart(f"PostgreSQL did not start:\n{tail(log)}")


def _wait_until_ready(binaries: Path, process: subprocess.Popen[bytes], port: int) -> bool:
    """Until pg_isready says so: the port is open before the server accepts sessions."""
    deadline = time.monotonic() + START_SECONDS
    ready = [str(binaries / "pg_isready"), "--quiet", "--host", HOST, "--port", str(port)]
    while time.monotonic() < deadline and process.poll() is None:
        if listens(port) and subprocess.run(ready, check=False).returncode == 0:
            return process.poll() is None
        time.sleep(0.05)
    return False


def main(arguments: list[str]) -> int:
    """Runs the command after `--` with DATABASE_URL set, and gives its exit status.

    Without PostgreSQL the command is left out, which is said and is no failure: not every machine may install it.
    """
    if postgres_binaries() is None:
        print("LEFT OUT: the run on PostgreSQL, because PostgreSQL is not installed.", file=sys.stderr)
        return 0
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    # Terminated, we leave through the context manager: a server without its parent would stay for ever.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with postgres_server() as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return child.wait()
        finally:
            stop(child)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
