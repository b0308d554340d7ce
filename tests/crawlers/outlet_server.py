"""A small outlet on loopback whose every answer a test writes itself, faults included."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

SENTENCE = "The harbour office said that {n} vessels had waited at the strait since the morning. "


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one address."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None


Route = Answer | Callable[[BaseHTTPRequestHandler], None]


class _Quiet(ThreadingHTTPServer):
    """Says nothing of clients that went away: tests kill them on purpose."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class OutletServer:
    """Serves `routes` (path to answer, or to a function that writes to the socket itself)."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.routes: dict[str, Route] = {}
        self.seen: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        outlet = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else 40 ms between a head and its body

            def do_GET(self) -> None:
                outlet.seen[self.path] += 1
                outlet.headers[self.path] = dict(self.headers.items())
                route = outlet.routes.get(self.path, Answer(b"not here", 404))
                if isinstance(route, Answer):
                    _say(self, route)
                else:
                    route(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = _Quiet((address, 0), Handler)
        self._server.daemon_threads = True
        self.host, self.port = address, self._server.server_port
        self.url = f"http://{address}:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def feed(self, *paths: str, path: str = "/feed.xml", title: str = "Story {path}") -> str:
        """Serve an RSS feed of these paths (or whole addresses) and return its address."""
        items = "".join(
            f"<item><title>{escape(title.format(path=each))}</title>"
            f"<link>{escape(each if '//' in each else self.url + each)}</link>"
            f"<pubDate>{format_datetime(datetime(2026, 11, 20, 8, tzinfo=UTC))}</pubDate></item>"
            for each in paths
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
        tag = f'"{abs(hash(body))}"'
        self.routes[path] = Answer(body.encode(), content_type="application/rss+xml", etag=tag)
        return self.url + path

    def article(self, path: str, words: str | None = None, **more: str) -> None:
        """Serve an article whose text holds `words` (its path, if not given)."""
        self.routes[path] = Answer(page(words or f"About {path}", **more), etag=f'"{path}"')


def page(words: str, title: str | None = None, head: str = "") -> bytes:
    """Return an article page that says `words`."""
    text = "".join(f"<p>{words}. {SENTENCE.format(n=n)}</p>" for n in range(3, 9))
    name = title or f"Title: {words}"
    return (
        f"<html><head><title>{name}</title>{head}</head>"
        f"<body><article><h1>{name}</h1>{text}</article></body></html>"
    ).encode()


def _say(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    fresh = answer.etag and handler.headers.get("If-None-Match") == answer.etag
    handler.send_response(304 if fresh else answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.etag:
        handler.send_header("ETag", answer.etag)
    if not fresh:
        handler.send_header("Content-Type", answer.content_type)
        handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    if not fresh:
        handler.wfile.write(answer.body)
