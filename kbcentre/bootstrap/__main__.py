"""What the Makefile calls: `python3 -m kbcentre.bootstrap environment [--dev]`, `… run --port 8000 --data-dir data`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - before any import: an older Python cannot even read the other modules
    sys.exit("kbcentre needs Python 3.11 or newer, this one is older. Name another: make PYTHON=python3.11 …")

import argparse
from pathlib import Path

from kbcentre.bootstrap.demo import run_demo_centre
from kbcentre.bootstrap.environment import PROJECT, CannotPrepare, prepare
from kbcentre.bootstrap.system import say


def main() -> int:
    """Parses the command line and does the one thing asked for. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m kbcentre.bootstrap", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    environment = commands.add_parser("environment", help="make .venv and install the lock file")
    environment.add_argument("--dev", action="store_true", help="with what the tests and checks need")
    run = commands.add_parser("run", help="start the demo centre")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--data-dir", type=Path, default=PROJECT / "data")
    options = parser.parse_args()
    running, developing = PROJECT / "requirements.lock", PROJECT / "requirements-dev.lock"
    try:
        if options.command == "environment" and options.dev:
            prepare(developing)
        else:
            prepare(running, larger=developing)
        if options.command == "run":
            run_demo_centre(port=options.port, data_dir=options.data_dir.absolute())
    except CannotPrepare as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
