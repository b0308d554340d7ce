"""A page's dates are read by the reader of feeds' dates, wherever on the page they stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction import extract
from crawlers.feed_dates import FeedDates
from tests.crawlers.outlet_server import SENTENCE
from tests.crawlers.test_extraction_charset import CHINESE, KOREAN, TAIWANESE, THAI

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TEXTS = {
    "en": SENTENCE.format(n=4) * 4,
    "zh": CHINESE,
    "zh-Hant": TAIWANESE,
    "th": THAI,
    "ko": KOREAN,
    "id": "Kapal yang membawa beras dari Vietnam itu telah tiba di pelabuhan hari Selasa. " * 4,
    "vi": "Chính phủ cho biết các tàu chở gạo của Việt Nam đã cập cảng vào sáng thứ Ba. " * 4,
    "ms": "Kementerian berkata pelabuhan baharu itu akan dibuka pada hari Selasa tahun depan. " * 4,
    "km": "ក្រសួងបានប្រកាសថា កំពង់ផែថ្មីនឹងបើកដំណើរការនៅឆ្នាំក្រោយ ដើម្បីបង្កើនការនាំចេញ។ " * 4,
    "my": "ဝန်ကြီးဌာနက ဆိပ်ကမ်းသစ်ကို လာမည့်နှစ်တွင် ဖွင့်မည်ဟု ပြောကြားခဲ့သည်။ " * 4,
    "lo": "ກະຊວງກ່າວວ່າທ່າເຮືອໃໝ່ຈະເປີດໃນປີໜ້າເພື່ອເພີ່ມການສົ່ງອອກຂອງປະເທດ " * 4,
    "pt": "O governo disse que não há acordo e que a greve dos portos vai continuar. " * 4,
}
TWELVE_HOURS = [
    ("2026-11-24 03:30 PM", "en", "news.example", "2026-11-24T15:30"),
    ("2026-11-24 12:30:00 am", "en", "news.example", "2026-11-24T00:30"),
    ("2026-11-24T03:30:00 PM +08:00", "en", "news.example", "2026-11-24T07:30"),
    ("2026-11-24 03:30 PM SGT", "en", "news.example", "2026-11-24T07:30"),
    ("2026-11-24 13:30 PM", "en", "news.example", "2026-11-24T13:30"),
    ("Tue, 24 Nov 2026 03:30:00 PM +0800", "en", "news.example", "2026-11-24T07:30"),
    ("Tue, 24 Nov 2026 12:30:00 AM", "en", "news.example", "2026-11-24T00:30"),
    ("Tue, 24 Nov 2026 13:30:00 PM +0800", "en", "news.example", "2026-11-24T05:30"),
    ("Tue Nov 24 03:30:00 PM CST 2026", "zh", "news.cn", "2026-11-24T07:30"),
    ("24 Nov 2026 3:30 PM", "en", "news.example", "2026-11-24T15:30"),
    ("24 Nov 2026 03:30 p.m.", "en", "news.example", "2026-11-24T15:30"),
    ("24 Nov 2026 3.30pm", "en", "news.example", "2026-11-24T15:30"),
    ("2026/11/24 下午 03:30:00", "zh-Hant", "news.tw", "2026-11-24T07:30"),
    ("115/11/24 (二) 下午 03:30", "zh-Hant", "news.tw", "2026-11-24T07:30"),
    ("2026年11月24日 凌晨12:30", "zh", "news.cn", "2026-11-23T16:30"),
    ("2026-11-24 晚上8:30", "zh", "news.cn", "2026-11-24T12:30"),
    ("2026年11月24日 3:30 下午", "zh", "news.cn", "2026-11-24T07:30"),
    ("2026.11.24. 오후 3:30", "ko", "news.kr", "2026-11-24T06:30"),
    ("2026년 11월 24일 오전 12시 30분", "ko", "news.kr", "2026-11-23T15:30"),
    ("2026-11-24 PM 3:30", "ko", "news.kr", "2026-11-24T06:30"),
    ("24/11/2026 3:30 CH", "vi", "tin.vn", "2026-11-24T08:30"),
    ("24/11/2026 12:30:00 SA", "vi", "tin.vn", "2026-11-23T17:30"),
    ("2026-11-24 3:30 CH", "vi", "tin.vn", "2026-11-24T08:30"),
    ("24 พ.ย. 2569 10:30 น.", "th", "news.th", "2026-11-24T03:30"),
    ("24/11/2026 8:30 tối", "vi", "tin.vn", "2026-11-24T13:30"),
    ("7h00 ngày 24/11/2026", "vi", "tin.vn", "2026-11-24T00:00"),
    ("24 November 2026 3:30 petang", "ms", "berita.my", "2026-11-24T07:30"),
    ("24 November 2026, 8.30 malam", "ms", "berita.my", "2026-11-24T12:30"),
    ("Selasa, 24 November 2026 4:30 sore WIB", "id", "news.example", "2026-11-24T09:30"),
    ("24 វិច្ឆិកា 2026 8:30 ល្ងាច", "km", "news.example", "2026-11-24T13:30"),
    ("၂၄ နိုဝင်ဘာ ၂၀၂၆ ညနေ ၃:၃၀", "my", "news.example", "2026-11-24T09:00"),
    ("24 ພະຈິກ 2026 3:30 ແລງ", "lo", "news.example", "2026-11-24T08:30"),
]
HEADS = {
    "meta": '<meta property="article:published_time" content="{said}">',
    "json-ld": '<script type="application/ld+json">'
    '{{"@type": "NewsArticle", "datePublished": "{said}"}}</script>',
}
SHOWN = {"time": '<time datetime="{said}">x</time>', "shown": '<p class="date">{said}</p>'}


def _published(said: str, place: str, language: str, domain: str) -> datetime | None:
    head = HEADS.get(place, "").format(said=said)
    shown = SHOWN.get(place, "").format(said=said)
    page = (
        f'<html lang="{language}"><head><title>A headline</title>{head}</head><body><article>'
        f"<h1>A headline</h1>{shown}<p>{TEXTS[language.removesuffix('-AU')]}</p></article></body>"
        "</html>"
    )
    found = extract(page.encode(), f"https://{domain}/a", "text/html; charset=utf-8", NOW)
    return found.published


@pytest.mark.parametrize("place", [*HEADS, *SHOWN])
@pytest.mark.parametrize(
    ("said", "language", "domain", "expected"),
    [
        ("Tue, 24 Nov 2026 14:05:00 AEST", "en", "news.example", "2026-11-24T04:05"),
        ("Tue, 24 Nov 2026 14:05:00 EST", "en", "news.com.au", "2026-11-24T04:05"),
        ("Tue, 24 Nov 2026 14:05:00 CST", "zh", "news.example", "2026-11-24T06:05"),
        ("Tue Nov 24 14:05:00 CST 2026", "zh", "news.cn", "2026-11-24T06:05"),
        ("Tue Nov 24 14:05:00 +0800 2026", "zh", "news.cn", "2026-11-24T06:05"),
        ("民國115年11月24日 14:05", "zh-Hant", "news.tw", "2026-11-24T06:05"),
        ("115/11/24", "zh-Hant", "news.tw", "2026-11-23T16:00"),
        ("115年11月24日", "zh-Hant", "news.tw", "2026-11-23T16:00"),
        ("Tue, 24 Nov 2569 14:05:00 +0700", "th", "news.th", "2026-11-24T07:05"),
        ("24 Nov 2569", "th", "news.th", "2026-11-23T17:00"),
        ("๒๔ พฤศจิกายน ๒๕๖๙ 07:00 น.", "th", "news.th", "2026-11-24T00:00"),
        ("20261124T1405+0700", "en", "news.example", "2026-11-24T07:05"),
        ("2026.11.24. 14:05", "ko", "news.kr", "2026-11-24T05:05"),
        ("Selasa, 24 November 2026 07:00 WIB", "id", "news.example", "2026-11-24T00:00"),
        ("Seg, 23 Nov 2026 19:42:40 -0300", "pt", "news.example", "2026-11-23T22:42"),
    ],
)
def test_forms_of_feeds_are_read_on_pages(
    said: str, language: str, domain: str, expected: str, place: str
) -> None:
    _assert_read_as_in_feeds(said, place, language, domain, expected)


@pytest.mark.parametrize("place", [*HEADS, *SHOWN])
@pytest.mark.parametrize(("said", "language", "domain", "expected"), TWELVE_HOURS)
def test_clocks_of_twelve_hours_are_told_on_twenty_four(
    said: str, language: str, domain: str, expected: str, place: str
) -> None:
    _assert_read_as_in_feeds(said, place, language, domain, expected)


def _assert_read_as_in_feeds(
    said: str, place: str, language: str, domain: str, expected: str
) -> None:
    published = _published(said, place, language, domain)
    assert published is not None
    assert f"{published.astimezone(UTC):%Y-%m-%dT%H:%M}" == expected
    assert published == FeedDates(f"https://{domain}/a", language, now=NOW).read(said).moment


@pytest.mark.parametrize("place", ["meta", "json-ld", "time"])
def test_a_stamp_in_a_language_that_the_text_is_not_in_is_read(place: str) -> None:
    # the declared language is tried after the text's, then those whose months are often met
    for said, language in (("24 Ogos 2026", "en"), ("Seg, 24 Ago 2026 07:00:00 +0000", "en")):
        published = _published(said, place, language, "news.example")
        assert published is not None
        assert f"{published:%Y-%m-%d}" == "2026-08-24"
