"""Pages that show their text by JavaScript only, rendered by Chromium (the extra `browser`).

Chromium resolves names and follows redirects by itself, where no middleware of ours is asked. So
all its connections go through a proxy of ours on loopback, which lets through allowed addresses
only and connects to the very address that it has checked, as the crawl's own resolver does.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import structlog

from articles.errors import ShoalwatchError
from crawlers.addresses import AddressPolicy
from crawlers.catalogue import Source
from crawlers.settings import CrawlSettings

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
SETTLING = 1_500
"""Milliseconds that a loaded page has to fetch and show its text."""
MAX_CONNECTION = 10
"""Largest pages (`max_page_bytes`) that one connection may bring; then it is cut."""
MAX_HEAD = 64_000
UNSEEN = frozenset({"image", "media", "font"})
"""What a text does not need; left out, as it would cost the outlet most of the bytes."""

log = structlog.get_logger()


class BrowserError(ShoalwatchError):
    """Sources ask for a browser that is switched on but cannot be used."""


def refuse_without_browser(sources: Iterable[Source], settings: CrawlSettings) -> None:
    """Raise BrowserError where the browser is on, a source asks for it, and it is not there."""
    asking = [source.id for source in sources if source.browser]
    if not settings.browser or not asking:
        return
    if find_spec("scrapy_playwright") is None:
        raise BrowserError(
            f"SHOALWATCH_BROWSER is on and {', '.join(asking[:3])} asks for it, but "
            "scrapy-playwright is not installed: `pip install 'shoalwatch[browser]'`, then get "
            "Chromium by `playwright install chromium` or from your system's packages and name "
            "it in SHOALWATCH_BROWSER_PATH; or set SHOALWATCH_BROWSER=false"
        )
    if settings.browser_path is not None and not settings.browser_path.is_file():
        raise BrowserError(
            f"SHOALWATCH_BROWSER_PATH is {settings.browser_path}, and there is no such program; "
            "name a Chromium there, or unset it for the one of `playwright install chromium`"
        )


def must_abort(request: Any) -> bool:
    """Whether the browser leaves a request out: by its resource type."""
    return request.resource_type in UNSEEN


def rendered() -> dict[str, Any]:
    """Return the meta keys of a request that the browser is to render."""
    from scrapy_playwright.page import PageMethod  # noqa: PLC0415 - an extra

    return {
        "playwright": True,
        "playwright_page_methods": [PageMethod("wait_for_timeout", SETTLING)],
    }


class BrowserProxy:
    """The one way out of the browser: a proxy on loopback that refuses addresses not allowed."""

    def __init__(self, settings: CrawlSettings) -> None:
        """Take a free port on loopback; nothing is answered there before `start`."""
        self._policy = AddressPolicy(settings.allowed_private_hosts)
        self._limit = MAX_CONNECTION * settings.max_page_bytes
        self._settings = settings
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server: asyncio.Server | None = None

    def for_scrapy(self) -> dict[str, Any]:
        """Return the Scrapy settings by which pages are rendered through this proxy."""
        launch: dict[str, Any] = {
            "proxy": {
                "server": f"http://127.0.0.1:{self._socket.getsockname()[1]}",
                "bypass": "<-loopback>",  # Chromium would go to loopback past any proxy
            },
            "args": [
                "--disable-quic",
                "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            ],
        }
        if self._settings.browser_path is not None:
            launch["executable_path"] = str(self._settings.browser_path)
        return {
            "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
            "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
            "PLAYWRIGHT_CONTEXTS": {"default": {"user_agent": self._settings.user_agent}},
            "PLAYWRIGHT_ABORT_REQUEST": "crawlers.browser.must_abort",
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 2,
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": self._settings.page_timeout * 1000,
        }

    async def start(self) -> None:
        """Begin to answer."""
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=MAX_HEAD)

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()
        self._socket.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.partition(b"\r\n")
            method, _, target = line.decode("latin-1").rpartition(" ")[0].partition(" ")
            host, port = _place(method, target)
            address = await self._allowed_address(host, port)
            if address is None:
                log.warning("address_refused", host=host, by="browser proxy")
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            else:
                there = await asyncio.open_connection(address, port)
                first = await _greet(method, target, rest, writer)
                there[1].write(first)
                await asyncio.gather(
                    self._pass_on(reader, there[1]), self._pass_on(there[0], writer)
                )
        writer.close()

    async def _allowed_address(self, host: str, port: int) -> str | None:
        """Resolve a host; None unless its first address may be reached."""
        if not host:
            return None
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        return next((each for each in addresses if self._policy.allows(host, each)), None)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while (data := await reader.read(65_536)) and passed < self._limit:
                passed += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()


def _place(method: str, target: str) -> tuple[str, int]:
    """Return the host and port that a proxy request names."""
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    return parts.hostname or "", parts.port or 80


async def _greet(method: str, target: str, rest: bytes, writer: asyncio.StreamWriter) -> bytes:
    """Answer a CONNECT, or return the head of a plain request as its server expects it."""
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        return b""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # one request a connection: the next may be for another host, and would not be checked
    kept = [h for h in rest.split(b"\r\n") if h and not h.lower().startswith(_HOP_BY_HOP)]
    lines = [f"{method} {path} HTTP/1.1".encode("latin-1"), *kept, b"Connection: close", b"", b""]
    return b"\r\n".join(lines)


_HOP_BY_HOP = (b"connection:", b"proxy-connection:", b"keep-alive:")
