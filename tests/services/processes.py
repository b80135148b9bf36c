"""Child processes that end with the test, whatever happens: asked first, killed after."""

import os
import pwd
import signal
import subprocess
from pathlib import Path
from typing import Any


class DidNotStart(RuntimeError):
    """A server ended or stayed silent; the message carries the end of its log."""


def stop(process: subprocess.Popen[bytes], *, with_signal: int = signal.SIGTERM, seconds: float = 15) -> int:
    """Sends `with_signal`, waits, and kills what is still there after `seconds`. Gives the exit status."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def as_unprivileged_user() -> dict[str, Any]:
    """What to give Popen to run a server that refuses to be root (PostgreSQL): nothing, unless we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise DidNotStart("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody.")


def tail(log: Path, *, lines: int = 25) -> str:
    """The last lines of a log, for a message."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
