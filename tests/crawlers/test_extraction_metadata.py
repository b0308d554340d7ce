"""Title, authors, dates and language: which of a page's own statements wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.extraction import ExtractedPage, extract

URL = "https://www.harbourpost.example/news/port-strike"
TEXT = "Dock workers at the northern port stopped work on Tuesday after talks over pay failed. " * 6


IN = {
    "zh": "港口工人周二停止工作，因为薪资谈判失败。" * 20,
    "th": "คนงานท่าเรือหยุดงานในวันอังคารหลังการเจรจาค่าจ้างล้มเหลว" * 10,
    "ja": "港の労働者は火曜日、賃金交渉が決裂したため仕事を止めた。" * 20,
    "my": "ဆိပ်ကမ်းအလုပ်သမားများသည် အင်္ဂါနေ့တွင် အလုပ်ရပ်ခဲ့ကြသည်။ " * 12,
    "km": "កម្មករកំពង់ផែបានឈប់ធ្វើការនៅថ្ងៃអង្គារ បន្ទាប់ពីការចរចាបរាជ័យ។ " * 10,
    "vi": "Công nhân cảng đã ngừng làm việc vào thứ Ba sau khi các cuộc đàm phán về tiền lương "
    "không đạt được kết quả và hai bên sẽ gặp lại nhau. " * 6,
    "id": "Pekerja pelabuhan berhenti bekerja pada hari Selasa setelah perundingan upah yang "
    "dilakukan dengan perusahaan itu gagal dan tidak ada kesepakatan. " * 6,
    "fil": "Huminto sa trabaho ang mga manggagawa sa daungan noong Martes matapos mabigo ang "
    "usapan tungkol sa sahod ng mga ito at wala pang kasunduan. " * 6,
}


def extracted(head: str = "", body: str = "", url: str = URL, lang: str = "en") -> ExtractedPage:
    text = IN.get(lang.split("-", maxsplit=1)[0], TEXT)
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}<article><p>{text}</p><p>{text}</p></article></body></html>"
    )
    return extract(page.encode(), url)


def json_ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {fields}}}</script>'


class TestTitle:
    @pytest.mark.parametrize(
        ("site", "raw", "title"),
        [
            ("Harbour Post", "Port strike goes on | Harbour Post", "Port strike goes on"),
            ("Harbour Post", "Strike: day 3 - Business - Harbour Post", "Strike: day 3"),
            ("Harbour Post", "Harbour Post – Port strike goes on", "Port strike goes on"),
            ("海港网", "港口罢工进入第三天_财经_海港网", "港口罢工进入第三天"),
            ("海港网", "港口罢工进入第三天-海港网", "港口罢工进入第三天"),
            ("港湾新聞", "港のスト、3日目に：港湾新聞", "港のスト、3日目に"),
            ("중앙항구일보", "항구 파업 사흘째 | 중앙항구일보", "항구 파업 사흘째"),
            ("Cảng Báo", "Đình công ở cảng lớn - Cảng Báo", "Đình công ở cảng lớn"),
            ("ข่าวท่าเรือ", "ประท้วงท่าเรือเข้าวันที่สาม | ข่าวท่าเรือ", "ประท้วงท่าเรือเข้าวันที่สาม"),
        ],
    )  # fmt: skip
    def test_the_outlets_name_is_cut_off(self, site: str, raw: str, title: str) -> None:
        head = (
            f'<title>{raw}</title><meta property="og:title" content="{raw}">'
            f'<meta property="og:site_name" content="{site}">'
            '<meta property="article:section" content="Business">'
        )
        assert extracted(head).title == title

    @pytest.mark.parametrize(
        "title", ["China-ASEAN trade rises", "China - ASEAN trade rises", "China: trade rises"]
    )
    def test_a_country_that_is_also_the_host_stays(self, title: str) -> None:
        assert extracted(f"<title>{title}</title>", url="http://www.china.example/1").title == title

    @pytest.mark.parametrize(
        ("raw", "title"),
        [
            ("港口罢工进入第三天-海港网", "港口罢工进入第三天"),
            ("港口工人罢工进入第三天 - 国际 - 海港日报", "港口工人罢工进入第三天"),
            ("항구 노동자 파업 사흘째 - 항구일보", "항구 노동자 파업 사흘째"),
            (
                "Port strike enters its third day - Harbour Times",
                "Port strike enters its third day",
            ),
        ],
    )
    def test_an_outlet_named_only_in_the_title_is_cut_off(self, raw: str, title: str) -> None:
        found = extracted(f"<title>{raw}</title>", url="https://a.example/1").title
        assert found is not None
        assert found.startswith(title)
        assert not found.endswith(raw[-2:])

    def test_a_dash_inside_a_headline_stays(self) -> None:
        head = "<title>Port strike - what we know so far about the talks</title>"
        assert extracted(head).title == "Port strike - what we know so far about the talks"

    def test_the_visible_heading_beats_the_title_made_for_sharing(self) -> None:
        shared = "Port strike 2026: latest"
        head = f'<title>{shared}</title><meta property="og:title" content="{shared}">'
        assert extracted(head, "<h1>Port strike enters its third day</h1>").title == (
            "Port strike enters its third day"
        )

    @pytest.mark.parametrize("wrong", ["Harbour Post", "Business", "2026", ""])
    def test_a_heading_that_names_outlet_or_section_is_passed_over(self, wrong: str) -> None:
        head = (
            '<meta property="og:title" content="Port strike enters third day">'
            '<meta property="og:site_name" content="Harbour Post">'
            '<meta property="article:section" content="Business">'
        )
        assert extracted(head, f"<h1>{wrong}</h1>").title == "Port strike enters third day"

    def test_a_kicker_in_the_heading_is_dropped(self) -> None:
        head = json_ld('"headline": "What the port strike means"')
        body = "<h1><span>Opinion</span> <span>What the port strike means</span></h1>"
        assert extracted(head, body).title == "What the port strike means"

    def test_an_article_is_no_kicker(self) -> None:
        head = "<title>Port strike enters its third day</title>"
        body = "<h1>The Port strike enters its third day</h1>"
        assert extracted(head, body).title == "The Port strike enters its third day"

    def test_a_print_title_that_nothing_else_supports(self) -> None:
        head = "<title>How did the cranes of the north come to stand still?</title>"
        marked = '<h1 class="article__headline">The Silence of the Harbour</h1>'
        others = "<h1>Guides</h1><h1>More on cargo and the sea</h1>"
        assert extracted(head, marked + others).title == "The Silence of the Harbour"
        assert extracted(head, "<h1>Guides</h1>" + marked).title == "The Silence of the Harbour"

    def test_a_heading_that_closes_the_title_is_the_outlet(self) -> None:
        head = "<title>Port strike enters its third day of talks | News of the Northern Sea</title>"
        body = "<h1>News of the Northern Sea</h1><h2>Port strike</h2>"
        assert extracted(head, body).title == "Port strike enters its third day of talks"

    def test_entities_and_inline_tags_leave_no_trace(self) -> None:
        body = "<h1>Union&amp;#8217;s <em>Harbour</em>'s strike: <b>南海</b>问题</h1>"
        assert extracted("", body).title == "Union’s Harbour's strike: 南海问题"

    def test_none_where_the_page_states_none(self) -> None:
        assert extracted().title is None


class TestJsonLd:
    @pytest.mark.parametrize(
        "script",
        [
            '{"@type": "NewsArticle", "headline": "Port strike goes on",}',
            '/* cms */ {"@type": "NewsArticle", "headline": "Port strike goes on"};',
            '<!-- {"@type": "NewsArticle", "headline": "Port strike goes on"} -->',
            '{"@type": "NewsArticle", "headline": "Port strike goes on", "about": "a "b" c"}',
            '[{"@type": "Person"}, {"@type": ["Article"], "headline": "Port strike goes on"}]',
            '{"@graph": [{"@type": "ReportageNewsArticle", "headline": "Port strike goes on"}]}',
        ],
    )  # fmt: skip
    def test_broken_and_nested_forms_are_read(self, script: str) -> None:
        head = f'<script type="application/ld+json">{script}</script>'
        assert extracted(head).title == "Port strike goes on"

    def test_related_stories_in_a_list_are_other_articles(self) -> None:
        other = (
            '{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2020-01-01"}'
        )
        script = f'{{"@type": "ItemList", "itemListElement": [{other}]}}'
        head = f'<script type="application/ld+json">{script}</script>'
        page = extracted(head, "<h1>Port strike enters third day</h1>")
        assert page.title == "Port strike enters third day"
        assert page.published is None

    def test_authors_by_reference_in_a_graph(self) -> None:
        story = '{"@type": "NewsArticle", "headline": "x y z", "author": {"@id": "#a"}}'
        person = '{"@type": "Person", "@id": "#a", "name": "Mei Tan"}'
        head = f'<script type="application/ld+json">{{"@graph": [{story}, {person}]}}</script>'
        assert extracted(head).authors == ["Mei Tan"]

    @pytest.mark.parametrize(
        "fields",
        ['"headline": {"a": [1]}, "author": [null, 3, [["x"]]], "datePublished": true',
         '"author": {"name": {"x": 1}}, "publisher": [[]], "@id": [1], "inLanguage": {"name": 5}'],
    )  # fmt: skip
    def test_values_of_the_wrong_type_are_ignored(self, fields: str) -> None:
        page = extracted(json_ld(fields))
        assert page.authors == []
        assert page.published is None


class TestAuthors:
    @pytest.mark.parametrize(
        ("byline", "names"),
        [
            ("By Mei Tan", ["Mei Tan"]),
            ("Mei Tan and Budi Santoso", ["Mei Tan", "Budi Santoso"]),
            ("By Mei Tan, Senior Correspondent", ["Mei Tan"]),
            ("Mei Tan | mei.tan@harbourpost.example", ["Mei Tan"]),
            ("MEI TAN", ["Mei Tan"]),
            ("Analysis by Mei Tan", ["Mei Tan"]),
            ("Mei Tan Published 24 November 2026", ["Mei Tan"]),
            ("Mei Tan, Mei Tan", ["Mei Tan"]),
            ("Reuters", ["Reuters"]),
            ("Oleh: Budi Santoso", ["Budi Santoso"]),
            ("记者 张三 李四", ["张三", "李四"]),
            ("張三、李四", ["張三", "李四"]),
            ("홍길동 기자", ["홍길동"]),
            ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
            ("Nguyễn Văn An và Trần Thị Bình", ["Nguyễn Văn An", "Trần Thị Bình"]),
            ("责任编辑：王五", []),
            ("Edited by Mei Tan", []),
            ("https://www.facebook.com/harbourpost", []),
            ("@harbourpost", []),
            ("admin", []),
            ("Harbour Post", []),
            ("Harbour Post Staff", []),
        ],
    )
    def test_bylines(self, byline: str, names: list[str]) -> None:
        head = '<meta property="og:site_name" content="Harbour Post">'
        assert extracted(f'{head}<meta name="author" content="{byline}">').authors == names

    def test_an_organisation_in_json_ld_is_no_author_but_the_byline_is(self) -> None:
        head = json_ld('"author": {"@type": "Organization", "name": "Harbour Media"}')
        body = '<h1>Port strike enters third day</h1><p class="byline">by Coast University</p>'
        assert extracted(head, body).authors == ["Coast University"]

    @pytest.mark.parametrize(
        ("byline", "names"),
        [
            ('By <a href="/p/1">Mei Tan</a> <span>Harbour Correspondent</span>', ["Mei Tan"]),
            (
                'By <a href="/1">Mei Tan</a> and <a href="/2">Ana Cruz</a> <a href="/x">Bio</a>',
                ["Mei Tan", "Ana Cruz"],
            ),
            ('By Mei Tan, <a href="/">Shore Business</a>', ["Mei Tan"]),
            ("<span>Mei Tan</span> <span>Staff Writer</span>", ["Mei Tan"]),
            ("<span>Mei Tan</span> <span>@meitan</span>", ["Mei Tan"]),
            ("<span>Harbour Post Editorial Staff</span>", ["Harbour Post Editorial Staff"]),
        ],
    )  # fmt: skip
    def test_a_role_in_an_element_of_its_own(self, byline: str, names: list[str]) -> None:
        body = f'<h1>Port strike goes on</h1><div class="byline">{byline}</div>'
        assert extracted(body=body).authors[: len(names)] == names

    def test_an_unmarked_byline_that_ends_with_its_date(self) -> None:
        body = "<h1>Port strike</h1><p>Written by <a href='/t'>Mei Tan, RD</a> on May 4, 2026</p>"
        found = extracted(body=body)
        assert found.authors == ["Mei Tan"]
        assert found.published is not None
        assert found.published.date().isoformat() == "2026-05-04"

    def test_an_account_in_small_letters_is_no_name(self) -> None:
        assert extracted('<meta name="author" content="harbour-web2">').authors == []
        assert extracted('<meta name="author" content="gto">').authors == []

    def test_the_outlet_that_closes_the_title_is_cut_off_a_name(self) -> None:
        head = (
            "<title>Port strike goes on - Harbour International</title>"
            '<meta name="author" content="Mei Tan. Harbour International">'
        )
        assert extracted(head).authors == ["Mei Tan"]

    def test_two_authors_side_by_side(self) -> None:
        body = (
            '<h1>Port strike enters third day</h1><p>By <a rel="author">Mei Tan</a> and '
            '<a rel="author">Budi Santoso</a></p>'
            '<aside><a rel="author">Someone Else</a></aside>'
        )
        assert extracted("", body).authors == ["Mei Tan", "Budi Santoso"]

    def test_a_link_to_an_authors_page_counts_after_the_headline(self) -> None:
        link = '<div><a href="/author/mei-tan/">Mei Tan</a></div>'
        assert extracted("", f"<h1>Port strike enters third day</h1>{link}").authors == ["Mei Tan"]
        assert extracted("", f"{link}<h1>Port strike enters third day</h1>").authors == []


class TestDates:
    def test_json_ld_then_meta_then_page_then_address(self) -> None:
        data = json_ld('"datePublished": "2026-11-01T08:00:00+07:00"')
        meta = '<meta property="article:published_time" content="2026-11-02T08:00:00+07:00">'
        shown = '<h1>Port strike goes on</h1><time datetime="2026-11-03T08:00:00+07:00"></time>'
        url = "https://www.harbourpost.example/2026/11/04/port-strike"
        cases = (
            (data + meta, shown, 1, "json-ld"),
            (meta, shown, 2, "meta"),
            ("", shown, 3, "page"),
            ("", "", 4, "url"),
        )
        for head, body, day, origin in cases:
            page = extracted(head, body, url)
            assert page.published is not None
            assert (page.published.day, page.published_from) == (day, origin)

    def test_undated_stays_undated(self) -> None:
        page = extracted("", "<h1>Port strike enters third day</h1>")
        assert (page.published, page.published_from, page.updated) == (None, "none", None)

    @pytest.mark.parametrize("stamp", ["1970-01-01T00:00:00Z", "1989-12-31", "0", "2099-01-01"])
    def test_an_unbelievable_date_gives_way_to_the_next_source(self, stamp: str) -> None:
        head = json_ld(f'"datePublished": "{stamp}"')
        assert extracted(head).published is None
        meta = '<meta name="pubdate" content="2026-11-02">'
        assert extracted(head + meta).published_from == "meta"

    def test_tomorrow_is_believed_and_the_day_after_is_not(self) -> None:
        for hours, believed in ((20, True), (28, False)):
            stamp = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
            page = extracted(json_ld(f'"datePublished": "{stamp}"'))
            assert (page.published is not None) is believed

    def test_a_utc_moment_is_told_in_the_offset_in_which_the_page_shows_it(self) -> None:
        head = json_ld('"datePublished": "2026-11-23T22:03:00Z"')
        for shown in ("November 24, 2026 - 5:03AM", "24 November 2026 05:03 WIB"):
            body = f'<h1>Port strike enters third day</h1><div class="date">{shown}</div>'
            page = extracted(head, body)
            assert page.published is not None
            assert page.published.isoformat() == "2026-11-24T05:03:00+07:00"

    @pytest.mark.parametrize(
        ("url", "lang", "offset"),
        [
            ("https://harbourpost.example.th/1", "en", "+07:00"),
            ("https://harbourpost.example.cn/1", "en", "+08:00"),
            ("https://harbourpost.example/1", "zh-TW", "+08:00"),
            ("https://harbourpost.example/1", "my", "+06:30"),
            ("https://harbourpost.example/1", "en-US", "+00:00"),
            ("https://harbourpost.example/1", "en", "+00:00"),
            ("https://harbourpost.example.au/1", "en", "+00:00"),
        ],
    )
    def test_a_zoneless_date_is_midnight_in_the_pages_zone(
        self, url: str, lang: str, offset: str
    ) -> None:
        page = extracted('<meta name="pubdate" content="2026-11-02">', url=url, lang=lang)
        assert page.published is not None
        assert page.published.isoformat() == f"2026-11-02T00:00:00{offset}"

    def test_an_update_is_kept_beside_the_publication(self) -> None:
        head = json_ld(
            '"datePublished": "2026-11-01T08:00:00Z", "dateModified": "2026-11-02T09:00:00Z"'
        )
        page = extracted(head)
        assert page.published == datetime(2026, 11, 1, 8, tzinfo=UTC)
        assert page.updated == datetime(2026, 11, 2, 9, tzinfo=UTC)

    def test_a_page_that_shows_only_a_much_later_day_was_published_again(self) -> None:
        head = json_ld(
            '"datePublished": "2024-11-01T08:00:00Z", "dateModified": "2026-11-02T09:00:00Z"'
        )
        body = '<h1>Guide to the ports</h1><time datetime="2026-11-02T09:00:00Z">2 Nov 2026</time>'
        page = extracted(head, body)
        assert page.published == datetime(2026, 11, 2, 9, tzinfo=UTC)
        assert page.published_from == "page"
        assert extracted(head).published == datetime(2024, 11, 1, 8, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("lang", "shown", "moment"),
        [
            ("th", "24 พ.ย. 2569 10:30 น.", "2026-11-24T10:30:00"),
            ("zh", "2026年11月24日10:30 | 来源：海港网", "2026-11-24T10:30:00"),
            ("vi", "Thứ ba, 24/11/2026, 10:30 (GMT+7)", "2026-11-24T10:30:00"),
            ("km", "ថ្ងៃទី២៤ ខែវិច្ឆិកា ឆ្នាំ២០២៦", "2026-11-24T00:00:00"),
        ],
    )
    def test_dates_shown_in_the_regions_languages(self, lang: str, shown: str, moment: str) -> None:
        body = f'<h1>Port strike enters third day</h1><div class="date">{shown}</div>'
        page = extracted("", body, "https://harbourpost.example/1", lang)
        assert page.published is not None
        assert page.published.replace(tzinfo=None).isoformat() == moment


class TestLanguage:
    @pytest.mark.parametrize(
        ("declared", "text", "language"),
        [
            ("en-US", TEXT, "en-US"),
            ("zh-hans-cn", IN["zh"], "zh-Hans-CN"),
            ("en", IN["zh"], "zh"),
            ("en", IN["th"], "th"),
            ("zh", IN["ja"], "ja"),
            ("in", IN["id"], "id"),
            ("en", IN["vi"], "vi"),
            ("tl", IN["fil"], "fil"),
            ("de", IN["my"], "my"),
            ("", TEXT, "en"),
        ],
    )  # fmt: skip
    def test_declared_unless_the_text_says_otherwise(
        self, declared: str, text: str, language: str
    ) -> None:
        page = f'<html lang="{declared}"><body><article><p>{text}</p></article></body></html>'
        assert extract(page.encode(), URL).language == language
