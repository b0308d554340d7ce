"""Serve the sample newsroom on loopback, each outlet at an address of its own."""

from __future__ import annotations

import errno
import socketserver
import sys
import threading
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import structlog
import yaml

from articles.errors import ShoalwatchError
from shoalwatch.newsroom.records import Outlet, load_outlets
from shoalwatch.newsroom.site import Page, Site
from shoalwatch.newsroom.stories import stories_at
from shoalwatch.newsroom.truth import (
    OutletCounts,
    SampleLabel,
    SampleOutlet,
    expected_counts,
    label,
)

log = structlog.get_logger()

BIND_ATTEMPTS = 20
"""How often a free port is drawn: one free on the first address may be taken on another."""


class NewsroomError(ShoalwatchError):
    """The sample newsroom cannot be served (a port is taken, or loopback is not up)."""


class _Handler(BaseHTTPRequestHandler):
    """Answer GET and HEAD from the outlet's rendered pages, with conditional requests."""

    protocol_version = "HTTP/1.1"
    timeout = 5.0
    """Seconds after which an idle connection is closed, so that no thread outlives a test long."""
    server: _OutletServer

    def do_GET(self) -> None:
        """Answer with the page, 304 when the client's copy is current, or 404."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer as GET would, without the body."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = self.server.pages.get(urlsplit(self.path).path)
        if page is None:
            self._send(404, b"Not found\n", {"Content-Type": "text/plain"}, with_body)
            return
        validators = {
            "ETag": page.etag,
            "Last-Modified": _http_date(page.last_modified),
        }
        if self._is_current(page):
            self._send(304, b"", validators, with_body)
        else:
            self._send(200, page.body, {"Content-Type": page.content_type} | validators, with_body)

    def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_current(self, page: Page) -> bool:
        """Tell whether the client's copy is current; If-None-Match wins (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return page.etag in known or "*" in known
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return parsedate_to_datetime(since) >= page.last_modified.replace(microsecond=0)
        except (TypeError, ValueError):
            return False

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Keep the access lines of answered requests off the demo's screen."""


class _OutletServer(ThreadingHTTPServer):
    """One outlet's listening socket."""

    daemon_threads = True
    pages: dict[str, Page]

    def server_bind(self) -> None:
        """Bind without the parent's reverse name look-up, which can take seconds an address."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that hang up; anything else is a fault and is shown."""
        if isinstance(sys.exception(), ConnectionError):
            log.debug("newsroom_client_hung_up", client=client_address)
        else:
            super().handle_error(request, client_address)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


class Newsroom:
    """The sample newsroom at one moment; a context manager that starts and stops its servers.

    `now` (aware; default: the start, cut to the hour) fixes all dates, `revision` 2 serves the
    second version of the one updated article, `port` 0 draws a free port. The same now, revision
    and port give the same bytes. Raises NewsroomError when the addresses cannot be bound.
    """

    def __init__(self, now: datetime | None = None, revision: int = 1, port: int = 0) -> None:
        """Load the data files; nothing listens until the newsroom is entered."""
        if now is not None and now.tzinfo is None:
            raise NewsroomError(
                f"Asked for a newsroom at {now.isoformat()}, which has no time zone; "
                "give an aware datetime, for example datetime.now(UTC)."
            )
        if revision not in {1, 2}:
            raise NewsroomError(
                f"Asked for revision {revision} of the newsroom; there are 1 and 2."
            )
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.now = now or start
        self.revision, self.port = revision, port
        self._outlets = load_outlets()
        self._servers: list[_OutletServer] = []

    def __enter__(self) -> Self:
        """Bind, render and serve every outlet."""
        servers = _bind(len(self._outlets), self.port)
        try:
            for outlet, server in zip(self._outlets, servers, strict=True):
                stories = stories_at(outlet, self.now, self.revision)
                server.pages = Site(outlet, stories, _base(server), self.now).pages()
        except BaseException:
            _close(servers)
            raise
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._servers, self.port = servers, servers[0].server_port
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving and close every socket."""
        for server in self._servers:
            server.shutdown()
        _close(self._servers)
        self._servers = []

    @property
    def outlets(self) -> list[SampleOutlet]:
        """Return the outlets as served; raises NewsroomError before the newsroom is entered."""
        if not self._servers:
            raise NewsroomError(
                "Asked for the outlets of a newsroom that is not served; "
                "use it as a context manager: `with Newsroom() as newsroom:`."
            )
        return [
            _served(outlet, _base(server))
            for outlet, server in zip(self._outlets, self._servers, strict=True)
        ]

    def catalogue(self) -> str:
        """Return the outlets as a catalogue file for `crawlers/sources`, in YAML."""
        entries = [
            _entry(outlet, served)
            for outlet, served in zip(self._outlets, self.outlets, strict=True)
        ]
        return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)

    def counts(self) -> dict[str, OutletCounts]:
        """Return, by outlet id, the feed's entries and each outcome due in a first crawl."""
        return {outlet.id: expected_counts(outlet) for outlet in self._outlets}

    def labels(self) -> dict[str, SampleLabel]:
        """Return, by canonical address, what each article is about in truth."""
        return {
            f"{served.address}{story.path}": label(outlet, story.article)
            for outlet, served in zip(self._outlets, self.outlets, strict=True)
            for story in stories_at(outlet, self.now, self.revision)
        }


def _close(servers: list[_OutletServer]) -> None:
    for server in servers:
        server.server_close()


def _base(server: _OutletServer) -> str:
    return f"http://{server.server_name}:{server.server_port}"


def _served(outlet: Outlet, base: str) -> SampleOutlet:
    return SampleOutlet(
        id=outlet.id,
        name=outlet.name,
        language=outlet.language,
        country=outlet.country,
        address=base,
        feed_url=f"{base}{outlet.feed_path}",
        sitemap_url=f"{base}/sitemap-news.xml",
        articles=len(outlet.articles),
    )


def _entry(outlet: Outlet, served: SampleOutlet) -> dict[str, Any]:
    return {
        "id": outlet.id,
        "name": outlet.name,
        "country": outlet.country,
        "language": outlet.language,
        "owner": None,
        "state_media": outlet.state_media,
        "access": [{"kind": "feed", "url": served.feed_url}],
        "expected_per_day": None,
        "notes": "Invented outlet of the sample newsroom.",
    }


def _bind(outlets: int, port: int) -> list[_OutletServer]:
    """Bind one address an outlet, all at one port; one port each where only 127.0.0.1 is up.

    Linux answers on all of 127.0.0.0/8; macOS only on 127.0.0.1, where outlet n then takes the
    n-th port after the first.
    """
    for _ in range(BIND_ATTEMPTS if port == 0 else 1):
        try:
            return _bind_all([f"127.0.2.{n + 1}" for n in range(outlets)], [port] * outlets)
        except OSError as error:
            last = error
        if last.errno == errno.EADDRNOTAVAIL:
            return _bind_one_address(outlets, port)
    raise NewsroomError(
        f"Asked to serve the sample newsroom at port {port or 'any'}, found: {last}. "
        "Stop what listens there, or choose another port."
    ) from last


def _bind_one_address(outlets: int, port: int) -> list[_OutletServer]:
    ports = [port + n if port else 0 for n in range(outlets)]
    try:
        return _bind_all(["127.0.0.1"] * outlets, ports)
    except OSError as error:
        raise NewsroomError(
            f"Asked to serve the sample newsroom on 127.0.0.1 at ports {ports}, found: {error}. "
            "Stop what listens there, or choose another port."
        ) from error


def _bind_all(addresses: list[str], ports: list[int]) -> list[_OutletServer]:
    """Bind every address; port 0 on the first address sets the port of those that follow it."""
    bound: list[_OutletServer] = []
    try:
        for address, port in zip(addresses, ports, strict=True):
            follow = bound[0].server_port if bound and address != addresses[0] else port
            bound.append(_OutletServer((address, port or follow), _Handler))
    except OSError:
        _close(bound)
        raise
    return bound
