"""Authors in the forms that the press prints: own lines, lead words, class names, signatures.

Outlets, people and sentences are invented; the forms are those that the press uses.
"""

from __future__ import annotations

import pytest

from crawlers.extraction import extract
from crawlers.extraction.bylines import clean_names
from tests.crawlers.test_extraction_plain import TEXT

OTHER = {
    "fr": "Le port a traité huit pour cent de fret en plus cette année, selon les armateurs. " * 6,
    "es": "El puerto movió un ocho por ciento más de carga este año, dicen las navieras. " * 6,
    "it": "Il porto ha movimentato l'otto per cento di merci in più quest'anno, dicono. " * 6,
    "pl": "Port przeładował w tym roku o osiem procent więcej towarów, mówią armatorzy. " * 6,
    "nl": "De haven verwerkte dit jaar acht procent meer vracht, zeggen de rederijen. " * 6,
    "ru": "Порт переработал в этом году на восемь процентов больше грузов, говорят линии. " * 6,
}


def authors(
    lang: str, above: str = "", *, head: str = "", lead: str = "", below: str = "", host: str = ""
) -> list[str]:
    """Extract the authors of a page: `above` stands under the headline, `lead` opens the text."""
    text = (TEXT | OTHER)[lang]
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>'
        f"<h1>8 % +</h1>{above}<article>{lead}<p>{text}</p><p>{text}</p>{below}</article>"
        "</body></html>"
    )
    return extract(page.encode(), f"https://{host or 'www.sea.example'}/news/1").authors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("記者王小明／台北報導", ["王小明"]),
        ("記者王小明、林大同／台北即時報導", ["王小明", "林大同"]),
        ("政治中心／王小明報導", ["王小明"]),
        ("王小明／台北報導", ["王小明"]),
        ("王小明／高雄報導", ["王小明"]),
        ("海港報／ 記者 王小明／台北即時報導", ["王小明"]),
        ("本报记者 李明 北京报道", ["李明"]),
        ("海港社记者 李明 王红", ["李明", "王红"]),
        ("記者李明台北報導", ["李明"]),
        ("潮汐新聞記者 山田太郎", ["山田太郎"]),
        ("【海港时报驻美国特约记者 李明 海港时报记者 王红】", ["李明", "王红"]),
        ("记者 李明 编辑 王红", ["李明"]),
    ],
)
def test_han_bylines_are_read_on_a_line_in_a_mark_and_in_meta(line: str, names: list[str]) -> None:
    assert authors("zh", lead=f"<p>{line}</p>") == names
    assert authors("zh", f'<div class="author">{line}</div>') == names
    assert authors("zh", head=f'<meta name="author" content="{line}">') == names


def test_a_han_dateline_glued_to_the_text() -> None:
    lead = f"<p>【海港时报驻美国特约记者 李明 海港时报记者 王红】{TEXT['zh']}</p>"
    assert authors("zh", lead=lead) == ["李明", "王红"]


@pytest.mark.parametrize(
    "line",
    ["政治中心／綜合報導", "政治中心／台北報導", "记者手记", "记者调查", "海港社记者 李明 摄",
     "记者从港口方面了解到", "海港社／台北報導"],
)  # fmt: skip
def test_han_lines_that_name_no_reporter(line: str) -> None:
    assert authors("zh", lead=f"<p>{line}</p>") == []


def test_a_han_name_and_the_paper_before_it() -> None:
    head = '<meta name="author" content="海港報 記者王小明">'
    assert authors("zh", head=head) == ["王小明"]
    byline = '<div class="author">海港報／ 記者 <a href="/r/1">王小明</a>／台北即時報導</div>'
    assert authors("zh", byline) == ["王小明"]


def test_a_desk_before_the_reporter_beside_a_date() -> None:
    assert authors("zh", "<p>政治中心／王小明報導 2026-11-24 10:30</p>") == ["王小明"]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Por: Juan Pérez", ["Juan Pérez"]),
        ("Von: Hans Meier", ["Hans Meier"]),
        ("Par : Jean Dupont", ["Jean Dupont"]),
        ("Par Jean Dupont avec AFP", ["Jean Dupont"]),
        ("Le Phare avec AFP", ["Le Phare"]),
        ("Juan Pérez con agencias", ["Juan Pérez"]),
        ("Autor: Jan Kowalski", ["Jan Kowalski"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("di Mario Rossi", ["Mario Rossi"]),
        ("Di Maria", ["Di Maria"]),
        ("Nina Seaborn", ["Nina Seaborn"]),
        ("Ni Juan dela Cruz", ["Juan dela Cruz"]),
        ("كتب: أحمد محمد", ["أحمد محمد"]),
        ("القاهرة: أحمد محمد", ["أحمد محمد"]),
        ("ដោយ៖ សុខ ដារ៉ា", ["សុខ ដារ៉ា"]),
        ("Bài và ảnh: NGUYỄN VĂN A", ["Nguyễn Văn A"]),
        ("Bài, ảnh: Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("H.MINH", ["H.MINH"]),
        ("N.An", ["N.An"]),
        ("harbourpost.vn", []),
        ("Kabar.com", []),
        ("글 김하늘 기자", ["김하늘"]),
        ("김하늘 특파원", ["김하늘"]),
        ("바다일보 김하늘 기자", ["김하늘"]),
        ("김하늘·이순신 기자", ["김하늘", "이순신"]),
        ("政治中心／綜合報導", []),
        ("國際中心／王小明編譯", ["王小明"]),
        ("海港社記者林小美、王大同台北1日電", ["林小美", "王大同"]),
        ("记者 阿不都·买买提", ["阿不都·买买提"]),
        ("山田太郎記者、鈴木花子記者", ["山田太郎", "鈴木花子"]),
    ],
)
def test_what_introduces_and_follows_a_name(byline: str, names: list[str]) -> None:
    assert clean_names(byline) == names


@pytest.mark.parametrize(
    ("lang", "line", "author"),
    [
        ("pl", "Autor: Jan Kowalski", "Jan Kowalski"),
        ("de", "Text: Hans Meier", "Hans Meier"),
        ("en", "Writer: Jane Roe", "Jane Roe"),
        ("nl", "Door Jan de Vries", "Jan de Vries"),
        ("it", "di Mario Rossi", "Mario Rossi"),
        ("en", "BY JANE ROE", "Jane Roe"),
        ("es", "POR JUAN PÉREZ", "Juan Pérez"),
        ("id", "OLEH AHMAD YANI", "Ahmad Yani"),
        ("ru", "Автор: Иван Петров", "Иван Петров"),
        ("th", "โดย สมชาย ใจดี", "สมชาย ใจดี"),
        ("km", "ដោយ សុខ ដារ៉ា", "សុខ ដារ៉ា"),
        ("ar", "بقلم أحمد محمد", "أحمد محمد"),
        ("hi", "लेखक: राम कुमार", "राम कुमार"),
        ("ko", "글 김하늘 기자", "김하늘"),
        ("ko", "김하늘 특파원", "김하늘"),
        ("ko", "김하늘 이순신 기자", "김하늘"),
    ],
)
def test_a_lead_word_under_the_headline(lang: str, line: str, author: str) -> None:
    assert authors(lang, f"<div><span>{line}</span></div>")[:1] == [author]


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("id", "Di Jakarta Timur"),
        ("en", "BY THE NUMBERS"),
        ("en", "by the harbour"),
        ("en", "Text size: A A A"),
        ("de", "von Berlin"),
        ("en", "Door Handles"),
        ("vi", "PV: Thưa ông"),
        ("th", "โดยเรือของบริษัทจะเพิ่มเที่ยว"),
    ],
)
def test_other_lines_with_a_lead_word_name_nobody(lang: str, line: str) -> None:
    assert authors(lang, f"<div><span>{line}</span></div>") == []


@pytest.mark.parametrize("mark", ["firma", "article__auteur", "materia-autor", "yazar"])
def test_class_names_of_other_languages(mark: str) -> None:
    assert authors("es", f'<p class="{mark}">Juan Pérez</p>') == ["Juan Pérez"]


@pytest.mark.parametrize("mark", ["confirmation", "js-autorefresh", "autorotate"])
def test_class_names_that_only_look_like_it(mark: str) -> None:
    assert authors("es", f'<p class="{mark}">Juan Pérez</p>') == []


@pytest.mark.parametrize("path", ["autor", "autores", "autoren", "autore", "auteur", "pewarta"])
def test_links_to_an_authors_page_in_other_languages(path: str) -> None:
    assert authors("es", f'<div><a href="/{path}/x">Juan Pérez</a></div>') == ["Juan Pérez"]


class TestHouse:
    def test_the_meta_tag_that_names_the_writer_comes_first(self) -> None:
        head = (
            '<meta name="author" content="Kabar Laut Cyber"><meta name="{}" content="Ahmad Yani">'
        )
        for name in ("content_author", "dtk:author"):
            assert authors("id", head=head.format(name)) == ["Ahmad Yani"]

    @pytest.mark.parametrize(
        ("house", "site", "host"),
        [
            ("Cảng Biển Online", "CANG BIEN ONLINE", "cangbien.example"),
            ("Báo Cảng Nước Sâu", "", "cns.example"),
            ("Shore Times", "", "shoretimeskh.example"),
            ("海港网", "", "haigang.example"),
            ("Our Reporter", "", ""),
            ("Our Correspondent", "", ""),
            ("Redacción", "", ""),
            ("Tim Redaksi", "", ""),
            ("AFP", "", ""),
        ],
    )
    def test_a_person_in_the_byline_comes_before_the_house(
        self, house: str, site: str, host: str
    ) -> None:
        head = f'<meta property="og:site_name" content="{site}">' if site else ""
        head += f'<meta name="author" content="{house}">'
        byline = '<div><a class="name" href="/tac-gia/1">Ngọc An</a></div>'
        assert authors("vi", byline, head=head, host=host) == ["Ngọc An"]

    @pytest.mark.parametrize("house", ["Our Correspondent", "Tim Redaksi", "AFP", "Reuters"])
    def test_the_house_is_named_where_nobody_else_is(self, house: str) -> None:
        head = f'<meta name="author" content="{house}">'
        assert authors("en", head=head) == [house]

    def test_an_agency_that_json_ld_and_the_byline_name(self) -> None:
        head = (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "8 % +", '
            '"author": {"@type": "Organization", "name": "AFP"}}</script>'
        )
        assert authors("en", '<div class="byline">By AFP</div>', head=head) == ["AFP"]

    def test_the_outlet_itself_is_never_an_author(self) -> None:
        head = '<meta property="og:site_name" content="Cảng Biển">'
        assert authors("vi", '<p class="author">CANG BIEN</p>', head=head) == []


@pytest.mark.parametrize(
    ("lead", "names"),
    [
        ("[바다일보 김하늘 기자] ", ["김하늘"]),
        ("[스포츠바다 김하늘 기자] ", ["김하늘"]),
        ("[이바다리 김하늘 기자] ", ["김하늘"]),
        ("(서울=바다뉴스) 김하늘 이순신 기자 = ", ["김하늘", "이순신"]),
        ("(런던=바다뉴스) 김하늘 특파원 = ", ["김하늘"]),
    ],
)
def test_korean_datelines(lead: str, names: list[str]) -> None:
    assert authors("ko", lead=f"<p>{lead}{TEXT['ko']}</p>") == names


@pytest.mark.parametrize(
    ("below", "names"),
    [
        (
            '<p style="text-align:right"><strong>Hoàng Thùy</strong> (Theo <em>AFP</em>)</p>',
            ["Hoàng Thùy"],
        ),
        ("<p>Hoàng Thùy (Theo AFP)</p>", ["Hoàng Thùy"]),
        ("<p>Nguyễn Anh</p><p>Theo Tuổi Biển</p>", ["Nguyễn Anh"]),
        ('<p style="text-align: right;">H.MINH</p>', ["H.MINH"]),
    ],
)
def test_vietnamese_signatures(below: str, names: list[str]) -> None:
    assert authors("vi", below=f"<p>Cảng sẽ mở rộng trong năm tới.</p>{below}") == names
