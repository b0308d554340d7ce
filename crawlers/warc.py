"""WARC files (ISO 28500): responses that are kept, and read back from there or from elsewhere.

What is kept is the response as the crawl saw it: after redirects, unpacked. `WARC-Date` is the
moment that the article of a page has as `fetched`, to the microsecond (WARC 1.1, 5.4). What came
on the way there (redirects, robots.txt, answers that were asked for again) is kept as it was sent,
and how a request ended that had no answer as a metadata record, as is what was known of pages.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http import client
from io import SEEK_END, BytesIO, FileIO
from pathlib import Path
from typing import Any, Literal, TypeVar

import fsspec
import structlog
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import (  # type: ignore[import-untyped]
    ChunkedDataException,
    ChunkedDataReader,
)
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from articles.errors import ShoalwatchError
from crawlers.compression import start_of
from crawlers.known import Known
from crawlers.owed import OwedPage

SOURCE_HEADER = "Shoalwatch-Source"
ASKED_HEADER = "Shoalwatch-Asked"
"""Headers of our own records: for which source, and at which address before redirects."""
PASSING_HEADER = "Shoalwatch-Passing"
"""On responses that no page or feed was read from: redirect, robots or retried."""
Passing = Literal["redirect", "robots", "retried"]
_UNPACKED = {"content-encoding"}
_FRAMING = {"transfer-encoding", "content-length"}
_CHANGED = _UNPACKED | _FRAMING
_FAILURE = "application/vnd.shoalwatch.failure+json"
_KNOWN = "application/vnd.shoalwatch.known+json"
_UNREADABLE = (
    OSError,
    ImportError,
    ValueError,
    KeyError,
    EOFError,
    zlib.error,
    ArchiveLoadFailed,
)
_BAD_PACKING = (ResponseDataLossError, ChunkedDataException)
_WEB = ("http:", "https:")
OWED: tuple[Literal["failed"], str] = ("failed", "owed")
"""Stands for a page that an earlier run could not get and that this one may ask for."""
REVISIT = "revisit"
"""Why a record is passed over that says of a page only that it was as before (WARC 1.1, 6.7)."""
MAX_FAILURE = 100_000
"""Bytes of a failure record: two words, or what a feed said of a page; more is not ours."""

_Read = TypeVar("_Read")

log = structlog.get_logger()


class WarcError(ShoalwatchError):
    """A WARC file cannot be opened, or is damaged; what stands before the damage was read."""


class NoSuchWarcError(WarcError):
    """There is no WARC file at the place that is named."""


class KeepingError(ShoalwatchError):
    """A response cannot be kept; what was kept before it stays whole."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """One recorded response."""

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_id: str | None = None
    asked: str | None = None
    passing: str | None = None
    """Redirect, robots or retried: on the way to an answer, not the answer."""
    failure: tuple[str, str] | None = None
    """Outcome and reason of a request without an answer; the rest is then empty."""
    owed: OwedPage | None = None
    """The page that an earlier run could not get, where the failure is `OWED`."""

    def as_response(self) -> Response:
        """Return it as Scrapy's crawl would have given it."""
        named: dict[str, list[str]] = {}
        for name, value in self.headers:
            named.setdefault(name, []).append(value)
        return Response(self.url, status=self.status, headers=named, body=self.body)


def read_responses(
    place: str, max_bytes: int, on_fault: Callable[[str, str], None] = lambda *_: None
) -> Iterator[StoredResponse]:
    """Yield the responses of a WARC file, plain or gzip, in its order, and web resources as such.

    Args:
        place: A path or fsspec URL.
        max_bytes: Unpacked bytes of a body at the most; larger ones are passed over.
        on_fault: Called with the address of a record that is passed over, and why: `too_large`,
            `damaged` where its date, body or packing cannot be read, or `REVISIT`.

    Raises:
        NoSuchWarcError: there is no such file.
        WarcError: the file cannot be opened, or is damaged (a killed crawl leaves its last record
            cut short): raised once everything before has been yielded.
    """
    yield from _read(place, lambda record: _stored(record, max_bytes, on_fault))


def read_known(place: str, max_bytes: int) -> Iterator[Known]:
    """Yield what a crawl knew, from the records of it in a WARC file that it has kept.

    Args:
        place: A path or fsspec URL.
        max_bytes: Bytes of a record that are read; a larger one is passed over.

    Raises:
        WarcError: as `read_responses`.
    """
    yield from _read(place, lambda record: _known(record, max_bytes))


def _read(place: str, read: Callable[[Any], _Read | None]) -> Iterator[_Read]:
    """Yield what is read of each record, but None. Raises WarcError, as `read_responses`."""
    try:
        with fsspec.open(place, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            records = ArchiveIterator(file)
            for record in records:
                found = read(record)
                records.read_to_end(record)
                _refuse_torn(getattr(record.raw_stream, "limit", 0) > 0)
                if found is not None:
                    yield found
            place_of_last, length = records.member_info or (0, 0)
            # warcio passes over a last gzip member of which not even the head is whole.
            _refuse_torn(packed and length > 0 and place_of_last + length < file.tell())
    except _UNREADABLE as problem:
        raise _error(f"WARC file {place} cannot be read further", problem) from problem


def _refuse_torn(torn: bool) -> None:
    if torn:
        raise EOFError("its last record is cut short")


def version_of(place: str) -> str:
    """Return what changes when a file does (size and time, or an ETag). Raises WarcError."""
    try:
        files, path = fsspec.core.url_to_fs(place)
        return str(files.ukey(path))
    except (OSError, ImportError, ValueError) as problem:
        raise _error(f"WARC file {place} cannot be opened", problem) from problem


def _error(said: str, problem: Exception) -> WarcError:
    if isinstance(problem, FileNotFoundError):  # in which fsspec's drivers put only the address
        return NoSuchWarcError(f"{said}: it is not there")
    return WarcError(f"{said}: {problem}")


def _stored(
    record: Any, max_bytes: int, on_fault: Callable[[str, str], None]
) -> StoredResponse | None:
    """Return what a record holds, or None for one without a response or one that is at fault."""
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    try:
        if record.rec_type == "metadata":
            return _failure(record)
        if record.rec_type == "revisit":
            on_fault(url, REVISIT)
            return None
        if record.rec_type not in {"response", "resource"} or not url.lower().startswith(_WEB):
            return None
        record.http_headers = _head(record)
        body = _body(record, max_bytes + 1)
        if len(body) <= max_bytes:
            return _response(record, url, body)
        reason = "too_large"
    except (ValueError, TypeError, KeyError, zlib.error, *_BAD_PACKING) as problem:
        log.warning("warc_record_damaged", url=url, reason=str(problem))
        reason = "damaged"
    on_fault(url, reason)
    return None


def _head(record: Any) -> StatusAndHeaders:
    """Return a response's head, or what is one to a resource, whose type its record states."""
    if record.rec_type == "resource":
        kind = record.rec_headers.get_header("Content-Type")
        return StatusAndHeaders("200 OK", [("Content-Type", kind)] if kind else [])
    if record.http_headers is None:
        raise ValueError("it has no head")
    return record.http_headers


def _body(record: Any, most: int) -> bytes:
    """Return a record's body unpacked, its first `most` bytes at the most.

    Unlike a download that was cut short, a torn body is read as far as it goes, as warcio does
    with gzip: archives keep only the start of a long page (Common Crawl the first megabyte).
    """
    said = record.http_headers
    encoding = (said.get_header("Content-Encoding") or "").strip().lower()
    if encoding not in {"br", "zstd"}:
        body: bytes = record.content_stream().read(most)
        return body
    # warcio 1.8 fails on brotli's decompressors of today, and knows no zstd
    chunked = (said.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    raw = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    return start_of(raw.read(most), encoding, most)


def _response(record: Any, url: str, body: bytes) -> StoredResponse:
    about, said = record.rec_headers, record.http_headers
    status = said.get_statuscode()
    return StoredResponse(
        url=url,
        at=datetime.fromisoformat(about.get_header("WARC-Date") or "").astimezone(UTC),
        status=int(status) if status.isdigit() else 0,
        headers=tuple((n, v) for n, v in said.headers if n.lower() not in _CHANGED),
        body=body,
        source_id=about.get_header(SOURCE_HEADER),
        asked=about.get_header(ASKED_HEADER),
        passing=about.get_header(PASSING_HEADER),
    )


def _failure(record: Any) -> StoredResponse | None:
    about = record.rec_headers
    if about.get_header("Content-Type") != _FAILURE:
        return None
    said = json.loads(record.content_stream().read(MAX_FAILURE))
    url, ending = about.get_header("WARC-Target-URI"), (str(said["outcome"]), str(said["reason"]))
    words, asked = str(said.get("words") or ""), bool(said.get("asked", True))
    return StoredResponse(
        url=url,
        at=datetime.fromisoformat(about.get_header("WARC-Date")).astimezone(UTC),
        status=0,
        headers=(),
        body=b"",
        source_id=about.get_header(SOURCE_HEADER),
        asked=about.get_header(ASKED_HEADER),
        failure=ending,
        owed=OwedPage(url, words, asked) if ending == OWED else None,
    )


def _known(record: Any, max_bytes: int) -> Known | None:
    if record.rec_headers.get_header("Content-Type") != _KNOWN:
        return None
    try:
        return Known.model_validate_json(record.content_stream().read(max_bytes))
    except ValueError as problem:
        log.warning("warc_record_damaged", reason=str(problem))
        return None


@dataclass(slots=True)
class PageKeeper:
    """Keeps responses in WARC files, one for each UTC day and crawl process: FOLDER/DAY/NAME."""

    folder: Path
    name: str
    """Of the run and process, so that the files of a run sort in the order of runs."""
    _files: dict[date, FileIO] = field(default_factory=dict)

    def keep(
        self,
        response: Response,
        source_id: str,
        asked: str,
        at: datetime,
        passing: Passing | None = None,
    ) -> None:
        """Write a response; each is a gzip member of its own, so a kill tears the last at most.

        One on the way to an answer (`passing`) is packed as it was sent, others are unpacked.
        Raises KeepingError, which names the file.
        """
        left_out = _FRAMING if passing else _CHANGED
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.decode("latin-1").lower() not in left_out
        ]
        line = f"{response.status} {client.responses.get(response.status, '')}".strip()
        about = self._about(source_id, asked, at) | ({PASSING_HEADER: passing} if passing else {})
        self._write(
            response.url,
            "response",
            at,
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(line, headers, protocol="HTTP/1.1"),
            warc_headers_dict=about,
        )

    def keep_failure(
        self, source_id: str, asked: str, at: datetime, ending: tuple[str, str]
    ) -> None:
        """Write how a request ended that had no answer: outcome and reason, as in the report."""
        self._write_failure(source_id, asked, at, {"outcome": ending[0], "reason": ending[1]})

    def keep_owed(self, source_id: str, page: OwedPage, at: datetime) -> None:
        """Write that a page is owed from an earlier run, with what its feed said of it."""
        said = {"outcome": OWED[0], "reason": OWED[1], "words": page.words, "asked": page.asked}
        self._write_failure(source_id, page.url, at, said)

    def keep_known(self, known: Known) -> None:
        """Write what is known of a source, and of pages that it names."""
        self._write_said(
            known.source_id,
            f"urn:shoalwatch:{known.source_id}",
            known.at,
            _KNOWN,
            known.model_dump_json(exclude_none=True),
        )

    def _write_failure(
        self, source_id: str, asked: str, at: datetime, said: dict[str, object]
    ) -> None:
        self._write_said(source_id, asked, at, _FAILURE, json.dumps(said, ensure_ascii=False))

    def _write_said(self, source_id: str, url: str, at: datetime, kind: str, said: str) -> None:
        self._write(
            url,
            "metadata",
            at,
            payload=BytesIO(said.encode()),
            warc_content_type=kind,
            warc_headers_dict=self._about(source_id, url, at),
        )

    def _about(self, source_id: str, asked: str, at: datetime) -> dict[str, str]:
        return {
            "WARC-Date": at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z",
            SOURCE_HEADER: source_id,
            ASKED_HEADER: asked,
        }

    def _write(self, url: str, kind: str, at: datetime, **record: Any) -> None:
        packed = BytesIO()
        writer = WARCWriter(packed, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warc_record(url, kind, **record))
        day = at.astimezone(UTC).date()
        try:
            _append(self._file(day), packed.getbuffer())
        except OSError as problem:
            raise KeepingError(
                f"Responses can no longer be kept in {self._place(day)}: {problem}. What stands "
                "there is whole; the crawl goes on without keeping more. Make room for the next"
            ) from problem

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _place(self, day: date) -> Path:
        return self.folder / str(day) / f"{self.name}.warc.gz"

    def _file(self, day: date) -> FileIO:
        if day not in self._files:
            place = self._place(day)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._files[day] = place.open("ab", buffering=0)  # a buffer would fail again at close
        return self._files[day]


def _append(file: FileIO, record: memoryview) -> None:
    """Write a record whole, or take back what of it was written. Raises OSError."""
    start = file.seek(0, SEEK_END)
    try:
        while record:
            record = record[file.write(record) :]
    except OSError:
        file.truncate(start)
        raise
