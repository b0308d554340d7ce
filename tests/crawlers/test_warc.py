"""WARC files: an outlet's recorded pages become articles of the days on which they were had."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers.catalogue import ArchiveAccess, Source
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.warc import PageKeeper, WarcError, read_responses, version_of
from tests.crawlers.conftest import source
from tests.crawlers.outlet_server import page

THEN = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _recorded(folder: Path, *urls: str) -> Path:
    keeper = PageKeeper(folder, "kept")
    for url in urls:
        headers = {"Content-Type": "text/html; charset=utf-8", "ETag": '"x"'}
        keeper.keep(Response(url, headers=headers, body=page(f"About {url}")), "s", url, THEN)
    keeper.close()
    return folder / "2026-03-04" / "kept.warc.gz"


def _source(*files: Path) -> Source:
    access = tuple(
        ArchiveAccess(kind="archive", url=str(file), hosts=("o.example",)) for file in files
    )
    return source("sample", "https://o.example/").model_copy(update={"access": access})


def test_what_is_kept_is_read_back_as_it_was(tmp_path: Path) -> None:
    (stored,) = read_responses(str(_recorded(tmp_path, "https://o.example/a")), 100_000)
    assert (stored.url, stored.at, stored.status) == ("https://o.example/a", THEN, 200)
    assert (stored.source_id, stored.asked) == ("s", "https://o.example/a")
    assert stored.body == page("About https://o.example/a")
    assert stored.as_response().headers["ETag"] == b'"x"'


def test_a_torn_file_gives_what_stands_before_the_tear(tmp_path: Path) -> None:
    file = _recorded(tmp_path, "https://o.example/a", "https://o.example/b")
    file.write_bytes(file.read_bytes()[:-200])
    read = read_responses(str(file), 100_000)
    assert next(read).url == "https://o.example/a"
    with pytest.raises(WarcError, match="cannot be read further"):
        next(read)


def test_recorded_pages_become_articles_of_their_day(
    tmp_path: Path, storage: StorageSettings
) -> None:
    file = _recorded(
        tmp_path, "https://o.example/a", "https://elsewhere.example/b", "https://o.example/a"
    )
    first = crawl([_source(file)], CrawlSettings(), storage)
    part = first.source("sample")
    assert (part.outcomes["new"], part.feeds[0].entries, part.feeds[0].repeats) == (1, 2, 1)
    assert (part.feeds[0].kind, part.health) == ("archive", "healthy")
    (article,) = Archive(storage.archive).read("crawled", day=THEN.date())
    assert (article.first_seen, article.fetched) == (THEN, THEN)
    second = crawl([_source(file)], CrawlSettings(), storage)
    assert second.source("sample").feeds[0].outcome == "not_modified"


def test_a_missing_or_damaged_file_is_told(tmp_path: Path, storage: StorageSettings) -> None:
    missing = crawl([_source(tmp_path / "none.warc.gz")], CrawlSettings(), storage)
    part = missing.source("sample")
    assert (part.health, part.feeds[0].reason) == ("failing", "no_such_file")
    assert part.detail == f"no_such_file at {tmp_path}/none.warc.gz"
    file = _recorded(tmp_path, "https://o.example/a", "https://o.example/b")
    file.write_bytes(file.read_bytes()[:-200])
    torn = crawl([_source(file)], CrawlSettings(), storage)
    assert (torn.totals["new"], torn.source("sample").health) == (1, "malformed")


def test_real_and_tricky_files_never_break_the_crawl(
    shared: Path, storage: StorageSettings
) -> None:
    files = sorted(p for p in (shared / "feeds" / "warc").iterdir() if p.is_file())
    assert len(files) >= 10
    access = tuple(
        ArchiveAccess(kind="archive", url=str(file), hosts=("example.com", "www.iana.org"))
        for file in files
    )
    entry = _source(files[0]).model_copy(update={"access": access})
    report = crawl([entry], CrawlSettings(), storage)
    assert len(report.source("sample").feeds) == len(files)
    assert report.processes[0].exit == 0


def _record(writer: WARCWriter, url: str, said: dict[str, str], body: bytes, date: str) -> None:
    head = StatusAndHeaders("200 OK", list(said.items()), protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            http_headers=head,
            warc_headers_dict={"WARC-Date": date},
        )
    )


def test_a_damaged_record_costs_itself_only_and_is_counted(
    tmp_path: Path, storage: StorageSettings
) -> None:
    """Addresses that are none, dates and packing that cannot be read, bodies that are too large."""
    html, day = {"Content-Type": "text/html"}, "2026-03-04T05:06:07Z"
    broken: list[tuple[str, dict[str, str], bytes, str]] = [
        ("http://[::1", html, page("One"), day),
        ("https://o.example/date", html, page("Two"), "yesterday"),
        ("https://o.example/packed", html | {"Content-Encoding": "br"}, b"no brotli", day),
        ("https://o.example/large", html, b" " * 50_000, day),
    ]
    file = tmp_path / "foreign.warc.gz"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for record in broken:
            _record(writer, *record)
        _record(writer, "https://o.example/good", html, page("Three"), day)
    settings = CrawlSettings(max_page_bytes=40_000)
    part = crawl([_source(file)], settings, storage).source("sample")
    assert (part.health, part.outcomes["new"]) == ("healthy", 1)
    assert part.reasons == {"rejected:damaged": 2, "rejected:too_large": 1}


@pytest.mark.parametrize(
    ("encoding", "pack"), [("br", brotli.compress), ("zstd", zstandard.compress)]
)
def test_pages_packed_by_brotli_or_zstd_are_read_and_bombs_are_not(
    encoding: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    file = tmp_path / "packed.warc.gz"
    said = {"Content-Type": "text/html", "Content-Encoding": encoding}
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for name, body in (("bomb", b" " * 50_000_000), ("good", page("Three"))):
            url = f"https://o.example/{name}"
            _record(writer, url, said, pack(body), "2026-03-04T05:06:07Z")
    faults: list[tuple[str, str]] = []
    read = read_responses(str(file), 40_000, lambda *fault: faults.append(fault))
    assert [stored.body for stored in read] == [page("Three")]
    assert faults == [("https://o.example/bomb", "too_large")]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.compress)],
)
def test_the_start_of_a_page_that_its_archive_cut_off_is_read(
    encoding: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    file = tmp_path / "cut.warc.gz"
    whole = random.Random(5).randbytes(400_000).hex().encode()
    said = {"Content-Type": "text/html", "Content-Encoding": encoding}
    with file.open("wb") as out:
        start = pack(whole)[:300_000]
        _record(
            WARCWriter(out, gzip=True),
            "https://o.example/long",
            said,
            start,
            "2026-03-04T05:06:07Z",
        )
    (stored,) = read_responses(str(file), 1_000_000)
    assert len(stored.body) > 100_000
    assert whole.startswith(stored.body)


def test_a_file_on_a_web_server_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    file = _recorded(tmp_path, "https://o.example/a", "https://o.example/b")
    handler = partial(_Quiet, directory=str(file.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        folder = f"http://127.0.0.1:{server.server_port}"
        there = f"{folder}/{file.name}"
        assert [stored.url[-1] for stored in read_responses(there, 10_000)] == ["a", "b"]
        assert version_of(there) == version_of(there)
        missing = f"{folder}/none.warc.gz"
        with pytest.raises(WarcError, match=f"{missing} cannot be read further: it is not there"):
            next(read_responses(missing, 10_000))
        server.shutdown()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("s3://bucket/news.warc.gz", "Install s3fs"),
        ("nonsense://news.warc.gz", "Protocol not known: nonsense"),
        ("/nowhere/news.warc.gz", "it is not there"),
    ],
)
def test_a_place_that_cannot_be_opened_is_named_with_its_reason(place: str, why: str) -> None:
    with pytest.raises(WarcError, match=f"WARC file {place} cannot be opened: {why}"):
        version_of(place)
