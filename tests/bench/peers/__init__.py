"""Other people's programs beside which ours are measured; npm installs them from the lock file in this folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from tests.services.bundle import NODE, NPM

FOLDER = Path(__file__).resolve().parent


def install() -> None:
    """`npm ci`, unless node_modules holds what the lock file names."""
    stamp = FOLDER / "node_modules" / ".package-lock.sha256"
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "CI": "true"}
    command = [str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=FOLDER, env=environment, stdin=subprocess.DEVNULL, check=True)
    stamp.write_text(wanted)
