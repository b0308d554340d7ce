"""Feeds of every kind come out in one shape; what is no feed says what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from crawlers.feeds import MalformedFeedError, is_web_address, read_feed

URL = "https://outlet.example/feeds/all"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><link>https://outlet.example/</link>
<item><title>Port &amp;amp; &lt;b&gt;ferry&lt;/b&gt;</title><link>{link}</link>
<description>&lt;p&gt;Two &lt;i&gt;lines&lt;/i&gt;&lt;/p&gt;</description>{date}</item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Reef</title>
<link rel="alternate" href="/reef"/><published>2026-11-24T07:00:00+08:00</published>
<updated>{updated}</updated></entry></feed>"""


def _rss(date: str = "", link: str = "https://outlet.example/a") -> bytes:
    return RSS.format(link=link, date=f"<pubDate>{date}</pubDate>" if date else "").encode()


def test_rss_is_plain_bounded_text_with_an_aware_date() -> None:
    (entry,) = read_feed(_rss("Tue, 24 Nov 2026 07:00:00 +0700"), URL, None, 10).entries
    assert (entry.title, entry.summary) == ("Port & ferry", "Two lines")
    assert entry.published == datetime(2026, 11, 24, tzinfo=UTC)
    assert entry.address == "https://outlet.example/a"


def test_atom_links_are_made_absolute_and_an_update_changes_the_stamp() -> None:
    first = read_feed(ATOM.format(updated="2026-11-24T07:00:00+08:00").encode(), URL, None, 10)
    later = read_feed(ATOM.format(updated="2026-11-24T09:30:00+08:00").encode(), URL, None, 10)
    assert first.entries[0].address == "https://outlet.example/reef"
    assert first.entries[0].published == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert first.entries[0].stamp != later.entries[0].stamp
    same = read_feed(ATOM.format(updated="2026-11-24T07:00:00+08:00").encode(), URL, None, 10)
    assert first.entries == same.entries


def test_json_feed_reads_like_the_others() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "url": "/story",
                "title": "Strait",
                "summary": "Short <b>text</b>",
                "date_published": "2026-11-24T07:00:00+07:00",
            },
            {"id": "2", "content_text": "No address"},
            "not an item",
        ],
    }
    feed = read_feed(json.dumps(document).encode(), URL, "application/feed+json", 10)
    story, bare, nothing = feed.entries
    assert (story.address, story.title, story.summary) == (
        "https://outlet.example/story",
        "Strait",
        "Short text",
    )
    assert story.published == datetime(2026, 11, 24, tzinfo=UTC)
    assert (bare.address, bare.title, bare.summary) == (None, "", "No address")
    assert nothing.address is None  # counted, and refused for that


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Wed, 01 Jan 1975 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"]
)
def test_a_date_that_cannot_be_believed_is_no_date(date: str) -> None:
    feed = read_feed(_rss(date), URL, None, 10)
    assert feed.entries[0].published is None
    assert sum(feed.refused_dates.values()) == (1 if date else 0)


def test_entries_over_the_limit_are_counted() -> None:
    items = "".join(f"<item><link>https://o.example/{n}</link></item>" for n in range(30))
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    feed = read_feed(body, URL, None, 12)
    assert (len(feed.entries), feed.left_out) == (12, 18)


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
        (b"", "an empty document"),
        (b"Service unavailable", "something that starts with b'service unavailable'"),
        (b'{"items": []}', "is no JSON Feed: 'version'"),
        (b'{"version": "2", "items": []}', "no JSON Feed \\(version '2'\\)"),
        (b"{" * 100_000, "starts like JSON"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, looks: str) -> None:
    with pytest.raises(MalformedFeedError, match=looks) as caught:
        read_feed(body, URL, None, 10)
    assert URL in str(caught.value)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("mediacloud_rss-fetcher__real-korean-times.rss", "2022-07-27T19:35:05"),
        ("rbren_rss-parser__uolNoticias.rss", "2018-09-24T22:42:40"),
    ],
)
def test_dates_that_feedparser_cannot_read(shared: Path, name: str, first: str) -> None:
    body = (shared / "feeds" / "rss" / name).read_bytes()
    feed = read_feed(body, URL, None, 10_000)
    assert all(entry.published for entry in feed.entries)
    assert feed.entries[0].published == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert feed.refused_dates == {}


def test_real_and_tricky_feeds_are_read_as_feedparser_reads_them(shared: Path) -> None:
    files = sorted((shared / "feeds" / "rss").iterdir())
    assert len(files) >= 80
    entries = dated = 0
    for file in files:
        body = file.read_bytes()
        theirs = feedparser.parse(str(file))
        try:
            ours = read_feed(body, "https://outlet.example/feed", None, 10_000)
        except MalformedFeedError:
            assert not theirs.entries, file.name
            continue
        if file.suffix == ".json":  # JSON Feed, which feedparser does not read
            assert ours.entries, file.name
        else:
            assert len(ours.entries) == len(theirs.entries), file.name
            seen = [e.get("published_parsed") or e.get("updated_parsed") for e in theirs.entries]
            dated_by_them = sum(moment is not None for moment in seen)
            dated_by_us = sum(entry.published is not None for entry in ours.entries)
            assert dated_by_us >= dated_by_them, file.name
        entries += len(ours.entries)
        dated += sum(entry.published is not None for entry in ours.entries)
        for entry in ours.entries:
            assert "\n" not in entry.title
            assert len(entry.summary) <= 4_000
    assert entries > 1_000
    assert dated > 0.8 * entries


def test_broken_addresses_are_handed_on_to_be_refused_and_spoil_nothing_else() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "next_url": "http://[::1",
        "items": [{"url": "http://[::1"}, {"url": "/story"}],
    }
    feed = read_feed(json.dumps(document).encode(), URL, None, 10)
    addresses = [entry.address for entry in feed.entries]
    assert addresses == ["http://[::1", "https://outlet.example/story"]
    assert not any(map(is_web_address, (*feed.further, "file:///etc/passwd", "ftp://a.example/")))
    assert is_web_address("https://outlet.example/feed?page=2")


def test_feedburner_hands_on_the_outlets_own_address() -> None:
    space = "http://rssnamespace.org/feedburner/ext/1.0"
    own = "https://outlet.example/story"
    item = (
        "<item><title>A</title><link>http://feedproxy.google.com/~r/outlet/1</link>"
        f"<feedburner:origLink>{own}</feedburner:origLink></item>"
    )
    body = f'<rss version="2.0" xmlns:feedburner="{space}"><channel>{item}</channel></rss>'
    assert read_feed(body.encode(), URL, None, 10).entries[0].address == own


@pytest.mark.parametrize(
    ("stated", "hour"),
    [("<language>pt-PT</language>", "2026-05-01"), ("<language>en</language>", "2026-01-05")],
)
def test_an_outlets_several_languages_read_a_feed_in_the_one_it_states(
    stated: str, hour: str
) -> None:
    body = _rss("01/05/2026 08:00").replace(b"<channel>", f"<channel>{stated}".encode())
    (entry,) = read_feed(body, URL, None, 10, ("en-US", "pt")).entries
    assert entry.published is not None
    assert entry.published.date().isoformat() == hour


def test_a_json_feeds_authors_by_either_version() -> None:
    items = [
        {
            "authors": [
                {"name": "Mei Tan"},
                {"url": "https://o.example/"},
                {"name": "A <b>Wong</b>"},
            ]
        },
        {"author": {"name": "Budi Santoso"}},
        {"authors": [], "author": "Le Minh"},
        {"authors": {"name": "Siti"}, "author": 7},
        {"authors": [None, 7, "", ["x"]]},
        {},
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "The Desk"}],
        "items": items,
    }
    found = read_feed(json.dumps(document).encode(), URL, None, 10).entries
    assert [entry.authors for entry in found] == [
        ("Mei Tan", "A Wong"),
        ("Budi Santoso",),
        ("Le Minh",),
        ("Siti",),
        ("The Desk",),
        ("The Desk",),
    ]


def test_all_authors_of_an_item_are_read() -> None:
    authors = "<author><name>Mei Tan</name></author><author><name>Budi</name></author>"
    atom = ATOM.format(updated="2026-11-24T07:00:00Z").replace(
        "<published>", f"{authors}<published>"
    )
    assert read_feed(atom.encode(), URL, None, 10).entries[0].authors == ("Mei Tan", "Budi")
    rss = _rss().replace(b"</item>", b"<author>desk@outlet.com (Mei Tan)</author></item>")
    assert read_feed(rss, URL, None, 10).entries[0].authors == ("Mei Tan",)


@pytest.mark.parametrize(
    ("identity", "address"),
    [
        ("https://outlet.example/?p=7", "https://outlet.example/?p=7"),
        ("tag:outlet.example,2026:7", None),
        ("/story", None),
        ("http://[::1", None),
        ("file:///etc/passwd", None),
        (7, None),
    ],
)
def test_an_identity_that_is_an_address_is_one_where_none_is_given(
    identity: object, address: str | None
) -> None:
    version = "https://jsonfeed.org/version/1"
    items = [
        {"id": identity},
        {"id": identity, "external_url": "https://elsewhere.example/"},
        {"id": identity, "url": "https://outlet.example/a"},
    ]
    body = json.dumps({"version": version, "items": items}).encode()
    addresses = [entry.address for entry in read_feed(body, URL, None, 10).entries]
    assert addresses == [address, "https://elsewhere.example/", "https://outlet.example/a"]


def test_rss_and_atom_items_without_a_link_are_found_by_their_identity() -> None:
    own = "https://outlet.example/?p=7"
    item = f'<item><guid isPermaLink="false">{own}</guid></item>'
    rss = f'<rss version="2.0"><channel>{item}</channel></rss>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>{own}</id></entry></feed>'
    for body in (rss, atom):
        assert read_feed(body.encode(), URL, None, 10).entries[0].address == own
