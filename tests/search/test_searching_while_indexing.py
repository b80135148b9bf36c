"""Searches and commits at the same time: every search sees one commit, whole, and none waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from articles.search import Reader, SearchDocument, SearchQuery
from articles.search.whoosh_engine import WhooshEngine

ALL = Reader(None)


def test_threads_that_search_while_one_commits_see_whole_commits(
    tmp_path: Path, make_document: Callable[..., SearchDocument]
) -> None:
    engine = WhooshEngine(tmp_path / "index")
    other = WhooshEngine(tmp_path / "index")  # as another process has it

    def state(number: int) -> list[SearchDocument]:
        return [make_document(f"Permit state{number}", "words and more " * 20, id=n) for n in range(1, 9)]

    engine.rebuild(state(0), cursor=1)
    ended = threading.Event()
    problems: list[str] = []
    searches = 0

    def search(asked: WhooshEngine) -> None:
        nonlocal searches
        seen = 0
        while not ended.is_set():
            try:
                result = asked.search(SearchQuery("permit", ALL, limit=20))
                states = {int(hit.title.partition("state")[2]) for hit in result.hits}
                if result.total != 8 or len(states) != 1:
                    problems.append(f"{result.total} hits of {states}")
                elif min(states) < seen:
                    problems.append(f"state {states} after {seen}")
                else:
                    seen = min(states)
                asked.suggest("perm", ALL)
                searches += 1
            except Exception as problem:
                problems.append(repr(problem))

    threads = [threading.Thread(target=search, args=(asked,)) for asked in (engine, engine, other, other)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 26):
            if number % 10 == 0:
                engine.rebuild(state(number), cursor=number + 1)
            else:
                engine.update(state(number), [], cursor=number + 1)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert not problems, problems[:5]
    assert searches > 50


def test_many_threads_ask_a_cold_engine_at_once(tmp_path: Path, make_document: Callable[..., SearchDocument]) -> None:
    WhooshEngine(tmp_path / "index").rebuild(
        [make_document(f"Permit {number}", "bygglovsansökan", language="sv") for number in range(50)], cursor=1
    )
    engine = WhooshEngine(tmp_path / "index")
    totals: list[int] = []

    def ask() -> None:
        totals.append(engine.search(SearchQuery("permit ansökan", ALL)).total)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [50] * 8
