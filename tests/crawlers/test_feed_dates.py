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
