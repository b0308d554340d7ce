"""Documents that break off in the middle: what stands before is crawled, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.breaking_off import breaks_off
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer


@pytest.mark.parametrize(
    ("document", "cut"),
    [
        (b'<?xml version="1.0"?><rss><channel></channel></rss>\n<!-- cached -->', False),
        (b"<rss><channel><item>", True),
        (b"\xef\xbb\xbf <rss><channel></channel></rss >", False),
        (b"<!-- <b> --><!DOCTYPE rss><urlset/>", False),
        (b'<urlset xmlns="x" />', False),
        (b"<rdf:RDF xmlns:rdf='x'><item></item></rdf:RDF>", False),
        (b"<rdf:RDF xmlns:rdf='x'><item></item><item><title>Hal", True),
        (b"<rdf:RDF xmlns:rdf='x'><item></item>\n", False),
        (b"<rss><channel><item></item><html>Fatal error</html>", True),
        (b'{"items": [{"content_html": "<p>"}]}', False),
        (b"\x1f\x8b\x08 packed <rss>", False),
        (b"", False),
    ],
)
def test_xml_without_the_end_of_its_root_breaks_off(document: bytes, cut: bool) -> None:
    assert breaks_off(document) is cut


def test_real_feeds_and_sitemaps_are_whole(shared: Path) -> None:
    files = [*(shared / "feeds" / "rss").iterdir(), *(shared / "feeds" / "sitemap").iterdir()]
    cut = {file.name for file in files if breaks_off(file.read_bytes())}
    assert cut == set()


def test_a_feed_that_breaks_off_is_crawled_told_and_asked_for_whole_again(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    for path in ("/a", "/b"):
        outlet.article(path)
    url = outlet.feed("/a", "/b")
    whole = outlet.routes["/feed.xml"]
    assert isinstance(whole, Answer)
    head = whole.body[: whole.body.rindex(b"<item>")] + b"<item><title>Hal"
    outlet.routes["/feed.xml"] = Answer(head, content_type=whole.content_type, etag='"same"')
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["new"], part.health) == (1, "malformed")
    assert part.reasons == {"rejected:no_address": 1}
    assert part.detail == f"cut_short at {url}"
    outlet.routes["/feed.xml"] = Answer(whole.body, content_type=whole.content_type, etag='"same"')
    again = crawl_feeds(sample=url).source("sample")
    assert (again.outcomes["new"], again.outcomes["unchanged"], again.health) == (1, 1, "healthy")
