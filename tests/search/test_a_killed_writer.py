"""kill -9 in the middle of a commit: what was committed is there, whole; nobody is blocked; the next commit succeeds."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from articles.search import Reader, SearchDocument, SearchQuery
from articles.search.whoosh_engine import WhooshEngine
from tests.search.writing_process import ARTICLES

PROJECT = Path(__file__).resolve().parents[2]
KILLS = 8


def test_kill_9_at_any_moment_loses_no_commit_and_blocks_nobody(
    tmp_path: Path, make_document: Callable[..., SearchDocument]
) -> None:
    random.seed(9)
    folder = tmp_path / "index"
    newest = 0
    for _ in range(KILLS):
        newest = max(newest, _commit_until_killed(folder))
        engine = WhooshEngine(folder)
        assert engine.cursor is not None, "the index can be read"
        assert engine.cursor >= newest, "what was reported as committed is there"
        result = engine.search(SearchQuery("permit", Reader(None), limit=50))
        assert result.total == ARTICLES
        assert {hit.title for hit in result.hits} == {f"Permit cursor{engine.cursor}"}, "no half of a commit is seen"
        newest = engine.cursor + 1
        engine.update([make_document(f"Permit cursor{newest}", id=n) for n in range(1, ARTICLES + 1)], [], newest)
        assert engine.cursor == newest
        engine.close()
    engine.rebuild([make_document("Permit")], cursor=newest)
    assert [one.name for one in folder.glob("build-*/*.tmp")] == [], "leftovers of the killed are swept away"
    assert len(list(folder.glob("build-*"))) == 1


def _commit_until_killed(folder: Path) -> int:
    """Let a process commit, and kill it somewhere in the midst; gives the last cursor that it reported."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.search.writing_process", str(folder)],
        cwd=PROJECT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        first = process.stdout.readline()
        assert first, "the process has ended by itself"
        time.sleep(random.random() * 0.5)
    finally:
        process.kill()
    rest = process.stdout.read().split()
    process.wait()
    return int(rest[-1] if rest else first)
