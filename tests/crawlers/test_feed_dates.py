"""Dates in feeds: the region's languages and zones, and refusals with a reason."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime

import feedparser
import pytest

from crawlers.feed_dates import FeedDates

URL = "https://outlet.example/feed"


@pytest.mark.parametrize(
    ("said", "language", "expected"),
    [
        ("Thu,28 Jul 2022 4:35:5 GMT+9", "US", "2022-07-27T19:35:05"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "pt-BR", "2018-09-24T22:42:40"),
        ("Seg, 24 Set 2018 19:42:40 -0300", None, "2018-09-24T22:42:40"),
        ("Tue, 24 Nov 2026 07:00:00 ICT", "en", "2026-11-24T00:00:00"),
        ("Selasa, 24 November 2026 07:00 WIB", "id", "2026-11-24T00:00:00"),
        ("2026年11月24日 08:00", "zh-Hant", "2026-11-24T08:00:00"),
        ("๒๔ พฤศจิกายน ๒๕๖๙ 07:00 น.", "th", "2026-11-24T00:00:00"),
        ("Thứ ba, 24/11/2026, 07:00 (GMT+7)", "vi", "2026-11-24T00:00:00"),
        ("24 နိုဝင်ဘာ 2026", "my", "2026-11-23T17:30:00"),
        ("Tue, 24 Nov 2026 07:00:00 GMT", None, "2026-11-24T07:00:00"),
        ("2026-11-24T07:00:00+06:30", None, "2026-11-24T00:30:00"),
    ],
)
def test_dates_of_the_region_are_read(said: str, language: str | None, expected: str) -> None:
    date = FeedDates(URL, language).read(said)
    assert date.moment == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert date.refused is None


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("Tue, 24 Nov 2026 07:00:00 ICT", "2026-11-24T07:00:00"),
        ("2026年11月24日 08:00", "2026-11-01T00:00:00"),
    ],
)
def test_feedparser_alone_reads_these_wrongly(said: str, wrong: str) -> None:
    item = f"<item><title>a</title><pubDate>{said}</pubDate></item>"
    feed = f'<rss version="2.0"><channel>{item}</channel></rss>'
    (entry,) = feedparser.parse(feed).entries
    theirs = datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC)
    assert theirs == datetime.fromisoformat(wrong).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Wed, 01 Jan 1975 00:00:00 GMT", "before_1990"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "future"),
        ("yesterday", "unreadable"),
        ("", None),
        (None, None),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(said: str | None, reason: str | None) -> None:
    date = FeedDates(URL).read(said)
    assert (date.moment, date.refused) == (None, reason)


def test_a_time_without_a_zone_is_the_outlets_own() -> None:
    jakarta = FeedDates("https://kabar.co.id/rss", "id").read("2026-11-24 07:00:00")
    assert jakarta.moment == datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "language", "domain", "expected"),
    [
        ("Tue, 24 Nov 2026 14:05:00 AEST", "en", "news.example", "2026-11-24T04:05"),
        ("Tue, 24 Nov 2026 14:05:00 AEDT", "en", "news.com.au", "2026-11-24T03:05"),
        ("Tue, 24 Nov 2026 14:05:00 ACDT", "en", "news.com.au", "2026-11-24T03:35"),
        ("Tue, 24 Nov 2026 14:05:00 AWST", "en", "news.com.au", "2026-11-24T06:05"),
        ("24 November 2026 2:05pm AEDT", "en", "news.com.au", "2026-11-24T03:05"),
        ("Tue, 24 Nov 2026 14:05:00 EST", "en-AU", "news.example", "2026-11-24T04:05"),
        ("Tue, 24 Nov 2026 14:05:00 EDT", "en", "news.com.au", "2026-11-24T03:05"),
        ("Tue, 24 Nov 2026 14:05:00 EST", "en-US", "news.example", "2026-11-24T19:05"),
        ("Tue, 24 Nov 2026 14:05:00 CST", "zh", "news.example", "2026-11-24T06:05"),
        ("Tue, 24 Nov 2026 14:05:00 CST", "en", "news.com.tw", "2026-11-24T06:05"),
        ("Tue, 24 Nov 2026 14:05:00 CST", "en", "news.example", "2026-11-24T20:05"),
        ("Tue Nov 24 14:05:00 CST 2026", "zh", "news.cn", "2026-11-24T06:05"),
        ("Tue Nov 24 14:05:00 +0800 2026", "zh", "news.cn", "2026-11-24T06:05"),
        ("Tue, 24 Nov 2026 14:05:00 GMT+0700", "vi", "tin.vn", "2026-11-24T07:05"),
        ("民國115年11月24日 14:05", "zh-Hant", "news.tw", "2026-11-24T06:05"),
        ("中華民國元年11月24日", "zh-Hant", "news.tw", "before_1990"),
        ("115-11-24 14:05", "zh-Hant", "news.gov.tw", "2026-11-24T06:05"),
        ("115/11/24", "zh-Hant", "news.gov.tw", "2026-11-23T16:00"),
        ("115年11月24日", "zh-Hant", "news.gov.tw", "2026-11-23T16:00"),
        ("115/11/24", "en", "news.example", "unreadable"),
        ("Tue, 24 Nov 2569 14:05:00 +0700", "th", "news.th", "2026-11-24T07:05"),
        ("24 Nov 2569", "th", "news.th", "2026-11-23T17:00"),
        ("20261124T140500Z", "en", "news.example", "2026-11-24T14:05"),
        ("20261124T1405+0700", "en", "news.example", "2026-11-24T07:05"),
        ("20261124T140500", "th", "news.th", "2026-11-24T07:05"),
        ("2026.11.24. 14:05", "ko", "news.kr", "2026-11-24T05:05"),
    ],
)
def test_the_outlets_country_tells_zones_and_eras(
    said: str, language: str, domain: str, expected: str
) -> None:
    dates = FeedDates(f"https://{domain}/rss", language, now=datetime(2026, 11, 25, tzinfo=UTC))
    read = dates.read(said)
    assert (f"{read.moment:%Y-%m-%dT%H:%M}" if read.moment else read.refused) == expected
