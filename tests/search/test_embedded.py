"""The embedded engine keeps the promise."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from articles.record import Article
from search.embedded import EmbeddedEngine
from search.engine import (
    EngineReadOnlyError,
    EngineUnreachableError,
    IndexBrokenError,
    IndexFormatError,
    IndexLockedError,
    Query,
    SearchError,
)
from search.knowledge import Knowledge
from tests.conftest import ROOT
from tests.search.contract import SearchContract
from tests.search.contract_fixtures import EngineMaker
from tests.search.corpus import article_id, corpus, make, unit_vector


class TestEmbedded(SearchContract):
    @pytest.fixture(scope="class")
    def make_engine(self, tmp_path_factory: pytest.TempPathFactory) -> EngineMaker:
        home: Path = tmp_path_factory.mktemp("engines")
        numbers = count()

        def make(zone: str, knowledge: Knowledge | None = None) -> EmbeddedEngine:
            return EmbeddedEngine(home / str(next(numbers)), zone, knowledge)

        return make


@pytest.fixture
def home(tmp_path: Path) -> Path:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.index(corpus())
    engine.close()
    return tmp_path / "index"


def data(home: Path) -> Path:
    (folder,) = (one for one in home.iterdir() if one.is_dir())
    return folder


def test_the_index_outlives_the_process(home: Path) -> None:
    again = EmbeddedEngine(home)
    assert again.count() == 40
    assert again.generation == EmbeddedEngine(home).generation


def test_a_locked_index_names_the_writer_and_is_still_read(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from search.embedded_folder import IndexFolder\n"
        "with IndexFolder(Path(sys.argv[1])).writing():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    engine = EmbeddedEngine(home)
    for write in (
        lambda: engine.index([make("new")]),
        lambda: engine.delete([article_id("en-code")]),
        engine.reset,
    ):
        with pytest.raises(IndexLockedError, match=f"process {holder.pid}: wait"):
            write()
    assert engine.search(Query(text="code")).total == 2
    holder.stdin.close()
    holder.wait(timeout=20)
    holder.stdout.close()
    assert engine.index([make("new")]) == 1


def test_a_writer_that_was_killed_leaves_no_lock_and_no_half(home: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from search.embedded import EmbeddedEngine\n"
        "from tests.search.corpus import make, unit_vector\n"
        "def some():\n"
        "    for n in range(50): yield make(f'n{n}', embedding=unit_vector('x'))\n"
        "    os._exit(9)\n"
        "EmbeddedEngine(Path(sys.argv[1])).index(some())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, check=False)
    assert done.returncode == 9
    engine = EmbeddedEngine(home)
    assert engine.count() == 40
    kept = engine.get(article_id("en-shoal"))
    assert kept is not None
    np.testing.assert_array_equal(kept.embedding, unit_vector("en-shoal"))
    engine.index([make("new", embedding=unit_vector("new"))])
    fresh = engine.get(article_id("new"))
    assert fresh is not None
    np.testing.assert_array_equal(fresh.embedding, unit_vector("new"))


@pytest.mark.parametrize("last", ["begun", "copied", "agreed", "swapped"])
def test_a_reindex_that_was_killed_leaves_an_index_and_no_rubbish(home: Path, last: str) -> None:
    code = (
        "import os, sys; from pathlib import Path; from search.embedded import EmbeddedEngine\n"
        "def say(step):\n"
        "    if step == sys.argv[2]: os._exit(9)\n"
        "EmbeddedEngine.reindexed(Path(sys.argv[1]), say=say)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home), last], cwd=ROOT, check=False)
    assert done.returncode == 9
    engine = EmbeddedEngine(home)
    assert engine.search(Query(text="code")).total == 2
    assert engine.reindex() == 40
    assert sum(one.is_dir() for one in home.iterdir()) == 2  # the present one and the one before


def test_a_reindex_frees_the_rows_of_replaced_embeddings(home: Path) -> None:
    engine = EmbeddedEngine(home)
    engine.index(corpus())
    assert engine.reindex() == 40
    rows = home / engine.generation / "embeddings.f32"
    assert rows.stat().st_size == 384 * 4 * sum(a.embedding is not None for a in corpus())


def test_what_the_new_index_refuses_leaves_the_old_one(home: Path) -> None:
    engine = EmbeddedEngine(home)
    torn = make("torn").model_copy(update={"title": "half an emoji \ud83d"})
    with pytest.raises(SearchError, match=r"refuses 1 .*no valid Unicode.*as before"):
        engine.reindex([make("one"), torn])
    assert engine.count() == 40


def test_an_error_while_articles_come_in_writes_none(home: Path) -> None:
    def some() -> Iterator[Article]:
        yield make("first")
        raise RuntimeError("the archive ended")

    engine = EmbeddedEngine(home)
    with pytest.raises(RuntimeError, match="the archive ended"):
        engine.index(some())
    assert engine.count() == 40
    assert engine.index([make("first")]) == 1


def test_another_process_s_writes_and_resets_are_seen(home: Path) -> None:
    reader, writer = EmbeddedEngine(home), EmbeddedEngine(home)
    writer.index([make("new", "Ketapang ferry")])
    assert reader.search(Query(text="ketapang")).total == 1
    writer.reset()
    assert reader.count() == 0
    assert reader.generation == writer.generation
    reader.index([make("new")])
    assert writer.count() == 1


def replaced(file: Path, content: bytes) -> None:
    """Put another file in the place (to cut one that is mapped kills its readers)."""
    file.unlink()
    file.write_bytes(content)


def spoil_store(home: Path) -> None:
    for file in data(home).glob("*.store"):
        replaced(file, file.read_bytes()[:50])


def spoil_postings(home: Path) -> None:
    for file in data(home).glob("*.idx"):
        content = file.read_bytes()
        replaced(file, b"\xff" * (len(content) - 200) + content[-200:])


def spoil_meta(home: Path) -> None:
    replaced(data(home) / "meta.json", b"{")


def spoil_pointer(home: Path) -> None:
    replaced(home / "current.json", b"{}")


def spoil_vectors(home: Path) -> None:
    replaced(data(home) / "embeddings.f32", b"")


def spoil_quantised(home: Path) -> None:
    replaced(data(home) / "embeddings.i8", b"")


def lose_folder(home: Path) -> None:
    shutil.rmtree(data(home))


@pytest.mark.parametrize(
    "spoil",
    [spoil_store, spoil_postings, spoil_meta, spoil_pointer, spoil_vectors, lose_folder],
)
def test_a_broken_index_says_how_to_mend_it(home: Path, spoil: Callable[[Path], None]) -> None:
    before = EmbeddedEngine(home)
    spoil(home)
    with pytest.raises(IndexBrokenError, match="shoalwatch index --rebuild"):
        EmbeddedEngine(home).search(Query(text="code OR scarborough"))
    mended = EmbeddedEngine.remade(home)
    assert mended.index(corpus()) == 40
    assert mended.search(Query(text="code")).total == 2
    assert before.search(Query(text="code")).total == 2


@pytest.mark.parametrize("spoil", [spoil_meta, spoil_pointer, lose_folder])
def test_health_of_a_broken_index_does_not_raise(home: Path, spoil: Callable[[Path], None]) -> None:
    engine = EmbeddedEngine(home)
    spoil(home)
    health = engine.health()
    assert not health.ok
    assert "shoalwatch index --rebuild" in health.message


@pytest.mark.parametrize("changed", [{"format": "0.9"}, {"tantivy": "0.13"}])
def test_an_index_of_another_version_is_refused(home: Path, changed: dict[str, str]) -> None:
    pointer = home / "current.json"
    pointer.write_text(json.dumps({**json.loads(pointer.read_text()), **changed}))
    with pytest.raises(IndexFormatError, match="shoalwatch index --rebuild"):
        EmbeddedEngine(home)
    assert EmbeddedEngine.remade(home).count() == 0


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")
    with pytest.raises(EngineUnreachableError, match="SHOALWATCH_HOME"):
        EmbeddedEngine(tmp_path / "index")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_named_and_loses_nothing(home: Path) -> None:
    engine = EmbeddedEngine(home)
    (data(home) / "embeddings.f32").unlink()
    (data(home) / "embeddings.f32").symlink_to("/dev/full")
    with pytest.raises(EngineReadOnlyError, match="free space on that disk"):
        engine.index([make("new", embedding=unit_vector("new"))])
    assert engine.count() == 40


def test_articles_indexed_again_and_again_do_not_fill_the_disk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.embedded_reading.SPARE_ROWS", 8)
    with_one = [article for article in corpus() if article.embedding is not None]
    engine = EmbeddedEngine(home)
    for turn in range(6):
        changed = {a.id: unit_vector(f"{a.id} {turn}") for a in with_one}
        engine.index(a.model_copy(update={"embedding": changed[a.id]}) for a in with_one)
        for article in with_one:
            kept = engine.get(article.id)
            assert kept is not None
            np.testing.assert_array_equal(kept.embedding, changed[article.id])
    rows = (data(home) / "embeddings.f32").stat().st_size / (384 * 4)
    assert rows == (data(home) / "embeddings.i8").stat().st_size / 388
    assert len(with_one) < rows <= 2 * len(with_one) + 8 + len(with_one) // 8
    engine.delete([one.id for one in with_one[:-1]])
    engine.index([make("new", embedding=unit_vector("new"))])
    assert rows == (data(home) / "embeddings.f32").stat().st_size / (384 * 4)
    similar = engine.search(Query(similar_to=article_id("new"))).hits
    assert similar[0].article.id == with_one[-1].id


def test_rows_that_a_crash_left_without_a_copy_get_one(home: Path) -> None:
    copy = data(home) / "embeddings.i8"
    whole = copy.read_bytes()
    replaced(copy, whole[:1000])
    EmbeddedEngine(home).index([make("new", embedding=unit_vector("new"))])
    assert copy.read_bytes()[: len(whole)] == whole
    assert copy.stat().st_size == len(whole) + 388


def test_embeddings_take_rows_beside_the_index(home: Path) -> None:
    vectors = data(home) / "embeddings.f32"
    with_one = [article for article in corpus() if article.embedding is not None]
    assert vectors.stat().st_size == len(with_one) * 384 * 4
    with vectors.open("ab") as file:
        file.write(b"half a row")
    engine = EmbeddedEngine(home)
    engine.index([make("new", embedding=unit_vector("new"))])
    assert vectors.stat().st_size == (len(with_one) + 1) * 384 * 4


def test_lost_rows_of_the_nearest_are_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.embedded_nearest.FEW", 3)
    spoil_quantised(home)
    with pytest.raises(IndexBrokenError, match=r"embeddings\.i8 has 0 rows"):
        EmbeddedEngine(home).search(Query(similar_to=article_id("en-shoal")))
