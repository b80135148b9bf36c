"""The real product, started as an operator starts it: `manage.py serve` on a free port, with a data folder of its own.

    with running_site(demo=True) as site:
        requests.get(site.url + "/healthz")
        site.web.kill()            # kill -9, as the power would
        site.web.start()           # the same port again: open browsers come back

Nothing is shared with the test process but the database address, so a test sees what a user sees.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.services.databases import create_database, new_database
from tests.services.ports import HOST, free_port
from tests.services.processes import DidNotStart, stop, tail

PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120.0
STOP_SECONDS = 20  # longer than a server takes at the most


@dataclass
class Process:
    """One process of a site: `manage.py` with `arguments`. With a port it is a web process and is waited for."""

    arguments: list[str]
    environment: dict[str, str]
    log: Path
    port: int | None = None
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where this process answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Starts it; a web process is waited for until /healthz answers. Raises DidNotStart with the log's end."""
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                [sys.executable, "manage.py", *self.arguments],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.port is not None and not self._healthy():
            if self.running.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise DidNotStart(f"manage.py {' '.join(self.arguments)} did not start:\n{tail(self.log)}")
            time.sleep(0.1)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    @property
    def pid(self) -> int:
        """The process id, for what a test wants to measure."""
        assert self.running is not None, "not started"
        return self.running.pid

    def stop(self) -> int:
        """Asks it to end (SIGTERM), and kills it when it does not in time. Gives the exit status."""
        return stop(self.running, seconds=STOP_SECONDS) if self.running else 0

    def kill(self) -> None:
        """Ends it at once, as kill -9 or a power cut does."""
        if self.running:
            stop(self.running, with_signal=signal.SIGKILL)

    def restart(self) -> None:
        """Ends it cleanly and starts it again on the same port."""
        self.stop()
        self.start()


@dataclass
class Site:
    """A centre: a data folder, a database, and the processes that serve it."""

    folder: Path
    environment: dict[str, str]
    processes: list[Process] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        """DATA_DIR of this site."""
        return self.folder / "data"

    @property
    def database_url(self) -> str:
        """DATABASE_URL of this site."""
        return self.environment["DATABASE_URL"]

    @property
    def web(self) -> Process:
        """The first web process."""
        return next(process for process in self.processes if process.port is not None)

    @property
    def url(self) -> str:
        """Where the first web process answers, without a slash at the end."""
        return self.web.url

    def manage(self, *arguments: str, seconds: float = 300) -> str:
        """Runs a command of manage.py to its end and gives what it wrote on standard output.

        Raises DidNotStart with what it wrote on standard error, and subprocess.TimeoutExpired.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode != 0:
            raise DidNotStart(f"manage.py {' '.join(arguments)} gave {done.returncode}:\n{done.stderr}")
        return done.stdout

    def start(self, *arguments: str, web: bool = True, environment: Mapping[str, str] | None = None) -> Process:
        """Starts one more process: `manage.py serve` unless `arguments` say otherwise, on a free port when `web`."""
        port = free_port() if web else None
        command = list(arguments or ("serve",))
        if port is not None:
            command += ["--host", HOST, "--port", str(port)]
        log = self.folder / f"{command[0]}-{len(self.processes)}.log"
        process = Process(command, {**self.environment, **(environment or {})}, log, port)
        self.processes.append(process)
        process.start()
        return process

    def move_clock(self, ahead: timedelta) -> None:
        """Let all processes of this site believe that it is so much later than it is."""
        new = self.data_dir / "clock.new"
        new.write_text(str(ahead.total_seconds()))
        new.replace(self.data_dir / "clock")  # at once: nobody reads half a number

    def logs(self) -> str:
        """What all processes wrote, for the message of a failing test."""
        return "\n".join(f"--- {process.log.name}\n{tail(process.log, lines=80)}" for process in self.processes)


@contextmanager
def prepared_site(
    *, demo: bool = False, like: Site | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A site with migrated database and gathered static files, and the demo centre if wanted; no process runs yet.

    `like` is a prepared site to copy, which takes a fraction of preparing one. `environment` adds settings.
    """
    folder = Path(tempfile.mkdtemp(prefix="kb-site-"))
    data_dir = folder / "data"
    with ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        if like is not None:
            shutil.copytree(like.data_dir, data_dir)
        database = cleanup.enter_context(new_database(data_dir, like=like.database_url if like else None))
        site = Site(folder, _environment(data_dir, database, environment or {}))
        if like is None:
            _prepare(site, demo=demo)
        try:
            yield site
        finally:
            for process in reversed(site.processes):
                process.stop()


def shared_demo_centre(folder: Path) -> Site:
    """The demo centre, prepared by whichever process comes first and waited for by the others; nobody starts it.

    It stays in `folder`, and on PostgreSQL in a database that stays as long as its server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = folder / "database-url"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            site = Site(folder, _environment(folder / "data", create_database(folder / "data"), {}))
            _prepare(site, demo=True)
            address.write_text(site.database_url)
    return Site(folder, _environment(folder / "data", address.read_text(), {}))


def _prepare(site: Site, *, demo: bool) -> None:
    site.data_dir.mkdir(exist_ok=True)
    site.manage("migrate", "--verbosity", "0")
    # As `serve` does at its start, so that starting a copy need not.
    site.manage("shell", "-c", "from kbcentre.serving import static_files; static_files.gather()")
    if demo:
        site.manage("load_demo")


@contextmanager
def running_site(
    *,
    demo: bool = False,
    like: Site | None = None,
    environment: Mapping[str, str] | None = None,
    processes: int = 1,
) -> Iterator[Site]:
    """A prepared site (see prepared_site) with `processes` times `manage.py serve`; several of them need REDIS_URL."""
    with prepared_site(demo=demo, like=like, environment=environment) as site:
        for _ in range(processes):
            site.start()
        yield site


def _environment(data_dir: Path, database_url: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of the product, without what this test run set for itself."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DEBUG")}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "tests.services.site_settings",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a-key-for-tests-only-and-long-enough-for-check-deploy",
        "PYTHONUNBUFFERED": "1",
        **extra,
    }
