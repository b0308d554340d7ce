"""Pages as the region's press builds them: section chains, day-first dates, reporters in the text.

The outlets, people and sentences are invented; the shapes are those that the press uses.
"""

from __future__ import annotations

import pytest

from crawlers.extraction import ExtractedPage, extract

TEXT = {
    "zh": "据悉，这座港口的货运量今年增长了百分之八，航运公司表示将继续增加航班，以满足市场需要。"
    * 6,
    "th": "ท่าเรือแห่งนี้มีปริมาณสินค้าเพิ่มขึ้นร้อยละแปดในปีนี้ บริษัทเดินเรือกล่าวว่าจะเพิ่มเที่ยวเรือต่อไป " * 6,
    "vi": "Cảng này có lượng hàng hóa tăng tám phần trăm trong năm nay, các hãng tàu cho biết "
    "sẽ tăng chuyến trong thời gian tới. " * 6,
    "id": "Pelabuhan ini mencatat kenaikan muatan delapan persen tahun ini, dan perusahaan "
    "pelayaran mengatakan akan menambah jadwal kapal. " * 6,
    "ja": "この港では今年、貨物量が八パーセント増え、海運会社は便数を増やすと述べている。" * 8,
    "ko": "이 항구는 올해 화물량이 8퍼센트 늘었으며 해운사들은 운항을 늘리겠다고 밝혔다. " * 8,
    "en": "The port moved eight per cent more cargo this year, and shipping lines said that they "
    "would add sailings in the months to come. " * 6,
}


def extracted(
    lang: str,
    head: str,
    above: str = "",
    lead: str = "",
    below: str = "",
    *,
    host: str = "x.example",
) -> ExtractedPage:
    """Extract a page: `above` and `below` stand around the text, `lead` opens it."""
    paragraphs = f"<p>{lead}{TEXT[lang]}</p><p>{TEXT[lang]}</p>"
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>'
        f"{above}<article>{paragraphs}{below}</article></body></html>"
    )
    return extract(page.encode(), f"https://www.{host}/news/1")


class TestTitle:
    @pytest.mark.parametrize(
        ("lang", "raw", "title"),
        [
            ("ko", "항구 화물량 최대 기록 : 정치일반 : 뉴스 : 바다레", "항구 화물량 최대 기록"),
            ("zh", "海港貨量創新高再創紀錄 | 國內要聞 | 要聞 | 海禾", "海港貨量創新高再創紀錄"),
            ("zh", "海港货运量创新高--国际--海港网", "海港货运量创新高"),
            ("zh", "海港货运量创新高_航运_海湾新闻", "海港货运量创新高"),
            ("ja", "港の貨物量が過去最高に : 海読新聞", "港の貨物量が過去最高に"),
            ("ko", "항구 화물량 최대 기록｜동바다일보", "항구 화물량 최대 기록"),
            ("en", "Port sets a cargo record - The Shorelander", "Port sets a cargo record"),
        ],
    )  # fmt: skip
    def test_sections_and_outlets_that_nothing_else_names_are_cut_off(
        self, lang: str, raw: str, title: str
    ) -> None:
        assert extracted(lang, f"<title>{raw}</title>").title == title

    @pytest.mark.parametrize(
        "title",
        [
            "Ship to shore - what we know of the port strike",
            "Port strike : day three of the talks",
            "Rice - Fish - Salt: what the port exports",
        ],
    )
    def test_a_clause_behind_a_dash_stays(self, title: str) -> None:
        assert extracted("en", f"<title>{title}</title>").title == title

    def test_a_lesser_heading_counts_where_it_says_what_is_declared(self) -> None:
        head = "<title>Cargo record for the northern port - Sea Times</title>"
        above = (
            '<h3 class="card-title">Rice price falls</h3>'
            '<h3 class="title">Cargo record for the northern port</h3>'
        )
        assert extracted("en", head, above).title == "Cargo record for the northern port"

    def test_the_line_under_the_headline_is_not_the_headline(self) -> None:
        deck = "A port that nobody wanted became the busiest of the coast, and paid for it"
        head = f'<title>{deck} | Sea Times</title><meta property="og:title" content="{deck}">'
        above = f'<h1 class="hero">The unwanted port</h1><h2 class="hero__subtitle">{deck}</h2>'
        assert extracted("en", head, above).title == "The unwanted port"


class TestDate:
    @pytest.mark.parametrize(
        ("lang", "host", "shown", "day"),
        [
            ("vi", "cangbao.vn", "Thứ Sáu, 01/05/2026 - 09:12", "2026-05-01"),
            ("id", "kabar.co.id", "Kabar.com - 01/05/2026, 09:12 WIB", "2026-05-01"),
            ("en", "shore.com.sg", "01/05/2026 09:12", "2026-05-01"),
            ("en", "shore.com.my", "Published: 01/05/2026", "2026-05-01"),
            ("en", "shore.com.ph", "05/01/2026", "2026-05-01"),
            ("en", "shore.com", "05/01/2026", "2026-05-01"),
            ("en", "shore.com.ph", "Dagat News / 09:12 AM May 01, 2026", "2026-05-01"),
        ],
    )
    def test_numbers_are_read_in_the_order_of_the_country(
        self, lang: str, host: str, shown: str, day: str
    ) -> None:
        above = f'<h1>Port</h1><div class="date">{shown}</div>'
        found = extracted(lang, "<title>Port of the year</title>", above, host=host).published
        assert found is not None
        assert found.date().isoformat() == day


class TestAuthor:
    @pytest.mark.parametrize(
        ("lang", "lead", "author"),
        [
            ("zh", "（海洋社記者林小美台北1日電）", "林小美"),
            ("zh", "〔記者陳大文／台北報導〕", "陳大文"),
            ("zh", "海洋社某市5月1日电（记者张三、李四海）", "张三"),
            ("ko", "(서울=바다뉴스) 홍길동 기자 = ", "홍길동"),
        ],
    )
    def test_the_reporter_in_the_dateline(self, lang: str, lead: str, author: str) -> None:
        assert extracted(lang, "<title>海港</title>", lead=lead).authors[:1] == [author]

    @pytest.mark.parametrize(
        ("lead", "author"),
        [
            ("[바다일보=김하늘 기자] ", "김하늘"),
            ("[바다일보=부산 김하늘 특파원기자] ", "김하늘"),
            ("[바다일보=김하늘의 항구 이야기] ", "김하늘"),
            ("[바다일보=소설가 김하늘의 항구tv] ", "김하늘"),
        ],
    )
    def test_a_korean_outlet_signs_for_its_writer(self, lead: str, author: str) -> None:
        assert extracted("ko", "", lead=lead).authors == [author]

    def test_all_reporters_of_a_dateline_and_no_editor(self) -> None:
        lead = "海洋社某市5月1日电（记者张三、李四海）"
        below = "<p>（责任编辑：王五）</p>"
        assert extracted("zh", "", lead=lead, below=below).authors == ["张三", "李四海"]

    @pytest.mark.parametrize(
        ("lang", "below", "author"),
        [
            ("ja", "<p>【山田太郎】</p>", "山田太郎"),
            ("ko", "<p>홍길동 기자 gildong@bada.example</p>", "홍길동"),
            ("vi", '<p style="text-align: right">Trần Thị Bình</p>', "Trần Thị Bình"),
            ("vi", "<div>Tác giả: Trần Thị Bình (PV Cảng Báo)</div>", "Trần Thị Bình"),
            ("id", "<p>Pewarta: Budi Santoso<br>Editor: Siti Aminah</p>", "Budi Santoso"),
            ("th", "<div>ผู้เขียน : สมชาย ใจดี</div>", "สมชาย ใจดี"),
        ],
    )  # fmt: skip
    def test_who_signed_below_the_text(self, lang: str, below: str, author: str) -> None:
        assert extracted(lang, "", below=below).authors == [author]

    @pytest.mark.parametrize(
        ("lang", "line", "author"),
        [
            ("en", "By LI MING in Port City | SHORE DAILY | Updated: 2026-05-01 07:12", "Li Ming"),
            ("zh", "海湾新闻记者 王小明", "王小明"),
            ("id", "Oleh Ahmad Bin Ali - Mei 1, 2026", "Ahmad Bin Ali"),
        ],
    )
    def test_an_unmarked_line_under_the_headline(self, lang: str, line: str, author: str) -> None:
        above = f"<h1>Port of the year</h1><div><span>{line}</span></div>"
        assert extracted(lang, "", above).authors == [author]

    @pytest.mark.parametrize(
        "line",
        ["By the end of the year.", "来源：海港网", "编辑：王五", "Sumber: Kabar", "By 2030"],
    )
    def test_other_lines_name_nobody(self, line: str) -> None:
        above = f"<h1>Port of the year</h1><div><span>{line}</span></div>"
        assert extracted("en", "", above).authors == []

    def test_the_outlets_name_behind_a_persons(self) -> None:
        head = '<meta property="og:site_name" content="Shore Post">'
        head += '<meta name="author" content="Mei Tan. Shore Post">'
        assert extracted("en", head).authors == ["Mei Tan"]

    def test_accounts_and_licences_are_no_people(self) -> None:
        head = '<meta name="author" content="portadmin">'
        above = '<h1>Port</h1><span class="author">Creative Commons License</span>'
        assert extracted("en", head, above).authors == []
