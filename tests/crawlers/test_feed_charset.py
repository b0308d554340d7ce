"""A feed is read in the encoding that its bytes are in, whatever it declares."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from crawlers.feeds import read_feed
from crawlers.sitemaps import read_sitemap
from tests.crawlers.test_extraction_charset import (
    CHINESE,
    FRENCH,
    JAPANESE,
    KOREAN,
    TAIWANESE,
    THAI,
    VIETNAMESE,
    windows_1258,
)

URL = "https://outlet.example/feed"
ENCODED = [
    (CHINESE, "gb18030"),
    (TAIWANESE, "big5"),
    (THAI, "tis-620"),
    (THAI, "windows-874"),
    (VIETNAMESE, "windows-1258"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc-jp"),
    (KOREAN, "euc-kr"),
    (FRENCH, "windows-1252"),
    (CHINESE, "utf-8"),
]
TYPES = [None, "application/rss+xml", "text/xml", "text/xml; charset=utf-8"]


def _bytes(text: str, encoding: str) -> bytes:
    if encoding == "windows-1258":
        return windows_1258(text)
    return text.encode({"windows-874": "cp874"}.get(encoding, encoding))


def _feed(title: bytes, declared: str | None, wrapped: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    head = f' encoding="{declared}"' if declared else ""
    item = b"<item><title>%b%b%b</title><link>/a</link></item>" % (wrapped[0], title, wrapped[1])
    return b'<?xml version="1.0"%b?><rss version="2.0"><channel>%b</channel></rss>' % (
        head.encode(),
        item * 2,
    )


def _same(found: str, text: str) -> bool:
    return unicodedata.normalize("NFC", found) == unicodedata.normalize("NFC", text.strip())


@pytest.mark.parametrize("wrapped", [(b"", b""), (b"<![CDATA[", b"]]>")], ids=["bare", "CDATA"])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", None, "its own"])
@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_the_bytes_decide(
    text: str, encoding: str, declared: str | None, wrapped: tuple[bytes, bytes]
) -> None:
    said = encoding if declared == "its own" else declared
    body = _feed(_bytes(text, encoding), said, wrapped)
    for content_type in TYPES:
        titles = [entry.title for entry in read_feed(body, URL, content_type, 10).entries]
        assert len(titles) == 2
        assert all(_same(title, text) for title in titles), (content_type, titles[0])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_is_believed(encoding: str) -> None:
    body = _feed(CHINESE.encode(), "gbk").decode().encode(encoding)
    assert read_feed(body, URL, "text/xml", 10).entries[0].title == CHINESE


@pytest.mark.parametrize("text", [THAI, VIETNAMESE + "ộ", CHINESE[:30]])
def test_one_broken_character_spoils_nothing_else(text: str) -> None:
    # titles are cut by their bytes: what is read of the rest is still UTF-8
    cut = text.encode()[:-1]
    for content_type in TYPES:
        entries = read_feed(_feed(cut, "utf-8"), URL, content_type, 10).entries
        assert [entry.title for entry in entries] == [text[:-1] + "\ufffd"] * 2


def test_a_json_feed_in_another_encoding() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"url": "/a", "title": CHINESE}],
    }
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        body = json.dumps(document, ensure_ascii=False).encode(encoding)
        assert read_feed(body, URL, "application/json", 10).entries[0].title == CHINESE


def test_the_titles_of_a_sitemap() -> None:
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><urlset xmlns:n="{news}"><url><loc>{URL}</loc>'
        f"<n:news><n:title>{CHINESE}</n:title></n:news></url><url><loc>{URL}/b</loc></url></urlset>"
    )
    now = datetime(2026, 11, 24, tzinfo=UTC)
    found = read_sitemap(body.encode("gb18030"), URL, now, 10, now)
    assert {entry.title for entry in found.entries} == {CHINESE, ""}
