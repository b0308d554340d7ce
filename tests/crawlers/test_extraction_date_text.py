"""Dates as written, in the region's languages; own code only where dateparser fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dateparser
import pytest

from crawlers.extraction.date_text import find_date, is_believable, read_date

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ABSOLUTE = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"]}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2026-11-24T10:30:00+07:00", None, "2026-11-24T10:30:00+07:00"),
        ("2026-11-24T10:30+0700", None, "2026-11-24T10:30:00+07:00"),
        ("2026-11-24T10:30:00.123Z", None, "2026-11-24T10:30:00+00:00"),
        ("2026-11-24 10:30:05", None, "2026-11-24T10:30:05"),
        ("2026/11/24 15:20", "zh-TW", "2026-11-24T15:20:00"),
        ("2026.11.24 15:20", "ko", "2026-11-24T15:20:00"),
        ("2026-11-24 10:30 WIB", "id", "2026-11-24T10:30:00+07:00"),
        ("Tue, 24 Nov 2026 10:30:00 +0800", None, "2026-11-24T10:30:00+08:00"),
        ("Sat, 23 Dec 2023 05:42:00 SGT", None, "2023-12-23T05:42:00+08:00"),
        ("12/21/2023 4:30:26 PM", "en", "2023-12-21T16:30:00"),
        ("Fri, 12/22/2023 - 05:00", "en", "2023-12-22T05:00:00"),
        ("24/11/2026 10:30", "id", "2026-11-24T10:30:00"),
        ("2026年11月24日", "zh", "2026-11-24T00:00:00"),
        ("2026年11月24日 上午10:30", "zh", "2026-11-24T10:30:00"),
        ("2026년 11월 24일 오후 3:20", "ko", "2026-11-24T15:20:00"),
        ("2026-11-24(화) 15:20", "ko", "2026-11-24T15:20:00"),
        ("2026-11-24 15:20 GMT+8", "en", "2026-11-24T15:20:00+08:00"),
        ("24 Nov 2026 15:20 +08:00", "en", "2026-11-24T15:20:00+08:00"),
        ("24 Nov 2026 15:20 (GMT+8)", "en", "2026-11-24T15:20:00+08:00"),
        ("24 Nov 2026 15:20 CET", "en", "2026-11-24T15:20:00+01:00"),
        ("24 Nov 2026 15:20 Nowhere/Nothing", "en", "2026-11-24T15:20:00"),
        ("11/12/2026 3:20 PM", "en", "2026-11-12T15:20:00"),
        ("11/12/2026 3:20 PM", "id", "2026-12-11T15:20:00"),
        ("2026年11月24日 15時20分", "ja", "2026-11-24T15:20:00"),
        ("Thứ Ba, 24/11/2026, 10:30 (GMT+7)", "vi", "2026-11-24T10:30:00+07:00"),
        ("Thứ ba, ngày 24 tháng 11 năm 2026", "vi", "2026-11-24T00:00:00"),
        ("Selasa, 24 November 2026 10:30 WIB", "id", "2026-11-24T10:30:00+07:00"),
        ("24 Agustus 2026 10:30 WITA", "id", "2026-08-24T10:30:00+08:00"),
        ("24 Disember 2026, 3:20 PM MYT", "ms", "2026-12-24T15:20:00+08:00"),
        ("24 Ogos 2026", "ms", "2026-08-24T00:00:00"),
        ("Nobyembre 24, 2026", "fil", "2026-11-24T00:00:00"),
        ("November 24, 2026 10:30 PHT", "en", "2026-11-24T10:30:00+08:00"),
        ("24 Nov 2026 10:30 HKT", "en", "2026-11-24T10:30:00+08:00"),
        ("24 ພະຈິກ 2026", "lo", "2026-11-24T00:00:00"),
    ],
)
def test_reads(text: str, language: str | None, expected: str) -> None:
    written = read_date(text, language)
    assert written is not None
    assert written.moment.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("๒๔ พฤศจิกายน ๒๕๖๙", "th", "2026-11-24T00:00:00"),
        ("24 พ.ย. 2569 10:30 น.", "th", "2026-11-24T10:30:00"),
        ("24 พ.ย. 69", "th", "2026-11-24T00:00:00"),
        ("24/11/2569", "th", "2026-11-24T00:00:00"),
        ("12/12/2569 09:00", "th", "2026-12-12T09:00:00"),
        ("๑/๑/๒๕๗๐", "th", "2027-01-01T00:00:00"),
        ("2026年11月24日 下午3时20分", "zh", "2026-11-24T15:20:00"),
        ("令和8年11月24日", "ja", "2026-11-24T00:00:00"),
        ("ika-24 ng Nobyembre 2026", "fil", "2026-11-24T00:00:00"),
        ("၂၀၂၆ ခုနှစ် နိုဝင်ဘာ ၂၄", "my", "2026-11-24T00:00:00"),
        ("နိုဝင်ဘာလ ၂၄ ရက်၊ ၂၀၂၆", "my", "2026-11-24T00:00:00"),
        ("ថ្ងៃទី២៤ ខែវិច្ឆិកា ឆ្នាំ២០២៦", "km", "2026-11-24T00:00:00"),
    ],
)
def test_reads_what_dateparser_alone_does_not(text: str, language: str, expected: str) -> None:
    # dateparser has no Khmer, so there it gets no language, as it would in production
    languages = [language] if language != "km" else None
    alone = dateparser.parse(text, languages=languages, settings=ABSOLUTE)
    assert alone is None or alone.isoformat() != expected, "dateparser learnt it: drop our code"
    written = read_date(text, language)
    assert written is not None
    assert written.moment.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2 hours ago", "24 November", "November 2026", "2026", "10:30", "0",
     "2026-13-45", "2022-02-112023-05-08", "12345678901234", "x" * 500 + " 2026-11-24"],
)  # fmt: skip
def test_refuses_what_is_no_complete_date(text: str) -> None:
    assert read_date(text, "en") is None


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("By A. Writer | Published 24 Nov 2026, 10:30", "en", "2026-11-24"),
        ("来源：新华网 2026-11-24 10:30", "zh", "2026-11-24"),
        ("Kompas.com - 24/11/2026, 10:30 WIB", "id", "2026-11-24"),
        ("Oleh Ahmad Zaki - November 24, 2026 @ 3:20pm", "ms", "2026-11-24"),
        ("By Mei Tan, RD on November 24, 2026", "en", "2026-11-24"),
        ("publiziert am 24. September 2026", "de", "2026-09-24"),
        ("Jakarta, 24 November 2026", "id", "2026-11-24"),
        ("Hà Nội, ngày 24 tháng 11, 2026", "vi", "2026-11-24"),
        ("नई दिल्ली, 24 नवंबर 2026", "hi", "2026-11-24"),
        ("الثلاثاء 24 نوفمبر 2026", "ar", "2026-11-24"),
    ],
)
def test_finds_the_date_within_a_line(line: str, language: str, day: str) -> None:
    written = find_date(line, language)
    assert written is not None
    assert written.moment.date().isoformat() == day


@pytest.mark.parametrize(
    ("line", "language", "moment"),
    [
        ("Updated by Mei Tan on Tuesday, November 24th, 2026 at 3:20 p.m.", "en", "T15:20:00"),
        (
            "Ditulis oleh Budi pada Selasa, 24 November 2026 pukul 10.30 WIB",
            "id",
            "T10:30:00+07:00",
        ),
        ("Đăng ngày 24 tháng 11 năm 2026 lúc 10:30", "vi", "T10:30:00"),
        ("प्रकाशित: 24 नवंबर 2026, 10:30", "hi", "T10:30:00"),
        ("نشر في 24 نوفمبر 2026 الساعة 10:30", "ar", "T10:30:00"),
        ("發布時間：2026/11/24 下午 03:20", "zh-TW", "T15:20:00"),
        ("2026.11.24. 오전 10:30", "ko", "T10:30:00"),
        ("입력 2026-11-24 오후 12:30:12", "ko", "T12:30:12"),
        ("更新：2026/11/24（二）晚上 8:20", "zh-TW", "T20:20:00"),
        ("Oleh Ahmad Zaki, 24/11/2026 3:20 PM", "ms", "T15:20:00"),
        ("Cập nhật 24 tháng 11, 2026 3:20 chiều", "vi", "T15:20:00"),
        ("03:20:07 PM IST Nov 24, 2026", "en-IN", "T15:20:07+05:30"),
        ("Nov 24 2026, 11:06am ist", "en-IN", "T11:06:00+05:30"),
        ("Publié le 24 novembre 2026 à 14h30", "fr", "T14:30:00"),
        ("Publicerad 24 nov 2026 kl 14.30", "sv", "T14:30:00"),
        ("Publisert 24. november 2026 kl. 14:30", "no", "T14:30:00"),
        ("Опубликовано 24 ноября 2026 г. в 14:30", "ru", "T14:30:00"),
        ("Publicado el 24 de noviembre de 2026 a las 14:30", "es", "T14:30:00"),
    ],
)
def test_finds_the_time_within_a_line(line: str, language: str, moment: str) -> None:
    written = find_date(line, language)
    assert written is not None
    assert written.moment.isoformat() == f"2026-11-24{moment}"
    assert written.has_time


@pytest.mark.parametrize(
    "line",
    [
        "She was born on 24 May 1999 and then moved to the northern port where she still lives",
        "From 24 November 1999 at the latest to some day before 3 May 2001",
        "Top 10 ports of 2019",
        "Kapal ke 5 untuk Pemilu 2024",
        "x 24 November 2026" * 20,
    ],
)
def test_a_line_of_text_or_of_two_dates_is_no_dateline(line: str) -> None:
    assert find_date(line, "en") is None


def test_a_date_without_time_says_so() -> None:
    bare, timed = read_date("2026-11-24"), read_date("2026-11-24 00:00")
    assert bare is not None
    assert timed is not None
    assert not bare.has_time
    assert timed.has_time
    assert bare.aware().isoformat() == "2026-11-24T00:00:00+00:00"


def test_only_dates_from_1990_to_a_day_ahead_are_believed() -> None:
    assert is_believable(NOW, NOW)
    assert is_believable(NOW + timedelta(hours=23), NOW)
    assert not is_believable(NOW + timedelta(hours=25), NOW)
    assert is_believable(datetime(1990, 1, 1, tzinfo=UTC), NOW)
    assert not is_believable(datetime(1989, 12, 31, tzinfo=UTC), NOW)
