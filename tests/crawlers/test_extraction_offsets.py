"""A date declared in UTC is told on the outlet's own day.

Outlets and stories are invented; the ways in which a page lets its offset be known are the press's.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from crawlers.extraction import extract

TEXT = "Dock workers at the northern port stopped work on Tuesday after talks over pay failed. " * 6


def published(head: str, shown: str = "", url: str = "https://post.example/port-strike") -> str:
    """Extract the publication date of a page whose dateline is `shown`."""
    page = (
        f'<html lang="en"><head>{head}</head><body><h1>Port strike enters its third day</h1>{shown}'
        f"<article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    )
    found = extract(page.encode(), url, now=datetime.fromisoformat("2026-12-01T00:00+00:00"))
    return found.published.isoformat() if found.published else ""


def declared(moment: str, updated: str = "") -> str:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        f'"datePublished": "{moment}", "dateModified": "{updated or moment}"}}</script>'
    )


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        # the printed clock beside the machine-readable time
        (
            '<time datetime="2026-11-24T05:10:00Z">November 23, 2026 11:10 PM</time>',
            "2026-11-23T23:10:00-06:00",
        ),
        # the clock of another moment, which names its zone
        ("<p>November 23, 2026 at 4:26 PM HST</p>", "2026-11-23T19:10:00-10:00"),
        ("<p>Updated 11:55 pm PST, Monday, November 23, 2026</p>", "2026-11-23T21:10:00-08:00"),
        # an update's printed clock beside its machine-readable time
        (
            '<time datetime="2026-11-24T06:35:46Z">Updated: Nov. 24, 2026 1:35 a.m.</time>',
            "2026-11-24T00:10:00-05:00",
        ),
        # the day alone: the nearest zone that has it
        ("<p>November 23, 2026</p>", "2026-11-23T23:10:00-06:00"),
        # no zone of the world is two days off
        ("<p>November 22, 2026</p>", "2026-11-24T05:10:00+00:00"),
        # the difference between two moments is no zone
        ("<p>November 24, 2026 05:55</p>", "2026-11-24T05:10:00+00:00"),
        ("<p>November 24, 2026 05:10</p>", "2026-11-24T05:10:00+00:00"),
    ],
)
def test_what_a_page_shows_tells_its_offset(shown: str, told: str) -> None:
    assert published(declared("2026-11-24T05:10:00Z"), shown) == told


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<meta name="sailthru.date" content="2026-11-23 23:10:00">',
        '<meta name="sailthru.date" content="2026-11-23 23:10:00 -0600">',
        '<meta property="og:updated_time" content="2026-11-24T00:45:00-06:00">',
    ],
)
def test_an_event_declared_twice_tells_the_offset(elsewhere: str) -> None:
    head = declared("2026-11-24T05:10:00Z", updated="2026-11-24T06:45:00Z") + elsewhere
    assert published(head) == "2026-11-23T23:10:00-06:00"


def test_the_day_in_the_address_counts_where_the_page_shows_none() -> None:
    head, url = declared("2026-11-24T05:10:00Z"), "https://post.example/2026/11/23/port-strike"
    assert published(head, url=url) == "2026-11-23T23:10:00-06:00"
    shown = "<p>November 24, 2026</p>"
    assert published(head, shown, url) == "2026-11-24T05:10:00+00:00"


def test_a_country_has_its_own_offset_for_the_day_that_the_page_shows() -> None:
    found = published(
        declared("2026-11-23T22:10:00Z"),
        "<p>24 November 2026</p>",
        "https://www.pelabuhan.example.id/a",
    )
    assert found == "2026-11-24T05:10:00+07:00"


def test_a_mislabelled_clock_is_mended_by_the_one_that_names_its_zone() -> None:
    shown, told = "<p>Nov 23, 2026, 11:10 pm CST</p>", "2026-11-23T23:10:00-06:00"
    assert published(declared("2026-11-23T23:10:00Z"), shown) == told
    # an offset is doubted only where another declaration contradicts it
    wrong = declared("2026-11-24T05:10:00-06:00")
    assert published(wrong, shown) == "2026-11-24T05:10:00-06:00"
    twice = '<meta property="article:published_time" content="2026-11-24T05:10:00+00:00">'
    assert published(wrong + twice, shown) == told


def test_a_time_in_no_zone_is_utc_where_the_mark_up_says_so() -> None:
    head = '<meta itemprop="datePublished" content="2026-11-24 02:24:00">'
    shown = '<time datetime="2026-11-24 02:24:00 UTC">Nov 23, 2026 at 9:24 pm ET</time>'
    assert published(head, shown) == "2026-11-23T21:24:00-05:00"


@pytest.mark.parametrize("default", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_default_is_no_date_and_no_evidence(default: str) -> None:
    shown = "<p>Published 11:11 PM EST Nov 23, 2026</p>"
    assert published(declared(default), shown) == "2026-11-23T23:11:00-05:00"


def test_a_time_in_no_zone_that_readers_see_is_local() -> None:
    shown = (
        '<p>November 23, 2026 11:10 PM</p><time datetime="2026-11-24T05:30:00Z">'
        "Updated November 23, 2026 11:30 PM</time>"
    )
    assert published("", shown) == "2026-11-23T23:10:00-06:00"
