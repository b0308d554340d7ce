"""A file that is written whole replaces the old one, or leaves it as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.whole_files import write_whole
from tests.file_size import largest_file


def test_text_and_bytes_take_the_place_of_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_whole(file, "first")
    write_whole(file, "黄岩岛")
    assert file.read_text(encoding="utf-8") == "黄岩岛"
    write_whole(file, b"\xff")
    assert file.read_bytes() == b"\xff"
    assert list(tmp_path.iterdir()) == [file]


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_whole(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "\ud800")
    with pytest.raises(OSError, match="No such file"):
        write_whole(tmp_path / "nowhere" / "report.json", "new")
    assert file.read_text(encoding="utf-8") == "old"


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_whole(file, "old")
    with largest_file(20), pytest.raises(OSError, match="File too large"):
        write_whole(file, "n" * 100)
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
