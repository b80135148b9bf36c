"""A throwaway Redis that writes nothing to disk."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.install import redis_binary
from tests.services.ports import HOST, free_port, wait_until_listens
from tests.services.processes import DidNotStart, stop, tail

START_SECONDS = 20


@contextmanager
def redis_server() -> Iterator[str]:
    """Starts a Redis of its own and gives its REDIS_URL. Raises DidNotStart, also when there is none installed."""
    binary = redis_binary()
    if binary is None:
        raise DidNotStart("Redis is not installed: python -m tests.services.install")
    with tempfile.TemporaryDirectory(prefix="kb-redis-") as folder:
        process, port = _start(binary, Path(folder))
        try:
            yield f"redis://{HOST}:{port}/0"
        finally:
            stop(process)


def _start(binary: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    for _ in range(5):  # somebody else may take the port between looking and binding
        port = free_port()
        command = [str(binary), "--port", str(port), "--bind", HOST, "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if wait_until_listens(port, seconds=START_SECONDS) and process.poll() is None:
            return process, port
        stop(process)
    raise DidNotStart(f"Redis did not start:\n{tail(log)}")
