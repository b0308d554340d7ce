"""Sentences of every script of the region, by their offsets."""

from __future__ import annotations

import pytest

from models.sentences import sentences

THAI = (
    "รัฐมนตรีต่างประเทศไทยกล่าวว่าจะหารือกับจีน เรื่องข้อพิพาทในทะเลจีนใต้ระหว่างการประชุมสุดยอด "
    "ที่กรุงจาการ์ตาในสัปดาห์หน้า ขณะที่นักวิเคราะห์มองว่าการเจรจาไม่มีความคืบหน้า และยังมีปัญหาอีกมาก"
)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            'The U.S. envoy met Gen. Santos at 3.5 knots. "We object," he said.',
            ["The U.S. envoy met Gen. Santos at 3.5 knots.", '"We object," he said.'],
        ),
        (
            "外交部召见大使。他说：“不行！”随后离开",
            ["外交部召见大使。", "他说：“不行！”", "随后离开"],
        ),
        ("រដ្ឋាភិបាលបានប្រកាស។ ទីពីរ។", ["រដ្ឋាភិបាលបានប្រកាស។", "ទីពីរ។"]),
        ("ပထမ ပြောသည်။နောက်တစ်ခု။", ["ပထမ ပြောသည်။", "နောက်တစ်ခု။"]),
        (
            "Headline without a stop\n\nA new paragraph",
            ["Headline without a stop", "A new paragraph"],
        ),
        ("  \n ", []),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_thai_is_cut_at_spaces_into_stretches_of_a_clause_or_more() -> None:
    parts = cut(THAI)
    assert len(parts) == 2
    assert " ".join(parts) == THAI


def test_no_letter_is_lost() -> None:
    text = "First one. 第二句。 " + THAI + " Last"
    assert "".join("".join(cut(text)).split()) == "".join(text.split())
