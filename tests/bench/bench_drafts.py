"""Typing together: how long until the others have it, and what it costs, beside y-websocket's server and hocuspocus.

    python -m tests.bench drafts

20 and 50 people in one draft, 5 edits and 5 cursor moves a second each. Aims: p99 at most 40 ms, and at most 1.5 times
the processor time of y-websocket's server, which stores nothing, asks nobody for rights and relays what it gets. Ours is
`manage.py serve` as people run it, with a person of their own behind each socket, and each edit in the database before
it is relayed. Also: typing on until the log is merged; opening a draft of 10,000 words, and one that was edited 100,000
times.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import peers
from tests.drafts.clients import Editor, editing
from tests.live.clients import Visitor
from tests.services.bundle import NODE
from tests.services.ports import HOST, free_port, wait_until_listens
from tests.services.processes import stop
from tests.services.site import Site, running_site

CROWDS = (20, 50)
SECONDS = 15
EDITS = CURSORS = 5
WORDS = 10_000
EDITED = 100_000

POPULATE = """
import json
from articles import documents
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user, create_api_token
admin = create_user(None, "admin", superuser=True)
category = create_category(admin, "Permits", grants={{"editor": ["publish"]}})
people = [create_user(None, f"editor{{n}}", first_name=f"Editor {{n}}", roles=["editor"]) for n in range({people})]
long = "\\n\\n".join("Words of a long answer, ten in all, every time. " * 10 for _ in range({words} // 100))
made = [create_article(admin, category, title, documents.from_markdown(text).document).pk
        for title, text in (("Load 20", "x"), ("Load 50", "x"), ("Long", long), ("Old", "x"))]
print(json.dumps({{"admin": create_api_token(admin), "articles": made, "tokens": [create_api_token(p) for p in people]}}))
"""
# As the editors of a centre would over years: ten clients, words and corrections at random places, rows in the log, and
# the worker merging them as it does.
EDIT_LONG = """
import random
from django.db import transaction
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from articles.drafts import compaction, store
chance = random.Random(1)
pk = {article}
common, _ = store.load(pk)
docs = [Doc() for _ in range(10)]
rows = []
def flush():
    with transaction.atomic():
        store.append_all(pk, rows)
    rows.clear()
    while compaction.compact_due():
        pass
for number in range({count}):
    doc = docs[chance.randrange(10)] if number % 500 else docs[number // 500 % 10]
    if number % 500 == 0:
        for one in docs:
            one.apply_update(common.get_update(one.get_state()))
    sent = []
    watching = doc.observe(lambda event: sent.append(event.update))
    with doc.transaction():
        blocks = doc.get("default", type=XmlFragment).children
        if len(blocks) < 50 and chance.random() < .02:
            blocks.append(XmlElement("paragraph", contents=[XmlText("new ")]))
        else:
            runs = blocks[chance.randrange(len(blocks))].children
            if not len(runs):
                runs.append(XmlText(""))
            text = runs[0]
            if len(text) > 300 or (len(text) > 8 and chance.random() < .4):
                at = chance.randrange(len(text) - 5)
                del text[at : at + 5]
            else:
                text.insert(chance.randrange(len(text) + 1), "word ")
    doc.unobserve(watching)
    for update in sent:
        common.apply_update(update)
        rows.append((update, None))
    if len(rows) >= 2000:
        flush()
if rows:
    flush()
"""


@dataclass
class Server:
    """A server under load."""

    name: str
    kind: str
    url: str
    pid: int


@contextmanager
def ours(people: int) -> Iterator[tuple[Site, dict[str, Any]]]:
    """`manage.py serve` with this many editors."""
    with running_site() as site:
        made = site.manage("shell", "-c", POPULATE.format(people=people, words=WORDS)).splitlines()[-1]
        time.sleep(3)  # the index is built
        yield site, json.loads(made)


@contextmanager
def theirs(name: str, kind: str, command: Callable[[int], list[str]]) -> Iterator[Server]:
    """A server of Node's."""
    port = free_port()
    environment = {**os.environ, "HOST": HOST, "PORT": str(port), "NODE_ENV": "production"}
    with subprocess.Popen(
        [str(NODE), *command(port)], cwd=peers.FOLDER, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_listens(port, seconds=30)
            yield Server(name, kind, f"ws://{HOST}:{port}/load", process.pid)
        finally:
            stop(process)


def seconds_of_processor(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(server: Server, headers: list[dict[str, str]]) -> dict[str, float]:
    """Have everybody type; gives what the typists measured, and the share of a processor that it took."""
    order = {
        "kind": server.kind, "url": server.url, "name": "load", "headers": headers, "seconds": SECONDS, "edits": EDITS,
        "cursors": CURSORS,
    }  # fmt: skip
    with subprocess.Popen(
        [str(NODE), "typists.mjs", json.dumps(order)], cwd=peers.FOLDER, stdout=subprocess.PIPE, text=True
    ) as typists:
        assert typists.stdout
        used = began = 0.0
        for line in typists.stdout:
            if line == "begin\n":
                used, began = seconds_of_processor(server.pid), time.monotonic()
            elif line == "end\n":
                share = (seconds_of_processor(server.pid) - used) / (time.monotonic() - began)
            else:
                found: dict[str, float] = json.loads(line)
                return {**found, "share": share}
    raise RuntimeError("The typists gave up; see their error above.")


def compare(people: int, mine: Server, tokens: list[str]) -> None:
    """Print the numbers of all servers for one size of crowd, measured in one run, one after the other."""
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens[:people]]
    found = {mine.name: load(mine, headers)}
    with theirs("y-websocket", "plain", lambda _: ["node_modules/y-websocket/bin/server.cjs"]) as server:
        found[server.name] = load(server, headers)
    with theirs("hocuspocus", "hocuspocus", lambda port: ["hocuspocus.mjs", str(port)]) as server:
        found[server.name] = load(server, headers)
    for name, numbers in found.items():
        print(
            f"{people} people, {name:<11}: p50 {numbers['p50']:5.1f} ms, p99 {numbers['p99']:5.1f} ms, at most "
            f"{numbers['most']:5.0f} ms; {numbers['share']:4.0%} of a processor "
            f"({numbers['share'] / found['y-websocket']['share']:.2f} times y-websocket); "
            f"{numbers['edits']:.0f} edits, {numbers['missing']:.0f} not delivered, {numbers['frames']:.0f} frames",
            flush=True,
        )


def type_on(people: int, mine: Server, tokens: list[str]) -> None:
    """Print how it goes on until the log has had its most rows, and is merged while everybody types."""
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens[:people]]
    for _ in range(3):
        numbers = load(mine, headers)
        print(f"{people} people, on and on   : p50 {numbers['p50']:5.1f} ms, p99 {numbers['p99']:5.1f} ms, at most "
              f"{numbers['most']:5.0f} ms", flush=True)  # fmt: skip


async def opening(site: Site, token: str, article: int) -> tuple[float, Editor]:
    """Milliseconds from dialling until the draft is in a client's document."""
    began = time.monotonic()
    async with editing(Visitor(site.url, token=token), article) as editor:
        return (time.monotonic() - began) * 1000, editor


async def measure_opening(site: Site, token: str, article: int, what: str) -> None:
    """Print how long a draft takes to open when nobody has it open, and when somebody has."""
    first, editor = await opening(site, token, article)
    again = min([(await opening(site, token, article))[0] for _ in range(3)])
    size = len(editor.doc.get_update())
    print(f"opening {what}: {first:.0f} ms, {again:.0f} ms when it is open already; {size / 1024:.0f} kB", flush=True)


def main() -> int:
    """Measure and print. Gives 0."""
    peers.install()
    with ours(max(CROWDS)) as (site, known):
        load_20, load_50, long, old = known["articles"]
        address = site.url.replace("http", "ws", 1) + "/ws/articles/{}/draft/"
        for people, article in zip(CROWDS, (load_20, load_50), strict=True):
            mine = Server("kbcentre", "plain", address.format(article), site.web.pid)
            compare(people, mine, known["tokens"])
        type_on(people, mine, known["tokens"])
        asyncio.run(measure_opening(site, known["admin"], long, f"a draft of {WORDS} words"))
        began = time.monotonic()
        site.manage("shell", "-c", EDIT_LONG.format(article=old, count=EDITED), seconds=900)
        print(f"(edited {EDITED} times in {time.monotonic() - began:.0f} s)", flush=True)
        asyncio.run(measure_opening(site, known["admin"], old, f"a draft that was edited {EDITED} times"))
    return 0
