"""Pages by JavaScript: a real Chromium renders them, and reaches nothing that the crawl may not."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from articles.archive import Archive
from articles.settings import StorageSettings
from crawlers import browser
from crawlers.browser import BrowserError, BrowserProxy, refuse_without_browser
from crawlers.catalogue import Source
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import source
from tests.crawlers.outlet_server import Answer, OutletServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_a_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("SHOALWATCH_REQUIRE_SERVICES") != "1",
    reason="no Chromium here: install your system's package chromium",
)
TEXT = "The harbour office said that vessels had waited at the strait since the morning. "
PAGE = """<!doctype html><html lang="en"><head><title>Vessels wait at the strait</title></head>
<body><div id="root"></div><script>
for (const place of {places}) fetch(place, {{mode: "no-cors"}}).catch(() => null);
fetch("/story.json").then(answer => answer.json()).then(story => {{
  const text = "<p>" + story.text + "</p>";
  document.getElementById("root").innerHTML =
    "<article><h1>Vessels wait at the strait</h1>" + text + text + "</article>";
}});</script></body></html>"""


@pytest.fixture
def secret() -> Iterator[OutletServer]:
    with OutletServer("127.0.0.13") as server:
        server.routes["/secret"] = Answer(b"inner")
        yield server


def settings(**changes: object) -> CrawlSettings:
    given: dict[str, object] = {
        "crawl_delay": 0,
        "allowed_private_hosts": ("127.0.0.11",),
        "crawl_processes": 1,
        "page_timeout": 60,
        "contact": "https://desk.example",
        "browser": True,
        "browser_path": CHROMIUM,
    }
    return CrawlSettings.model_validate(given | changes)


def by_browser(url: str) -> Source:
    return source("scripted", url).model_copy(update={"browser": True})


def prepared(outlet: OutletServer, *places: str) -> str:
    listed = "[" + ",".join(f'"{place}"' for place in places) + "]"
    outlet.routes["/story"] = Answer(PAGE.format(places=listed).encode())
    outlet.routes["/story.json"] = Answer(
        f'{{"text": "{TEXT * 4}"}}'.encode(), content_type="application/json"
    )
    return outlet.feed("/story")


def crawled(feed: str, storage: StorageSettings, **changes: object) -> CrawlReport:
    return crawl([by_browser(feed)], settings(**changes), storage)


@needs_a_browser
def test_text_that_a_script_fetches_is_read(outlet: OutletServer, storage: StorageSettings) -> None:
    report = crawled(prepared(outlet), storage)
    assert report.totals["new"] == 1
    (article,) = Archive(storage.archive).read("crawled")
    assert article.title == "Vessels wait at the strait"
    assert TEXT.strip() in article.text
    agent = settings().user_agent
    for path in ("/story", "/story.json"):
        named = {name.lower(): value for name, value in outlet.headers[path].items()}
        assert named["user-agent"] == agent


@needs_a_browser
def test_the_browser_reaches_no_address_that_is_not_allowed(
    outlet: OutletServer, secret: OutletServer, storage: StorageSettings
) -> None:
    target = f"{secret.url}/secret"
    outlet.routes["/jump"] = Answer(status=302, headers={"Location": target})
    report = crawled(prepared(outlet, target, "/jump"), storage)
    assert report.totals["new"] == 1
    assert outlet.seen["/jump"] == 1
    assert not secret.seen


@needs_a_browser
def test_robots_txt_is_obeyed_before_the_browser_is_asked(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    outlet.routes["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /story", content_type="text/plain"
    )
    report = crawled(prepared(outlet), storage)
    assert report.source("scripted").reasons == {"rejected:robots": 1}
    assert not outlet.seen["/story"]


def test_switched_off_the_page_is_fetched_plainly(
    outlet: OutletServer, storage: StorageSettings
) -> None:
    report = crawled(prepared(outlet), storage, browser=False)
    assert report.source("scripted").reasons == {"rejected:no_text": 1}


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_spec", lambda _: None)
    asking = [by_browser("https://o.example/feed")]
    with pytest.raises(BrowserError, match=r"scripted asks for it.*shoalwatch\[browser\]"):
        refuse_without_browser(asking, settings())
    refuse_without_browser(asking, settings(browser=False))
    refuse_without_browser([source("plain", "https://o.example/feed")], settings())


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(browser, "find_spec", lambda _: object())
    gone = settings(browser_path=tmp_path / "chromium")
    with pytest.raises(BrowserError, match=r"SHOALWATCH_BROWSER_PATH is .*no such program"):
        refuse_without_browser([by_browser("https://o.example/feed")], gone)


async def ask(proxy: BrowserProxy, head: str) -> bytes:
    await proxy.start()
    server = proxy.for_scrapy()["PLAYWRIGHT_LAUNCH_OPTIONS"]["proxy"]["server"]
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.rpartition(":")[2]))
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    proxy.close()
    return answer


@pytest.mark.parametrize(
    "method", ["CONNECT {place} HTTP/1.1", "GET http://{place}/secret HTTP/1.1"]
)
def test_the_proxy_refuses_what_is_private(secret: OutletServer, method: str) -> None:
    place = secret.url.removeprefix("http://")
    head = f"{method.format(place=place)}\r\nHost: {place}\r\n\r\n"
    assert asyncio.run(ask(BrowserProxy(settings()), head)).startswith(b"HTTP/1.1 403")
    assert not secret.seen


def test_the_proxy_hands_on_what_is_allowed(outlet: OutletServer) -> None:
    outlet.routes["/here"] = Answer(b"words")
    place = outlet.url.removeprefix("http://")
    head = (
        f"GET {outlet.url}/here HTTP/1.1\r\nHost: {place}\r\nProxy-Connection: keep-alive\r\n\r\n"
    )
    answer = asyncio.run(ask(BrowserProxy(settings()), head))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"words")
    assert "Proxy-Connection" not in outlet.headers["/here"]
