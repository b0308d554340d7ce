"""Listen on loopback for each outlet, and answer with its pages by the rules of HTTP caching."""

from __future__ import annotations

import errno
import socketserver
import sys
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import structlog

from articles.errors import ShoalwatchError
from shoalwatch.newsroom.site import Page

log = structlog.get_logger()

BIND_ATTEMPTS = 20
"""How often a free port is drawn: one free on the first address may be taken on another."""


class NewsroomError(ShoalwatchError):
    """The sample newsroom cannot be served as asked (a port is taken, a date lacks its zone)."""


class _Handler(BaseHTTPRequestHandler):
    """Answer GET and HEAD from the outlet's rendered pages, with conditional requests."""

    protocol_version = "HTTP/1.1"
    timeout = 5.0
    """Seconds after which an idle connection is closed, so that no thread outlives a test long."""
    server: OutletServer

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


class OutletServer(ThreadingHTTPServer):
    """One outlet's listening socket."""

    daemon_threads = True
    request_queue_size = 128  # the default of 5 overflows under a crawl of several processes
    allow_reuse_port = False  # a second newsroom at the port must fail, not share it silently
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


def bind(outlets: int, port: int) -> list[OutletServer]:
    """Bind one address an outlet, all at one port; one port each where only 127.0.0.1 is up.

    Linux answers on all of 127.0.0.0/8; macOS only on 127.0.0.1, where outlet n then takes the
    n-th port after the first. Raises NewsroomError when a port is taken.
    """
    for _ in range(BIND_ATTEMPTS if port == 0 else 1):
        try:
            return _bind_all([f"127.0.2.{n + 1}" for n in range(outlets)], [port] * outlets)
        except OSError as error:
            last = error
        if last.errno == errno.EADDRNOTAVAIL:
            return bind_one_address(outlets, port)
    raise NewsroomError(
        f"Asked to serve the sample newsroom at port {port or 'any'}, found: {last}. "
        "Stop what listens there, or choose another port."
    ) from last


def bind_one_address(outlets: int, port: int) -> list[OutletServer]:
    """Bind one port an outlet on 127.0.0.1, from the given one up; port 0 draws free ones.

    Raises NewsroomError when a port is taken.
    """
    ports = [port + n if port else 0 for n in range(outlets)]
    try:
        return _bind_all(["127.0.0.1"] * outlets, ports)
    except OSError as error:
        raise NewsroomError(
            f"Asked to serve the sample newsroom on 127.0.0.1 at ports {ports}, found: {error}. "
            "Stop what listens there, or choose another port."
        ) from error


def _bind_all(addresses: list[str], ports: list[int]) -> list[OutletServer]:
    """Bind every address; port 0 on the first address sets the port of those that follow it."""
    bound: list[OutletServer] = []
    try:
        for address, port in zip(addresses, ports, strict=True):
            follow = bound[0].server_port if bound and address != addresses[0] else port
            bound.append(OutletServer((address, port or follow), _Handler))
    except OSError:
        close(bound)
        raise
    return bound


def close(servers: list[OutletServer]) -> None:
    """Free the sockets of servers that do not serve, or no longer do."""
    for server in servers:
        server.server_close()
