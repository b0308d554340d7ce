"""Sentences of every script of the region, by their offsets."""

from __future__ import annotations

import pytest

from models.sentences import CLAUSE_CHARACTERS, sentences

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
        (
            "Brig. Gen. Cruz hit Brgy. Kagay in Jolo. Pres. Marcos met Sec. Año and Amb. Lee.",
            ["Brig. Gen. Cruz hit Brgy. Kagay in Jolo.", "Pres. Marcos met Sec. Año and Amb. Lee."],
        ),
        (
            "Shots fell in El Monte, Calif. before Mass. Police came to Mt. Mayon, Ft. Bonifacio.",
            [
                "Shots fell in El Monte, Calif. before Mass.",
                "Police came to Mt. Mayon, Ft. Bonifacio.",
            ],
        ),
        (
            "Atty. Reyes at Engr. Cruz, dumating. Nagbayad ng Rs. 500 si Lt.Col. Dela Cruz.",
            ["Atty. Reyes at Engr. Cruz, dumating.", "Nagbayad ng Rs. 500 si Lt.Col. Dela Cruz."],
        ),
        (
            "Brigjen. Pol. Ahmad di Jl. Thamrin. Kol. Budi dan Hj. Siti datang.",
            ["Brigjen. Pol. Ahmad di Jl. Thamrin.", "Kol. Budi dan Hj. Siti datang."],
        ),
        (
            "PGS. TS. Nguyễn Văn An ở TP. HCM phản đối. ThS. Lê Bình đồng ý.",
            ["PGS. TS. Nguyễn Văn An ở TP. HCM phản đối.", "ThS. Lê Bình đồng ý."],
        ),
        (
            "พล.ต.ท. สมชาย ใจดี แถลงเมื่อวันที่ 5 ม.ค. 2567 ที่ จ. ยะลา",
            ["พล.ต.ท. สมชาย ใจดี แถลงเมื่อวันที่ 5 ม.ค. 2567 ที่ จ. ยะลา"],
        ),
        (
            "ຕຳຫຼວດພົບລະເບີດ. ພາບໂດຍ ຂ. ພົມມະຈັນ",
            ["ຕຳຫຼວດພົບລະເບີດ.", "ພາບໂດຍ ຂ. ພົມມະຈັນ"],
        ),
        (
            "គាត់ថា «ទេ។» រួចទៅ។ ផ្លែ ។ល។ និងបន្លែ៕",
            ["គាត់ថា «ទេ។»", "រួចទៅ។", "ផ្លែ ។ល។ និងបន្លែ៕"],
        ),
        ('"မဟုတ်ဘူး။" ဟု ပြောသည်။', ['"မဟုတ်ဘူး။"', "ဟု ပြောသည်။"]),
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


def test_a_thai_stretch_is_not_cut_within_a_rank_or_a_date() -> None:
    opening = "เจ้าหน้าที่ตำรวจแถลงข่าวการจับกุมผู้ต้องหาในคดีระเบิดที่ตลาดกลางเมือง"
    closing = " ก่อนนำตัวส่งพนักงานสอบสวนดำเนินคดีตามกฎหมายต่อไป"
    for held in (" เมื่อวันที่ 5 ม.ค. 2567", " พล.ต.ท. สมชาย", "พ.ต.อ. สมชาย"):
        assert held.strip() in "|".join(cut(opening + held + closing * 2))


def test_stops_and_abbreviations_without_end_leave_sentences_bounded() -> None:
    assert max(map(len, cut("ส.ค. " * 400))) <= 3 * CLAUSE_CHARACTERS


def test_no_letter_is_lost() -> None:
    text = "First one. 第二句。 " + THAI + " Last. ส.ค. 2567 ។ល។ «ទេ។» 'Brig. Gen. A.' Calif. end"
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("opening", ['"', "'"])
@pytest.mark.parametrize("mark", ["។", "။", "।"])
def test_a_straight_quote_behind_a_mark_opens_what_follows_it(mark: str, opening: str) -> None:
    assert cut(f"គាត់{mark}{opening}ខ្ញុំ{opening} ទៅ{mark}") == [
        f"គាត់{mark}",
        f"{opening}ខ្ញុំ{opening} ទៅ{mark}",
    ]
    assert cut(f"{opening}គាត់{mark}{opening} ទៅ{mark}") == [
        f"{opening}គាត់{mark}{opening}",
        f"ទៅ{mark}",
    ]


@pytest.mark.parametrize("mark", [".", "…", "...?!"])
def test_a_row_of_marks_without_a_space_is_passed_over_once(mark: str) -> None:
    text = mark * 20_000 + "x"  # in square time this takes a minute
    assert "".join(cut(text)) == text
