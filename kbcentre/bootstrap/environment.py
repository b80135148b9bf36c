"""The virtual environment `.venv`, filled with exactly what a lock file names.

Debian ships Python without `ensurepip`, so pip has to come from somewhere else there. In this order: the `ensurepip` of
this Python; the pip of this Python (package python3-pip), which can install into another environment; the package
python3-venv, where we are root and apt is there; at last the wheel of pip itself, from the package index, checked
against a pinned hash. Only when all four fail is anybody asked to do something.

What takes pip a minute takes uv some seconds: pip installs the uv that the lock file of development pins, and uv the
rest. Where that does not work (an index that only pip is told of, no wheel for this machine), pip does it all.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from kbcentre.bootstrap.system import install_packages, say

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

# Any pip from 22.3 on would do. This one is fetched only where the machine has none at all.
PIP_WHEEL = "pip-26.2.1-py3-none-any.whl"
PIP_SHA256 = "71138adf1f4ca900cdb7d289c21b7494329f2332b6d85f0e1c42108c0384ed3e"
DEFAULT_INDEX = "https://pypi.org/simple"
DOWNLOAD_SECONDS = 60

UV_LOCK = PROJECT / "requirements-dev.lock"  # pins uv
WORTH_UV = 20  # packages; fewer are sooner installed by pip than uv is fetched
# What people tell pip of their indexes and certificates, by the names that uv knows.
UV_NAMES = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}


class CannotPrepare(RuntimeError):
    """The environment cannot be made; the message says what the person at the terminal can do."""


def prepare(lock: Path, *, larger: Path | None = None) -> None:
    """Makes `.venv` where it is absent or broken, and installs `lock` into it unless it is installed already.

    `larger` is a lock file that names everything that `lock` names: where it is installed, there is nothing to do.
    Raises CannotPrepare.
    """
    if not _works(VENV_PYTHON):
        _make_venv()
    if _is_installed(lock) or (larger is not None and _is_installed(larger)):
        return
    say(f"Installing {lock.name} into {VENV.name} …")
    pip = _pip()
    if not _install_with_uv(pip, lock) and not _install_with_pip(pip, lock):
        raise CannotPrepare(f"{lock.name} could not be installed: see pip's message above. Then run make again.")
    _stamp(lock).write_text(_digest(lock))


def _install_with_pip(pip: list[str], lock: Path) -> bool:
    # Twice quiet: warnings of mirrors that a machine is set up with say nothing here; errors are still shown.
    command = [*pip, "install", "--quiet", "--quiet", "--require-hashes", "-r", str(lock)]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _install_with_uv(pip: list[str], lock: Path) -> bool:
    """Whether uv has installed it; of what kept it from that nothing is said, because pip tries next."""
    if len(re.findall(r"^[\w.-]+\s*==", lock.read_text(), re.MULTILINE)) < WORTH_UV:
        return False
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        with tempfile.TemporaryDirectory() as folder:
            only_uv = Path(folder) / "uv.lock"
            only_uv.write_text(_pinned("uv", UV_LOCK))
            if not _succeeds([*pip, "install", "--require-hashes", "--no-deps", "-r", str(only_uv)]):
                return False
    told = {new: os.environ[old] for old, new in UV_NAMES.items() if old in os.environ and new not in os.environ}
    # Certificates of the machine, as for pip; copies, because links into a cache tie an environment to it.
    options = ["--quiet", "--system-certs", "--link-mode", "copy", "--python", str(VENV_PYTHON)]
    return _succeeds([str(uv), "pip", "install", *options, "--require-hashes", "-r", str(lock)], **told)


def _pinned(package: str, lock: Path) -> str:
    """The lines of a lock file that pin one package, with its hashes; empty where it is not in there."""
    found = re.search(rf"^{package}==.*(?:\n[ \t]+--hash=.*)*", lock.read_text(), re.MULTILINE)
    return found.group() + "\n" if found else ""


def _is_installed(lock: Path) -> bool:
    return _stamp(lock).exists() and _stamp(lock).read_text() == _digest(lock)


def _stamp(lock: Path) -> Path:
    return VENV / f"{lock.name}.sha256"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    """Whether the environment's Python starts and is new enough: a removed or upgraded Python leaves a dead link."""
    if not python.exists():
        return False
    return _succeeds([str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])


def _make_venv() -> None:
    """An environment without pip; `_pip` decides where pip comes from."""
    say(f"Making {VENV.name} with Python {sys.version.split()[0]} …")
    command = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise CannotPrepare(f"{sys.executable} cannot make a virtual environment. Debian: apt-get install python3-venv")


def _pip() -> list[str]:
    """The command that runs a pip which installs into the environment."""
    of_the_environment = [str(VENV_PYTHON), "-m", "pip"]
    of_this_python = [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    if _succeeds([*of_the_environment, "--version"]) or _ensurepip():
        return of_the_environment
    if _succeeds([*of_this_python, "--version"]):
        return of_this_python
    refused = install_packages(["python3-venv"])
    if refused is None and _ensurepip():
        return of_the_environment
    try:
        _install_pip_from_index()
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise CannotPrepare(
            f"This Python has no pip ({refused}), and pip could not be fetched ({error}).\n"
            "Debian and Ubuntu: sudo apt-get install python3-venv. Then run make again."
        ) from error
    return of_the_environment


def _ensurepip() -> bool:
    return _succeeds([str(VENV_PYTHON), "-m", "ensurepip", "--default-pip"])


def _install_pip_from_index() -> None:
    """Fetches the pinned wheel of pip and lets it install itself into the environment.

    The index may be a mirror (PIP_INDEX_URL, as for pip itself): its page of links is read as PEP 503 describes it.
    Raises OSError when it cannot be reached and ValueError when it has something else than the pinned wheel.
    """
    page_url = os.environ.get("PIP_INDEX_URL", DEFAULT_INDEX).rstrip("/") + "/pip/"
    say(f"Fetching pip from {page_url} …")
    links = re.findall(r'href="([^"]+)"', _get(page_url).decode())
    link = next((link for link in links if urllib.parse.urlsplit(link).path.rpartition("/")[2] == PIP_WHEEL), None)
    if link is None:
        raise ValueError(f"{page_url} does not offer {PIP_WHEEL}")
    content = _get(urllib.parse.urljoin(page_url, urllib.parse.urldefrag(link).url))
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise ValueError(f"{PIP_WHEEL} has not the pinned hash")
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / PIP_WHEEL
        wheel.write_bytes(content)
        # A wheel is a zip archive, and Python runs a package out of one: pip installs itself.
        install = [str(VENV_PYTHON), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)]
        subprocess.run(install, stdin=subprocess.DEVNULL, check=True)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=DOWNLOAD_SECONDS) as answer:  # noqa: S310 - an index may be a folder
        content: bytes = answer.read()
    return content


def _succeeds(command: list[str], **environment: str) -> bool:
    told = {**os.environ, **environment}
    return subprocess.run(command, env=told, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
