"""Packages of the operating system, through apt where it is there and we may use it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

# A lock held by another installation (unattended upgrades on a new machine) is waited for, not failed on.
APT_GET = ("apt-get", "--quiet", "--quiet", "--yes", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0")


def say(message: str) -> None:
    """Tells the person at the terminal one thing; standard output is left to results."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


def may_install_packages() -> bool:
    """Whether this process may add packages of the system: Debian's apt-get, and root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(packages: Sequence[str]) -> str | None:
    """Installs `packages` with apt-get. Gives None when all are installed, otherwise the reason why not.

    A failing `update` is no failure yet: one broken third-party source must not keep Debian's own packages away.
    """
    if not may_install_packages():
        return f"needs root: apt-get install {' '.join(packages)}"
    say(f"Installing {', '.join(packages)} with apt-get …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        [*APT_GET, "update"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    installation = subprocess.run(
        [*APT_GET, "install", "--no-install-recommends", *packages],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if installation.returncode == 0:
        return None
    lines = [line for line in installation.stderr.splitlines() if line.strip()]
    return f"apt-get could not install it: {lines[-1] if lines else f'exit {installation.returncode}'}"
