"""The index is a cache: whatever happens to its files, it is noticed, and made anew beside what is left of it."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.search import IndexBusy, IndexUnavailable, Reader, SearchDocument, SearchQuery
from articles.search import schema as index_schema
from articles.search.storage import SegmentFiles
from articles.search.whoosh_engine import WhooshEngine
from articles.search.writing import choose_merged

MakeDocument = Callable[..., SearchDocument]
ALL = Reader(None)


def titles(engine: WhooshEngine, text: str) -> list[str]:
    return sorted(hit.title for hit in engine.search(SearchQuery(text, ALL, correct=False)).hits)


def when_noticed(engine: WhooshEngine, text: str, wanted: list[str]) -> None:
    """Ask until another process's commit is seen; searching goes on meanwhile."""
    deadline = time.monotonic() + 20
    while titles(engine, text) != wanted:
        assert time.monotonic() < deadline, f"{text!r} finds {titles(engine, text)}, not {wanted}"
        time.sleep(0.01)


def build_of(path: Path) -> Path:
    (build,) = path.glob("build-*")
    return build


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_without_an_index_searching_says_so(engine: WhooshEngine) -> None:
    assert engine.cursor is None
    for ask in (lambda: engine.search(SearchQuery("x", ALL)), lambda: engine.suggest("x", ALL)):
        with pytest.raises(IndexUnavailable):
            ask()
    with pytest.raises(IndexUnavailable):
        engine.update([], [1], cursor=1)


def test_an_update_replaces_adds_and_removes_at_once_with_its_cursor(
    engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild([make_document("Permit one"), make_document("Permit two")], cursor=3)
    engine.update([make_document("Permit new", id=1), make_document("Permit three")], [2], cursor=9)
    assert titles(engine, "permit") == ["Permit new", "Permit three"]
    assert engine.cursor == 9
    engine.update([], [], cursor=12)
    assert engine.cursor == 12
    assert titles(engine, "permit") == ["Permit new", "Permit three"]


def test_another_process_notices_a_commit(path: Path, engine: WhooshEngine, make_document: MakeDocument) -> None:
    engine.rebuild([make_document("Permit one")], cursor=1)
    other = WhooshEngine(path)
    assert titles(other, "permit") == ["Permit one"]
    engine.update([make_document("Permit two")], [], cursor=2)
    when_noticed(other, "permit", ["Permit one", "Permit two"])
    assert other.cursor == 2
    engine.rebuild([make_document("Permit three")], cursor=3)
    when_noticed(other, "permit", ["Permit three"])


def test_a_deleted_index_is_noticed_and_built_again(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild([make_document("Permit")], cursor=1)
    assert titles(engine, "permit") == ["Permit"]
    shutil.rmtree(path)
    assert engine.cursor is None
    with pytest.raises(IndexUnavailable):
        engine.search(SearchQuery("permit", ALL))
    engine.rebuild([make_document("Permit again")], cursor=2)
    assert titles(engine, "permit") == ["Permit again"]


def _empty_segment(build: Path) -> None:
    for segment in build.glob("*.seg"):
        segment.write_bytes(b"")


def _half_a_segment(build: Path) -> None:
    for segment in build.glob("*.seg"):
        segment.write_bytes(segment.read_bytes()[: segment.stat().st_size // 2])


def _noise_for_a_segment(build: Path) -> None:
    for segment in build.glob("*.seg"):
        segment.write_bytes(os.urandom(segment.stat().st_size))


def _no_segment(build: Path) -> None:
    for segment in build.glob("*.seg"):
        segment.unlink()


def _noise_for_the_contents(build: Path) -> None:
    for contents in build.glob("*.toc"):
        contents.write_bytes(b"not a table of contents")


def _no_contents(build: Path) -> None:
    for contents in build.glob("*.toc"):
        contents.unlink()


def _noise_for_the_pointer(build: Path) -> None:
    (build.parent / "CURRENT").write_text("{")


def _pointer_to_nowhere(build: Path) -> None:
    (build.parent / "CURRENT").write_text('{"build": "../../elsewhere"}')


@pytest.mark.parametrize(
    "damage",
    [
        _empty_segment, _half_a_segment, _noise_for_a_segment, _no_segment, _noise_for_the_contents, _no_contents,
        _noise_for_the_pointer, _pointer_to_nowhere,
    ],
)  # fmt: skip
def test_damage_is_noticed_at_start_and_a_rebuild_heals_it(
    path: Path, engine: WhooshEngine, make_document: MakeDocument, damage: Callable[[Path], None]
) -> None:
    engine.rebuild([make_document(f"Permit {number}", "text " * 50) for number in range(30)], cursor=1)
    engine.close()
    damage(build_of(path))
    started = WhooshEngine(path)
    assert started.cursor is None
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            started.search(SearchQuery("permit", ALL))
    started.rebuild([make_document("Permit healed")], cursor=2)
    assert titles(started, "permit") == ["Permit healed"]
    assert len(list(path.glob("build-*"))) == 1, "what was damaged is gone"


def _noise_for_the_postings(build: Path) -> None:
    """Damage that nobody meets before a search reads it: opening the index still succeeds."""
    (segment,) = build.glob("*.seg")
    files = SegmentFiles(segment)
    (place,) = (place for name, place in files._places.items() if name.endswith(".pst"))
    whole = bytearray(segment.read_bytes())
    whole[place["offset"] : place["offset"] + place["length"]] = os.urandom(place["length"])
    segment.write_bytes(bytes(whole))


def test_damage_that_shows_while_searching_is_reported_to_the_writer(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild([make_document("Permit", "rare words here " * 40) for _ in range(200)], cursor=1)
    other = WhooshEngine(path)
    _noise_for_the_postings(build_of(path))
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            other.search(SearchQuery("rare permit", ALL))
    writer = WhooshEngine(path)
    assert writer.cursor is None, "the writer, in another process, knows that it must build the index anew"
    writer.rebuild([make_document("Permit healed")], cursor=2)
    when_noticed(other, "permit", ["Permit healed"])


def test_an_index_of_another_version_of_the_program_is_not_searched(
    path: Path, engine: WhooshEngine, make_document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.rebuild([make_document("Permit")], cursor=1)
    monkeypatch.setattr(index_schema, "FORMAT", index_schema.FORMAT + 1)
    newer = WhooshEngine(path)
    assert newer.cursor is None
    with pytest.raises(IndexUnavailable):
        newer.search(SearchQuery("permit", ALL))
    newer.rebuild([make_document("Permit of now")], cursor=2)
    assert titles(newer, "permit") == ["Permit of now"]


def test_the_old_index_is_searched_while_the_new_one_is_built(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild([make_document("Permit of old")], cursor=1)
    seen = []

    def documents() -> list[SearchDocument]:
        seen.append(titles(engine, "permit"))
        seen.append(titles(WhooshEngine(path), "permit"))
        return [make_document("Permit of now")]

    engine.rebuild((document for _ in range(1) for document in documents()), cursor=2)
    assert seen == [["Permit of old"], ["Permit of old"]]
    assert titles(engine, "permit") == ["Permit of now"]


def test_a_rebuild_that_fails_leaves_everything_as_it_was(engine: WhooshEngine, make_document: MakeDocument) -> None:
    engine.rebuild([make_document("Permit")], cursor=1)

    def broken() -> SearchDocument:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild((broken() for _ in range(3)), cursor=2)
    assert (titles(engine, "permit"), engine.cursor) == (["Permit"], 1)
    engine.update([make_document("Permit two")], [], cursor=2)
    assert titles(engine, "permit") == ["Permit", "Permit two"]


def test_one_process_writes_at_a_time_and_a_thread_may_nest(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    other = WhooshEngine(path)
    with engine.writing(), engine.writing():
        engine.rebuild([make_document("Permit")], cursor=1)
        with pytest.raises(IndexBusy):
            other.rebuild([], cursor=5)
    other.update([make_document("Permit two")], [], cursor=2)
    assert titles(other, "permit") == ["Permit", "Permit two"]


def test_many_commits_leave_few_segments_and_few_files(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    engine.rebuild([make_document(f"Permit {number}") for number in range(40)], cursor=1)
    for number in range(60):
        engine.update([make_document(f"Permit {number} changed", id=1 + number % 40)], [], cursor=2 + number)
    build = build_of(path)
    assert len(list(build.glob("*.seg"))) <= 8
    assert len(list(build.glob("*.toc"))) == 1
    assert not list(build.glob("*.tmp/*"))
    assert engine.search(SearchQuery("permit", ALL)).total == 40
    assert engine.search(SearchQuery("changed", ALL)).total == 40


def test_commits_and_searches_leak_no_file_descriptors(
    path: Path, engine: WhooshEngine, make_document: MakeDocument
) -> None:
    """Whoosh's `searcher.refresh()` leaks one for each commit. Ours are closed without the garbage collector."""
    engine.rebuild([make_document("Permit")], cursor=1)
    reader = WhooshEngine(path)
    titles(reader, "permit")
    gc.collect()
    gc.disable()
    try:
        before = open_descriptors()
        for number in range(40):
            engine.update([make_document("Permit", id=2 + number % 3)], [], cursor=2 + number)
            titles(engine, "permit")
            when_noticed_cursor(reader, 2 + number)
        after = open_descriptors()
    finally:
        gc.enable()
    segments = len(list(build_of(path).glob("*.seg")))
    assert after - before <= 2 * segments, f"{before} descriptors became {after}"


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def when_noticed_cursor(engine: WhooshEngine, cursor: int) -> None:
    deadline = time.monotonic() + 20
    while engine.cursor != cursor:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("sizes", "added", "merged"),
    [
        ([], 1, set()),
        ([(1000, 0)], 1, set()),
        ([(1000, 0), (1, 0), (1, 0)], 1, set()),
        ([(1000, 0), (1, 0), (1, 0), (1, 0)], 1, {1, 2, 3}),
        ([(1000, 400), (10, 0)], 0, {0}),
        ([(1000, 200), (10, 0)], 1, set()),
        ([(50_000, 20_000)], 1, set()),
    ],
)
def test_segments_of_one_size_are_merged_and_large_ones_left_alone(
    sizes: list[tuple[int, int]], added: int, merged: set[int]
) -> None:
    assert choose_merged(sizes, added) == merged


def test_segments_stay_few_however_many_texts_are_added_one_by_one() -> None:
    sizes: list[tuple[int, int]] = []
    rewritten = 0
    for _ in range(5_000):
        merged = choose_merged(sizes, 1)
        size = 1 + sum(sizes[at][0] for at in merged)
        rewritten += size - 1
        sizes = [one for at, one in enumerate(sizes) if at not in merged] + [(size, 0)]
        assert len(sizes) <= 20
    assert rewritten / 5_000 < 12, "each text is rewritten a few times, not with every commit"
