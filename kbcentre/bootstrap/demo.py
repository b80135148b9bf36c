"""The demo centre of `make run`: database, demo articles, then the server in place of this process."""

import os
import secrets
import subprocess
from pathlib import Path
from typing import NoReturn

from kbcentre.bootstrap.environment import PROJECT, VENV_PYTHON, CannotPrepare
from kbcentre.bootstrap.system import say


def run_demo_centre(*, port: int, data_dir: Path) -> NoReturn:
    """Prepares `data_dir` and becomes `manage.py serve` on 127.0.0.1:`port`. Raises CannotPrepare.

    Everything may be repeated: a second start finds its database migrated, its articles loaded and its key made.
    What the environment says already (DATABASE_URL, SECRET_KEY, …) is left as it is.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DATA_DIR": str(data_dir)}
    environment.setdefault("SECRET_KEY", _secret_key(data_dir / "secret_key"))
    say("Preparing the database and the demo articles …")
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "load_demo", "--once")
    arguments = [str(VENV_PYTHON), "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
    os.chdir(PROJECT)
    # In place of this process: signals then reach the server, and make's Ctrl-C is its Ctrl-C.
    os.execve(VENV_PYTHON, arguments, environment)  # noqa: S606


def _manage(environment: dict[str, str], *arguments: str) -> None:
    command = [str(VENV_PYTHON), "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise CannotPrepare(f"manage.py {arguments[0]} failed: see the message above.")


def _secret_key(path: Path) -> str:
    """The key of this centre, made once: with a new key at every start everybody would be signed out."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key + "\n")
    return key
