"""Installs the servers that the tests talk to, where they are absent and apt may: `python -m tests.services.install`.

Runs with the machine's own Python, before the environment exists. What stays absent is said on standard error, and is
no failure: `make test` then leaves out the tests that need it.
"""

import shutil
import sys
from pathlib import Path

from kbcentre.bootstrap.system import install_packages, say

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres of the newest PostgreSQL here, or None. Debian keeps it out of PATH."""

    def major(folder: Path) -> float:
        return float(folder.parent.name)

    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted((f for f in debian if (f / "initdb").exists()), key=major, reverse=True):
        return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def redis_binary() -> Path | None:
    """redis-server, or None."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


def chromium_binary() -> Path | None:
    """A Chromium or Chrome that a test can drive, or None."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


SERVERS = (
    ("PostgreSQL", postgres_binaries, ("postgresql",)),
    ("Redis", redis_binary, ("redis-server",)),
    ("Chromium", chromium_binary, ("chromium", "fonts-dejavu-core")),
)


def main() -> int:
    """Installs what is absent in one go, or server by server when that fails, and says what stays absent."""
    absent = [server for server in SERVERS if server[1]() is None]
    if not absent:
        return 0
    reason = install_packages([package for _, _, packages in absent for package in packages])
    for name, find, packages in absent:
        if find() is None and len(absent) > 1:
            reason = install_packages(packages)
        if find() is None:
            say(f"{name} is not here, so its tests are left out ({reason}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
