"""Plain pages, with no structured data: a headline, a line with author and date, the text.

Outlets, people and sentences are invented; the lines are of the forms that the region prints.
"""

from __future__ import annotations

import pytest

from crawlers.extraction import ExtractedPage, extract

TEXT = {
    "en": "The port moved eight per cent more cargo this year, and lines will add sailings. " * 6,
    "de": "Der Hafen hat in diesem Jahr acht Prozent mehr umgeschlagen, und die Reeder fahren. "
    * 6,
    "zh": "据悉，这座港口的货运量今年增长了百分之八，航运公司表示将继续增加航班。" * 8,
    "ja": "この港では今年、貨物量が八パーセント増え、海運会社は便数を増やすと述べている。" * 8,
    "ko": "이 항구는 올해 화물량이 8퍼센트 늘었으며 해운사들은 운항을 늘리겠다고 밝혔다. " * 8,
    "th": "ท่าเรือแห่งนี้มีปริมาณสินค้าเพิ่มขึ้นร้อยละแปดในปีนี้ บริษัทเดินเรือกล่าวว่าจะเพิ่มเที่ยวเรือ " * 6,
    "vi": "Cảng này có lượng hàng hóa tăng tám phần trăm trong năm nay, các hãng tàu cho biết. "
    * 6,
    "id": "Pelabuhan ini mencatat kenaikan muatan delapan persen tahun ini, dan perusahaan itu. "
    * 6,
    "my": "ဆိပ်ကမ်းအလုပ်သမားများသည် အင်္ဂါနေ့တွင် အလုပ်ရပ်ခဲ့ကြသည်။ " * 12,
    "km": "កម្មករកំពង់ផែបានឈប់ធ្វើការនៅថ្ងៃអង្គារ បន្ទាប់ពីការចរចាបរាជ័យ។ " * 10,
    "lo": "ຄົນງານທ່າເຮືອຢຸດເຮັດວຽກໃນວັນອັງຄານ ຫຼັງຈາກການເຈລະຈາລົ້ມເຫຼວ " * 12,
    "hi": "बंदरगाह पर इस साल माल की मात्रा आठ प्रतिशत बढ़ी और कंपनियां और जहाज चलाएंगी। " * 6,
    "ar": "ارتفع حجم البضائع في الميناء بنسبة ثمانية بالمئة هذا العام وستزيد عدد الرحلات. " * 6,
}


def extracted(body: str, lang: str) -> ExtractedPage:
    """Extract a page whose head says nothing but its language."""
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"></head><body>{body}'
        f"<div><p>{TEXT[lang]}</p><p>{TEXT[lang]}</p></div></body></html>"
    )
    return extract(page.encode(), "https://www.sea.example/news/1")


@pytest.mark.parametrize(
    ("lang", "line", "author"),
    [
        ("zh", "2026-11-24 10:30 来源：海港网 作者：王小明", "王小明"),
        ("zh", "2026年11月24日 10:30　来源：海港日报　记者：王小明", "王小明"),
        ("zh", "【海港社】记者王小明报道 2026年11月24日", "王小明"),
        ("zh", "編譯王小明／綜合報導 2026/11/24 10:30", "王小明"),
        ("zh", "海港新聞 王小明／台北報導 2026-11-24 10:30", "王小明"),
        ("ja", "文：山田太郎 2026年11月24日", "山田太郎"),
        ("ja", "執筆：山田太郎 公開日：2026.11.24", "山田太郎"),
        ("ko", "김하늘 기자 입력 2026.11.24 10:30", "김하늘"),
        ("ko", "입력 2026-11-24 10:30:12 김하늘 기자", "김하늘"),
        ("ko", "글 김하늘 2026.11.24", "김하늘"),
        ("th", "โดย สมชาย ใจดี 24 พฤศจิกายน 2569 10:30 น.", "สมชาย ใจดี"),
        ("th", "เผยแพร่: 24 พ.ย. 2569 10:30 โดย: สมชาย ใจดี", "สมชาย ใจดี"),
        ("th", "เรื่อง : สมชาย ใจดี 24 พ.ย. 69", "สมชาย ใจดี"),
        ("vi", "Tác giả: Nguyễn Văn An 24/11/2026", "Nguyễn Văn An"),
        ("vi", "Bài và ảnh: Nguyễn Văn An - Thứ ba, 24/11/2026 10:30", "Nguyễn Văn An"),
        ("id", "Selasa, 24 Nov 2026 10:30 WIB Penulis: Budi Santoso", "Budi Santoso"),
        ("id", "Pewarta: Budi Santoso Selasa, 24 November 2026 10:30 WIB", "Budi Santoso"),
        ("id", "Ditulis oleh Budi Santoso pada 24 November 2026", "Budi Santoso"),
        ("my", "ရေးသားသူ - မောင်မောင် ၂၄ နိုဝင်ဘာ ၂၀၂၆", "မောင်မောင်"),
        ("km", "ដោយ សុខ ដារ៉ា ថ្ងៃទី២៤ ខែវិច្ឆិកា ឆ្នាំ២០២៦", "សុខ ដារ៉ា"),
        ("km", "អ្នកនិពន្ធ៖ សុខ ដារ៉ា 24/11/2026", "សុខ ដារ៉ា"),
        ("lo", "24/11/2026 ໂດຍ: ສົມສັກ", "ສົມສັກ"),
        ("hi", "लेखक: राम कुमार | 24 नवंबर 2026, 10:30", "राम कुमार"),
        ("ar", "بقلم أحمد علي - الثلاثاء 24 نوفمبر 2026", "أحمد علي"),
    ],
)
def test_author_and_date_in_one_line(lang: str, line: str, author: str) -> None:
    found = extracted(f"<h1>8 % +</h1><p>{line}</p>", lang)
    assert found.authors == [author]
    assert found.published is not None
    assert found.published.date().isoformat() == "2026-11-24"


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", "2026-11-24 10:30 来源：海港网"),
        ("ko", "입력 2026.11.24 10:30 수정 2026.11.24 11:30"),
        ("id", "Jakarta, 24 November 2026"),
        ("vi", "Hà Nội, ngày 24 tháng 11, 2026"),
        ("lo", "ວັນທີ 24 ພຈິກ 2026"),
        ("hi", "नई दिल्ली, 24 नवंबर 2026"),
        ("ar", "الثلاثاء 24 تشرين الثاني 2026"),
    ],
)
def test_a_place_or_source_beside_the_date_is_no_author(lang: str, line: str) -> None:
    found = extracted(f"<h1>8 % +</h1><p>{line}</p>", lang)
    assert found.authors == []
    assert found.published is not None
    assert found.published.date().isoformat() == "2026-11-24"


def test_todays_date_above_the_headline_is_not_the_storys() -> None:
    body = (
        '<div class="header-date">November 25, 2026</div><h1>Port strike goes on</h1>'
        '<div class="dateline">November 23, 2026</div>'
    )
    found = extracted(body, "en").published
    assert found is not None
    assert found.date().isoformat() == "2026-11-23"


def test_a_line_that_says_published_counts_anywhere() -> None:
    body = "<p><span>publiziert am 24. September 2026</span></p><h1>Streik im Hafen</h1>"
    found = extracted(body, "de").published
    assert found is not None
    assert found.date().isoformat() == "2026-09-24"


def test_published_and_updated_in_one_class_is_the_publication() -> None:
    body = (
        '<h1>Port strike goes on</h1><time class="published updated" '
        'datetime="2026-11-23">23/11/2026</time><time datetime="2026-11-24">24/11/2026</time>'
    )
    found = extracted(body, "en").published
    assert found is not None
    assert found.date().isoformat() == "2026-11-23"
