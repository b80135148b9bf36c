"""Runs all measurements, or those named on the command line: `python -m tests.bench [search push pages import]`."""

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def names() -> list[str]:
    """The measurements that there are."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    """Runs each in a process of its own, so that none inherits the caches and threads of another."""
    if unknown := set(wanted) - set(names()):
        print(f"There is no measurement {', '.join(sorted(unknown))}; there are {', '.join(names())}.")
        return 2
    failed = []
    for name in wanted or names():
        print(f"\n=== {name} ===", flush=True)
        started = time.monotonic()
        status = subprocess.run([sys.executable, "-m", "tests.bench", "--here", name], check=False).returncode
        print(f"({name} took {time.monotonic() - started:.0f} s)", flush=True)
        if status != 0:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ["STEADY_CLOCK"] = "1"  # sites run with the clock of the product, not with one that tests can move
    if sys.argv[1:2] == ["--here"]:
        sys.exit(importlib.import_module(f"tests.bench.bench_{sys.argv[2]}").main())
    sys.exit(main(sys.argv[1:]))
