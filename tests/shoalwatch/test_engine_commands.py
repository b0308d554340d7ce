"""`shoalwatch engine` as its users type it, with the embedded engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.archive import Archive
from tests.search.corpus import corpus
from tests.shoalwatch.commanding import shoalwatch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Archive(str(tmp_path / "data" / "archive")).append("tagged", corpus())
    done = shoalwatch(tmp_path, "index", home="data")
    assert done.returncode == 0, done.stderr
    return tmp_path


def pointer(folder: Path) -> Path:
    return folder / "data" / "index" / "current.json"


def test_an_index_of_another_version_is_built_anew_and_back(folder: Path) -> None:
    before = json.loads(pointer(folder).read_text())
    pointer(folder).write_text(json.dumps({**before, "format": "0.9"}))
    refused = shoalwatch(folder, "search", "code", home="data")
    assert (refused.returncode, "shoalwatch engine reindex" in refused.stderr) == (1, True)
    done = shoalwatch(folder, "engine", "reindex", home="data")
    assert done.stdout == "40 articles in the new index\n", done.stderr
    assert "reindex: swapped" in done.stderr
    again = shoalwatch(folder, "index", home="data")
    assert again.stdout == "0 articles of 0 partitions indexed, 40 in the index\n"
    health = shoalwatch(folder, "engine", "health", home="data")
    assert health.returncode == 0
    assert "embedded tantivy" in health.stdout
    assert "40 articles" in health.stdout
    back = shoalwatch(folder, "engine", "rollback", home="data")
    assert (back.returncode, "go back to" in back.stderr) == (1, True)


def test_from_the_archive_and_back(folder: Path) -> None:
    done = shoalwatch(folder, "engine", "reindex", "--from-archive", home="data")
    assert done.stdout == "40 articles in the new index\n", done.stderr
    again = shoalwatch(folder, "index", home="data")
    assert again.stdout == "0 articles of 0 partitions indexed, 40 in the index\n"
    back = shoalwatch(folder, "engine", "rollback", home="data")
    assert back.stdout == "40 articles in the index before, which is searched again\n"


def test_a_broken_index_is_ill(folder: Path) -> None:
    pointer(folder).write_text("{")
    health = shoalwatch(folder, "engine", "health", home="data")
    assert health.returncode == 1


def test_the_embedded_engine_has_no_roles(folder: Path) -> None:
    done = shoalwatch(folder, "engine", "setup", home="data")
    assert (done.returncode, "SHOALWATCH_SEARCH_URL is not set" in done.stderr) == (2, True)


@pytest.mark.parametrize("readable", [True, False])
def test_indexing_builds_an_index_of_another_version_anew_by_itself(
    folder: Path, readable: bool
) -> None:
    before = json.loads(pointer(folder).read_text())
    pointer(folder).write_text(json.dumps({**before, "tantivy": "0.13"}))
    if not readable:
        meta = folder / "data" / "index" / before["generation"] / "meta.json"
        meta.write_text("{")
    done = shoalwatch(folder, "index", home="data")
    assert done.returncode == 0, done.stderr
    assert "Building it anew now" in done.stderr
    assert done.stdout.endswith("40 in the index\n")
    assert done.stdout.startswith("0 articles" if readable else "40 articles")
