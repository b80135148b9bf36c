"""How long until the last of many open pages has a published version, beside a plain broadcast of the same bytes.

    python -m tests.bench push

The baseline is Node's `ws`, which sends one buffer to every socket and knows nothing of rights. Aims: 1.5 times its time
for 1,000 sockets, 3 times for 3,000; nothing lost in a burst of 300 events. Ours is `manage.py serve` as people run it
(pages, sockets, index and worker in one process), with a person of their own behind each socket; measured is from the
commit of the publication until the last socket has the text. Both are measured in turns in one run.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbcentre.serving.server import raise_open_files
from tests.bench import peers
from tests.services.bundle import NODE
from tests.services.ports import HOST, free_port, wait_until_listens
from tests.services.processes import stop
from tests.services.site import PROJECT, Site, prepared_site

CROWDS = (1_000, 3_000)
ROUNDS = 7
BURST = 300
PARAGRAPHS = 40  # about 10 kB of HTML: a long article of a handbook

POPULATE = """
import json
from articles import documents
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user, create_api_token
from articles.actions.publishing import publish_article
from articles.models import ApiToken, User
admin = create_user(None, "admin", superuser=True)
category = create_category(admin, "Permits", grants={{"everyone": ["view"], "editor": ["publish"]}})
text = "\\n\\n".join("Paragraph %d. " % n + "Words of an answer. " * 12 for n in range({paragraphs}))
article = create_article(admin, category, "Fees", documents.from_markdown(text).document)
publish_article(admin, article.pk)
people = User.objects.bulk_create(User(username=f"reader{{n}}", first_name=f"Reader {{n}}") for n in range({people}))
secrets = [ApiToken.new_secret() for _ in people]
ApiToken.objects.bulk_create(
    ApiToken(user=one, digest=ApiToken.digest_of(secret)) for one, secret in zip(people, secrets)
)
print(json.dumps({{"admin": create_api_token(admin), "article": article.pk, "tokens": secrets}}))
"""
EDIT = """
from articles import events
from articles.actions.article import update_article
from articles.models import User
admin = User.objects.get(username="admin")
for number in range({count}):
    update_article(admin, {article}, title=f"Title {{number}}")
"""


@dataclass
class Crowd:
    """The process with all the clients of one server."""

    process: subprocess.Popen[str]
    seconds: float = 0.0

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Give an order and read one answer."""
        self.order(order)
        return self.answer()

    def order(self, order: dict[str, Any]) -> None:
        """Give an order."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Read one answer. Raises RuntimeError when the process has died."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The clients gave up; see their error above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def everybody_got(self, count: int, people: int) -> int:
        """Wait until each has `count` events; gives the moment. Raises RuntimeError when something was lost."""
        answer = self.answer()
        if answer["complete"] != people or answer["frames"] != count * people or answer["disorder"]:
            raise RuntimeError(f"Lost or out of order: {answer}")
        last: int = answer["last"]
        return last


@contextmanager
def crowd(port: int, path: str, tokens: list[str]) -> Iterator[Crowd]:
    """As many open sockets as tokens, in a process of their own."""
    command = [sys.executable, "-m", "tests.bench.crowd"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            clients = Crowd(process)
            clients.seconds = clients.ask({"port": port, "path": path, "tokens": tokens})["seconds"]
            yield clients
        finally:
            process.kill()


@dataclass
class Ours:
    """Our server and what it takes to publish in it."""

    site: Site
    port: int
    nudges: Path
    process: subprocess.Popen[bytes]
    people: dict[str, Any]

    def publish(self) -> None:
        """Publish the article once more."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.people['admin']}", "Content-Type": "application/json"}
        connection.request("POST", f"/api/v1/articles/{self.people['article']}/publish", b"{}", headers)
        answer = connection.getresponse()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {answer.read().decode()}")
        answer.read()

    def committed(self) -> int:
        """When the last transaction with events was committed (in the server's own process)."""
        return int(self.nudges.read_text().split()[-1])

    def frame(self) -> bytes:
        """The frame that a page with the article open gets: the bytes of the baseline."""
        stream = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.people['tokens'][0]}"}
        stream.request("GET", f"/api/v1/events/stream?watch={self.people['article']}", headers=headers)
        answer = stream.getresponse()
        answer.readline()
        self.publish()
        while not (line := answer.readline()).startswith(b'data: {"type":"event"'):
            pass
        stream.close()
        return line.removeprefix(b"data: ").strip()


@contextmanager
def ours(people: int) -> Iterator[Ours]:
    """`manage.py serve` with this many people and one long article."""
    with prepared_site() as site:
        script = POPULATE.format(people=people, paragraphs=PARAGRAPHS)
        known = json.loads(site.manage("shell", "-c", script).splitlines()[-1])
        port, nudges = free_port(), site.folder / "nudges"
        command = [sys.executable, "-m", "tests.bench.push_server", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=PROJECT, env={**site.environment, "NUDGES": str(nudges)})
        try:
            if not wait_until_listens(port, seconds=60):
                raise RuntimeError("serve did not start")
            time.sleep(5)  # the index is built, caches are warm
            yield Ours(site, port, nudges, process, known)
        finally:
            stop(process)


@contextmanager
def node() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The plain broadcast."""
    peers.install()
    port = free_port()
    process = subprocess.Popen([str(NODE), "broadcast.mjs", str(port)], cwd=peers.FOLDER)
    try:
        wait_until_listens(port, seconds=30)
        yield port, process
    finally:
        stop(process)


def broadcast(port: int, message: bytes, times: int = 1) -> int:
    """Have Node send a message; gives the moment when it began."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("POST", "/", message, {"x-times": str(times)})
    return int(connection.getresponse().read())


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def measure(server: Ours, people: int, plain: tuple[int, subprocess.Popen[bytes]]) -> None:
    """Print the times and the memory for one size of crowd."""
    plain_port, plain_process = plain
    tokens = server.people["tokens"][:people]
    frame = server.frame()
    path = f"/ws/events/?watch={server.people['article']}"
    before = memory(server.process.pid), memory(plain_process.pid)
    with crowd(server.port, path, tokens) as pages, crowd(plain_port, "/", tokens) as listeners:
        time.sleep(4)  # presence has settled
        each = [(memory(pid) - was) / people / 1024 for pid, was in zip(
            (server.process.pid, plain_process.pid), before, strict=True)]  # fmt: skip
        took: list[float] = []
        plain_took: list[float] = []
        for _ in range(ROUNDS):
            pages.ask({"expect": 1})
            server.publish()
            took.append((pages.everybody_got(1, people) - server.committed()) / 1e6)
            listeners.ask({"expect": 1})
            began = broadcast(plain_port, frame)
            plain_took.append((listeners.everybody_got(1, people) - began) / 1e6)
            time.sleep(1)
        mine, theirs = statistics.median(took), statistics.median(plain_took)
        print(
            f"{people:>5} sockets, {len(frame) / 1024:.0f} kB: {mine:.0f} ms (best {min(took):.0f}); ws {theirs:.0f} ms "
            f"(best {min(plain_took):.0f}): {mine / theirs:.2f} times; connected in {pages.seconds:.1f} s "
            f"(ws {listeners.seconds:.1f} s); {each[0]:.0f} kB of memory a socket (ws {each[1]:.0f} kB)",
            flush=True,
        )
        if people == CROWDS[0]:
            burst(server, people, pages, listeners, plain_port)


def burst(server: Ours, people: int, pages: Crowd, listeners: Crowd, plain_port: int) -> None:
    """300 events as fast as another process can record them: each socket must have every one of them, in order."""
    pages.ask({"expect": BURST})
    server.site.manage("shell", "-c", EDIT.format(count=BURST, article=server.people["article"]))
    recorded = time.monotonic_ns()
    late = max(0.0, (pages.everybody_got(BURST, people) - recorded) / 1e6)
    listeners.ask({"expect": BURST})
    plain = b'{"type":"event","seq":1,"kind":"article.updated","article":1,"actor":{"id":1,"name":"admin"},"data":{}}'
    began = broadcast(plain_port, plain, BURST)
    took = (listeners.everybody_got(BURST, people) - began) / 1e6
    print(
        f"{people:>5} sockets, burst of {BURST} events: {BURST * people} of {BURST * people} frames, in order; the last "
        f"{late:.0f} ms after the process that recorded them had ended (ws: all, in {took:.0f} ms)",
        flush=True,
    )


def main() -> int:
    """Measure and print. Gives 0; raises when anything was lost."""
    raise_open_files()
    for people in CROWDS:  # processes of their own for each, else the memory of the first crowd hides the second's
        with ours(people) as server, node() as plain:
            measure(server, people, plain)
    return 0
