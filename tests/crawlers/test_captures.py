"""Captures: an address that WARC files hold several times is judged by all that they show of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from articles.archive import Archive
from articles.record import Article
from articles.settings import StorageSettings
from articles.state import State, Validators
from crawlers.catalogue import ArchiveAccess
from crawlers.extraction import ExtractedPage
from crawlers.feeds import Entry
from crawlers.outcomes import Event, PageDone
from crawlers.recorder import Recorder
from crawlers.report import SourceReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.verdict import Fetched, judge
from crawlers.visit import Visit
from tests.crawlers.conftest import source
from tests.crawlers.outlet_server import page

A, PLAIN_A, B = "https://o.example/a", "http://o.example/a", "https://o.example/b"
FIRST = page("First words on the canal", title="Canal plan")
SECOND = page("Second words, for the plan was dropped", title="Canal plan dropped")


class _Capture(NamedTuple):
    url: str
    body: bytes
    day: int
    status: str = "200 OK"
    kind: str = "response"
    location: str | None = None
    content_type: str = "text/html; charset=utf-8"


def _file(path: Path, *captures: _Capture) -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for each in captures:
            said = [("Content-Type", each.content_type)]
            said += [("Location", each.location)] if each.location else []
            head = StatusAndHeaders(each.status, said, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                each.url,
                each.kind,
                payload=BytesIO(each.body),
                http_headers=head if each.kind in {"response", "revisit"} else None,
                warc_content_type=each.content_type if each.kind == "resource" else "",
                warc_headers_dict={"WARC-Date": f"2026-03-{each.day:02}T05:06:07Z"},
            )
            writer.write_record(record)
    return path


def _crawl(storage: StorageSettings, *files: Path) -> SourceReport:
    access = tuple(
        ArchiveAccess(kind="archive", url=str(file), hosts=("o.example",)) for file in files
    )
    outlet = source("o", "https://o.example/").model_copy(update={"access": access})
    return crawl([outlet], CrawlSettings(), storage).source("o")


def _counts(part: SourceReport) -> tuple[dict[str, int], list[tuple[int, int]]]:
    outcomes = {str(name): count for name, count in part.outcomes.items() if count}
    return outcomes, [(feed.entries, feed.repeats) for feed in part.feeds]


def _versions(storage: StorageSettings) -> list[Article]:
    return list(Archive(storage.archive).read("crawled", versions=True))


def test_a_redirect_or_fault_hides_no_page_that_was_recorded_later(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _file(
        tmp_path / "all.warc.gz",
        _Capture(PLAIN_A, b"", 1, "301 Moved", location=A),
        _Capture(A, FIRST, 1),
        _Capture(B, b"busy", 2, "503 Busy"),
        _Capture(B, page("Words on tin"), 3),
        _Capture(B, b"gone", 4, "404 Gone"),
    )
    part = _crawl(storage, file)
    assert _counts(part) == ({"new": 2}, [(5, 3)])
    assert (part.health, part.reasons) == ("healthy", {})
    assert [article.url for article in _versions(storage)] == [A, B]
    assert _crawl(storage, file).feeds[0].outcome == "not_modified"


def test_a_page_of_which_only_faults_were_recorded_ends_with_the_last(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _file(
        tmp_path / "lost.warc.gz",
        _Capture(PLAIN_A, b"", 1, "301 Moved", location=A),
        _Capture(A, b"gone", 1, "404 Not Found"),
        _Capture(PLAIN_A, b"", 2, "301 Moved", location=A),
        _Capture(B, b"", 2, "301 Moved", location=A),
    )
    part = _crawl(storage, file)
    assert _counts(part) == ({"failed": 2}, [(4, 2)])
    assert part.reasons == {"failed:http_301": 2}


def test_a_fault_that_was_recorded_does_not_have_the_file_read_again(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _file(tmp_path / "busy.warc.gz", _Capture(A, FIRST, 1), _Capture(B, b"", 1, "503 Busy"))
    assert _crawl(storage, file).reasons == {"failed:http_503": 1}
    assert _crawl(storage, file).feeds[0].outcome == "not_modified"


def test_a_later_capture_with_other_text_is_a_new_version(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _file(
        tmp_path / "changing.warc.gz",
        _Capture(A, FIRST, 1),
        _Capture(A, FIRST, 4),
        _Capture(A, SECOND, 3),
        _Capture(A, SECOND, 6),
        _Capture(A, SECOND, 7),
    )
    part = _crawl(storage, file)
    assert _counts(part) == ({"new": 1, "updated": 1}, [(5, 3)])
    first, second = _versions(storage)
    assert (first.version, first.title, first.fetched.day) == (1, "Canal plan", 1)
    assert (second.version, second.title, second.fetched.day) == (2, "Canal plan dropped", 6)
    assert (second.id, second.first_seen) == (first.id, first.first_seen)
    assert {"title", "text"} <= set(second.changed)
    with State.open(storage.state) as state:
        (row,) = state.source_health()
    assert row.articles == 1


def test_captures_in_several_files_are_judged_together(
    tmp_path: Path, storage: StorageSettings
) -> None:
    files = [
        _file(
            tmp_path / "one.warc.gz",
            _Capture(A, FIRST, 1),
            _Capture(B, b"busy", 1, "503 Busy"),
        ),
        _file(
            tmp_path / "two.warc.gz",
            _Capture(A, SECOND, 2),
            _Capture(B, page("Words on tin"), 2),
        ),
    ]
    part = _crawl(storage, *files)
    assert _counts(part) == ({"new": 2, "updated": 1, "failed": 1}, [(2, 0), (2, 0)])
    assert [article.version for article in _versions(storage)] == [1, 2, 1]
    assert _counts(_crawl(storage, *files)) == ({}, [(0, 0), (0, 0)])


def test_an_older_capture_at_another_address_does_not_replace_what_is_known(
    tmp_path: Path, storage: StorageSettings
) -> None:
    stated = f'<link rel="canonical" href="{A}">'
    older = page("Second words, for the plan was dropped", title="Canal plan dropped", head=stated)
    part = _crawl(storage, _file(tmp_path / "new.warc.gz", _Capture(A, FIRST, 5)))
    assert _counts(part) == ({"new": 1}, [(1, 0)])
    part = _crawl(storage, _file(tmp_path / "old.warc.gz", _Capture(f"{A}/print", older, 1)))
    assert part.reasons == {"duplicate:same_address": 1}
    assert [article.version for article in _versions(storage)] == [1]


def test_a_resource_is_a_page_and_a_revisit_a_repeat(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _file(
        tmp_path / "kinds.warc.gz",
        _Capture(A, FIRST, 1, kind="resource"),
        _Capture(B, b"\x89PNG", 1, kind="resource", content_type="image/png"),
        _Capture("urn:text:https://o.example/c", FIRST, 1, kind="resource"),
        _Capture("https://elsewhere.example/d", FIRST, 1, kind="resource"),
        _Capture(A, b"", 2, kind="revisit"),
    )
    part = _crawl(storage, file)
    assert _counts(part) == ({"new": 1, "rejected": 1}, [(3, 1)])
    assert part.reasons == {"rejected:not_html": 1}
    (article,) = _versions(storage)
    assert (article.url, article.title) == (A, "Canal plan")


def test_damaged_records_of_one_address_in_two_files_are_two(
    tmp_path: Path, storage: StorageSettings
) -> None:
    broken = _Capture(A, b"no brotli", 1)
    files = [_file(tmp_path / f"{n}.warc.gz", broken, broken) for n in range(2)]
    for file in files:
        with file.open("ab") as out:
            writer = WARCWriter(out, gzip=True)
            head = StatusAndHeaders("200 OK", [("Content-Encoding", "br")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                B, "response", payload=BytesIO(b"no brotli"), http_headers=head
            )
            writer.write_record(record)
    assert _crawl(storage, *files).reasons["rejected:damaged"] == 2


def test_a_response_without_a_head_is_counted(tmp_path: Path, storage: StorageSettings) -> None:
    file = tmp_path / "headless.warc"
    said = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {B}\r\nContent-Length: 0\r\n"
    file.write_text(f"{said}WARC-Date: 2026-03-01T05:06:07Z\r\n\r\n\r\n\r\n")
    part = _crawl(storage, file)
    assert _counts(part) == ({"rejected": 1}, [(1, 0)])
    assert part.reasons == {"rejected:damaged": 1}


def test_an_article_that_another_outlet_has_written_first_is_given_up_in_all_versions(
    tmp_path: Path, storage: StorageSettings
) -> None:
    told: list[Event] = []
    with State.open(storage.state) as state:
        recorder = Recorder(Archive(storage.archive), state, told.append)
        mine, other = source("o", A), source("p", A)
        for words, day in (("Plan", 1), ("Plan dropped", 2)):
            visit = Visit(mine, Entry(A, "", "", None, ""), A, A, recorder.known(A))
            text = ExtractedPage(text=f"{words}. " * 20, title=words)
            at = datetime(2026, 3, day, tzinfo=UTC)
            finding = judge(Fetched(visit, A, Validators(), at, text), recorder, {})
            recorder.record(replace(finding, done=finding.done.model_copy(update={"url": words})))
        found = recorder.known(A)
        assert found is not None
        assert found.version == 2
        state.save_page(found.model_copy(update={"source_id": other.id, "version": 1}))
        recorder.flush()
        ended = [(each.outcome, each.reason) for each in told if isinstance(each, PageDone)]
        assert ended == [("duplicate", "same_address")] * 2
        kept = state.page(A)
        assert kept is not None
        assert (kept.source_id, kept.version) == ("p", 1)
    assert Archive(storage.archive).settle("o") == 0
