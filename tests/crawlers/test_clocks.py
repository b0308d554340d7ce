"""Clocks of twelve hours: each word for a half of the day, and what looks like one and is none."""

from __future__ import annotations

import pytest

from crawlers.extraction.clocks import on_24_hours


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03:30 PM", "15:30"),
        ("3:30:07.5 pm", "15:30:07.5"),
        ("3.30 p.m.", "15:30"),
        ("3:30 p. m.", "15:30"),
        ("PM3:30", "15:30"),
        ("12:30 AM", "00:30"),
        ("12:30 PM", "12:30"),
        ("00:30 PM", "12:30"),
        ("13:30 PM", "13:30"),
        ("13:30 AM", "13:30"),
        ("03:30 PM +0800", "15:30 +0800"),
        ("下午 03:30", "15:30"),
        ("下午3點", "15:00"),
        ("下午3点5分", "15:05"),
        ("下午 3：30 PM", "15:30"),
        ("午後0時30分", "12:30"),
        ("上午12:30", "00:30"),
        ("凌晨 1:30", "01:30"),
        ("中午11:30", "11:30"),
        ("中午1:30", "13:30"),
        ("晚上8:30", "20:30"),
        ("晚間 11:30", "23:30"),
        ("오전 12:30", "00:30"),
        ("오후 3시 30분", "15:30"),
        ("새벽 3:30", "03:30"),
        ("저녁 7시", "19:00"),
        ("3:30 CH", "15:30"),
        ("12:30 sáng", "00:30"),
        ("3:30 PTG", "15:30"),
    ],
)
def test_an_hour_is_told_on_twenty_four(text: str, expected: str) -> None:
    assert on_24_hours(text).strip() == expected


@pytest.mark.parametrize(
    "text",
    ["15:30", "10:30 น.", "10:30 下午茶", "3:30 A Man", "10:30 PMT", "5:30 SAT", "5:30 CHT",
     "2026.11.24", "24.11 CH", "11/24 PM", "下午", "2026-11-24T03:30:00Z"],
)  # fmt: skip
def test_what_is_no_clock_of_twelve_hours_stands(text: str) -> None:
    assert on_24_hours(text) == text


@pytest.mark.parametrize("text", ["晚上12:30", "晚上1:30"])
def test_an_hour_of_unknown_day_is_left_out(text: str) -> None:
    assert on_24_hours(f"11月24日{text}") == "11月24日"
