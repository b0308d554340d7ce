from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from articles.archive import Archive
from articles.errors import ArchiveError, TornPartitionError
from articles.record import Article
from tests.articles.making import SEEN, make
from tests.file_size import largest_file

DAY = SEEN.date()


def test_what_is_appended_is_read_back_by_day_and_source(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    later = datetime(2026, 11, 25, 0, 0, 1, tzinfo=UTC)
    archive.append("crawled", [make(1), make(2, source_id="other"), make(3, first_seen=later)])
    archive.append("crawled", [make(4)])
    assert sorted(a.title[-1] for a in archive.read("crawled")) == ["1", "2", "3", "4"]
    assert [a.title[-1] for a in archive.read("crawled", source="other")] == ["2"]
    assert [a.title[-1] for a in archive.read("crawled", day=date(2026, 11, 25))] == ["3"]
    assert [p.manifest.count for p in archive.partitions("crawled", day=DAY)] == [1, 2]
    assert list(archive.read("tagged")) == []


def test_a_source_s_partitions_are_found_without_a_look_at_what_else_is_there(
    tmp_path: Path,
) -> None:
    archive = Archive(str(tmp_path))
    later = datetime(2026, 11, 25, 0, 0, 1, tzinfo=UTC)
    archive.append("crawled", [make(1), make(2, source_id="other"), make(3, first_seen=later)])
    (tmp_path / "crawled/2026-11-24/outlet.json").write_text("torn")
    (tmp_path / "crawled/.DS_Store").write_text("of a file manager")
    listed: list[str] = []
    glob = archive._fs.glob

    def listing(path: str) -> list[str]:
        listed.append(path)
        return list(glob(path))

    archive._fs.glob = listing
    recent = archive.partitions("crawled", source="outlet", since=date(2026, 11, 25))
    assert [part.name for part in recent] == ["crawled/2026-11-25/outlet"]
    assert [part.name for part in archive.partitions("crawled", source="other")] == [
        "crawled/2026-11-24/other"
    ]
    assert listed == []
    assert [part.name for part in archive.partitions("crawled", since=date(2026, 11, 25))] == [
        "crawled/2026-11-25/outlet"
    ]
    assert len(archive.check()) == 1


def test_an_update_is_a_version_and_the_latest_is_read(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.append("crawled", [make(1), make(2)])
    archive.append("crawled", [make(1, version=2, text="Corrected.")])
    latest = {a.url[-1]: a.version for a in archive.read("crawled")}
    assert latest == {"1": 2, "2": 1}
    assert len(list(archive.read("crawled", versions=True))) == 3
    found = archive.find("crawled", make(1).id, DAY, "outlet")
    assert found is not None
    assert found.text == "Corrected."
    assert archive.find("crawled", "0" * 32, DAY, "outlet") is None


def test_embeddings_are_kept_beside_the_lines(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    vector = np.linspace(-1, 1, 384, dtype=np.float32)
    archive.append("tagged", [make(1, embedding=vector), make(2)])
    by_title = {a.title: a for a in archive.read("tagged")}
    assert np.array_equal(by_title["Title 1"].embedding, vector)
    assert by_title["Title 2"].embedding is None


def test_the_same_articles_make_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    Archive(str(one)).append("crawled", [make(1), make(2)])
    Archive(str(two)).append("crawled", [make(2)])
    Archive(str(two)).append("crawled", [make(1)])
    files = [sorted(p.relative_to(root) for p in root.rglob("*.*")) for root in (one, two)]
    assert files[0] == files[1]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in files[0])


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "manifest"])
def test_a_torn_partition_is_named_and_the_rest_still_reads(tmp_path: Path, damage: str) -> None:
    archive = Archive(str(tmp_path))
    archive.append("crawled", [make(1), make(2, source_id="other")])
    data = next(tmp_path.rglob("outlet-*.zst"))
    raw = data.read_bytes()
    if damage == "cut":
        data.write_bytes(raw[: len(raw) // 2])
    elif damage == "flip":
        data.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    elif damage == "gone":
        data.unlink()
    else:
        (data.parent / "outlet.json").write_text("{half")
    assert [a.source_id for a in archive.read("crawled")] == ["other"]
    [torn] = archive.check()
    assert f"crawled/{DAY}/outlet" in str(torn)
    with pytest.raises(TornPartitionError, match="outlet"):
        archive.append("crawled", [make(3)])


def test_a_write_killed_before_its_manifest_leaves_the_old_partition(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.append("crawled", [make(1)])
    (tmp_path / "crawled" / str(DAY) / "outlet-0000000000000000.jsonl.zst").write_bytes(b"half")
    assert [a.title for a in archive.read("crawled")] == ["Title 1"]
    assert archive.check() == []


def test_only_the_files_that_the_manifest_names_are_kept(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    for number in range(5):
        archive.append("crawled", [make(number)])
    assert len(list(tmp_path.rglob("*.zst"))) == 1


def test_a_reader_that_listed_before_a_write_reads_the_new_partition(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.append("crawled", [make(1)])
    [listed] = archive.partitions("crawled")
    archive.append("crawled", [make(2)])
    assert len(archive.read_partition(listed)) == 2


def test_an_archive_in_memory_by_url() -> None:
    archive = Archive("memory://archive-test")
    archive.append("crawled", [make(1)])
    assert [a.title for a in archive.read("crawled")] == ["Title 1"]


def test_a_wrong_archive_url_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="nonsense://x"):
        Archive("nonsense://x")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ArchiveError, match="cannot be read"):
        Archive(str(file)).append("crawled", [make(1)])


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ArchiveError, match=r"cannot be written: .*No space left"):
        Archive(str(tmp_path)).append("crawled", [make(1)])


def test_a_full_disk_leaves_no_draft_and_a_killed_writers_goes_with_the_next_settling(
    tmp_path: Path,
) -> None:
    archive, journal = Archive(str(tmp_path)), tmp_path / "journal" / "outlet"
    archive.journal([make(1)])
    (there,) = journal.iterdir()
    with largest_file(20), pytest.raises(ArchiveError, match="cannot be written"):
        archive.journal([make(2)])
    assert list(journal.iterdir()) == [there]
    (journal / ".0179-77ab.jsonl.zst.4711.part").write_bytes(b"half of it")
    assert archive.settle("outlet") == 1
    assert list(journal.iterdir()) == []


def _files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*.*")}


def test_a_journal_settles_into_the_same_bytes(tmp_path: Path) -> None:
    at_once, by_journal = Archive(str(tmp_path / "one")), Archive(str(tmp_path / "two"))
    at_once.append("crawled", [make(1), make(2), make(3), make(4, source_id="other")])
    by_journal.journal([make(3), make(4, source_id="other")])
    by_journal.journal([make(1), make(2)])
    assert list(by_journal.read("crawled")) == []
    assert by_journal.settle("outlet") == 3
    assert [a.source_id for a in by_journal.read("crawled")] == ["outlet"] * 3
    assert (by_journal.settle("other"), by_journal.settle("outlet")) == (1, 0)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_journal_is_read_and_given_up_by_article(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    places = archive.journal([make(1), make(2), make(4, source_id="other")])
    places |= archive.journal([make(1, version=2)])
    one, two = make(1).id, make(2).id
    found = archive.find_in_journal(places[one], one)
    assert found is not None
    assert found.version == 2
    assert archive.find_in_journal(places[two], make(3).id) is None
    held: list[Article] = []

    def all_but_one(journalled: list[Article]) -> set[str]:
        held.extend(journalled)
        return {one}

    assert archive.settle("outlet", all_but_one) == 1
    assert [(a.title, a.version) for a in held] == [
        ("Title 1", 1),
        ("Title 2", 1),
        ("Title 1", 2),
    ]
    assert [a.id for a in archive.read("crawled")] == [two]
    assert archive.find_in_journal(places[two], two) is None


def test_a_settling_that_was_killed_is_done_again(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.journal([make(1), make(2)])
    journal = _files(tmp_path)
    archive.settle("outlet")
    settled = _files(tmp_path)
    for name, data in journal.items():  # killed after the append, before the journal was removed
        (tmp_path / name).write_bytes(data)
    archive.settle("outlet")
    assert _files(tmp_path) == settled


def test_a_damaged_journal_file_is_left_and_the_rest_settles(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.journal([make(1)])
    (damaged,) = (tmp_path / "journal").rglob("*.zst")
    damaged.write_bytes(damaged.read_bytes()[:20])
    archive.journal([make(2)])
    assert archive.settle("outlet") == 1
    assert damaged.exists()
    assert [a.title for a in archive.read("crawled")] == ["Title 2"]
