from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from articles.record import Article
from articles.record import Tag as RiskTag
from digests.compose import compose
from digests.content import Digest
from digests.errors import DigestError
from digests.render import MAX_HTML, Rendered, render
from digests.searches import SearchFindings, with_searches
from tests.digests.memory_engine import MemoryEngine
from tests.digests.samples import CATEGORIES, DAY, NOON, article, source


def digest_of(*articles: Article, timezone: str = "UTC", **options: Any) -> Digest:
    sources = options.pop("sources", [source()])
    return compose(MemoryEngine(articles), DAY, timezone, sources, CATEGORIES, **options)


def rendered(*articles: Article, **options: Any) -> Rendered:
    return render(digest_of(*articles, **options))


def page(result: Rendered) -> BeautifulSoup:
    return BeautifulSoup(result.html, "lxml")


def test_an_item_shows_all_that_an_analyst_needs_in_both_parts() -> None:
    result = rendered(
        article(
            1,
            "Patrol boats collide",
            text="Two boats collided. More.",
            summary="What happened at sea.",
            version=2,
            probability=0.874,
        ),
        article(2, "PATROL boats collide", source_id="straits", probability=0.5),
        timezone="Asia/Manila",
        sources=[
            source("Harbour Post", source_id="outlet"),
            source("Straits Ledger", source_id="straits"),
        ],
    )
    for part in (page(result).get_text(" "), result.text):
        words = " ".join(part.split())
        for said in (
            "Patrol boats collide",
            "Harbour Post",
            "24 Nov 2026, 20:00",
            "updated since",
            "English",
            "Philippines, China",
            "Terrorism 87%",
            "negative 80%",
            "Two boats collided.",
            "What happened at sea.",
            "Straits Ledger",
            "Tagged by tagger-1",
        ):
            assert said in words
    assert "https://outlet.example/1" in result.text
    assert 'href="https://outlet.example/1"' in result.html


def test_the_subject_names_the_day_the_finds_and_the_gaps() -> None:
    found = [article(1), article(2), article(3, category="south_china_sea")]
    down = [source("A", status="failed"), source("B", status="silent")]
    assert rendered(*found, sources=down).subject == (
        "Shoalwatch 24 Nov 2026: 1 South China Sea, 2 Terrorism; 2 sources missing"
    )
    assert rendered().subject == "Shoalwatch 24 Nov 2026: no risk items"


def test_undated_is_said_and_no_date_is_made_up() -> None:
    result = rendered(article(1, published=None), timezone="Asia/Manila")
    assert "undated, first seen 20:00" in " ".join(page(result).get_text().split())
    assert "undated, first seen 20:00" in result.text
    assert "24 Nov 2026, 20:00" not in result.text


def test_an_empty_category_is_said_to_be_empty() -> None:
    result = rendered(article(1))
    said = "No item of this category was found."
    assert (result.text.count(said), result.html.count(said)) == (2, 2)
    down = rendered(article(1), sources=[source(status="failed")])
    assert down.text.count("No item of this category was found in the sources that worked.") == 2


def test_an_incomplete_day_opens_with_a_warning_and_lists_what_is_missing() -> None:
    result = rendered(
        article(1, published=None),
        article(2, tags=(), model_version=None),
        sources=[
            source(
                "Closed",
                status="blocked",
                detail="robots.txt forbids it",
                since=NOON - timedelta(days=3),
            ),
            source("Nobody knows", status="not_crawled"),
        ],
        languages=("en", "km", "lo"),
    )
    shown = " ".join(page(result).get_text(" ").split())
    assert "This day is not complete. 2 sources were missing." in shown
    assert "Nothing could be read in English, Khmer, Lao. 1 article is not tagged yet." in shown
    assert "Closed blocked robots.txt forbids it 21 Nov 2026, 12:00" in shown
    assert "Nobody knows not crawled not known not known" in shown
    assert "Closed: blocked; robots.txt forbids it; since 21 Nov 2026, 12:00." in result.text
    assert "Khmer, Lao: no source in the catalogue." in result.text
    assert "Undated: 1 article gave no publication date" in result.text
    assert "Not tagged yet: 1 article" in result.text


def test_a_complete_day_has_no_warning() -> None:
    result = rendered(article(1), languages=("en",))
    assert "not complete" not in result.html
    assert "All 1 sources worked." in result.text
    assert "No source was reported on." in rendered(sources=[]).text


def test_an_item_of_two_categories_is_told_once_and_pointed_at_after() -> None:
    tags = (
        RiskTag(category="terrorism", probability=0.8),
        RiskTag(category="south_china_sea", probability=0.7),
    )
    result = rendered(article(1, "Told once", summary="Only here.", tags=tags))
    assert (result.text.count("Told once"), result.text.count("Only here.")) == (2, 1)
    assert "Terrorism 80% | in full under South China Sea" in result.text


def test_percentages_never_claim_certainty() -> None:
    text = rendered(article(1, probability=1.0), article(2, "Another", probability=0.0)).text
    assert "Terrorism over 99%" in text
    assert "Terrorism under 1%" in text


def test_a_tag_that_the_tagger_is_unsure_of_is_marked() -> None:
    tags = (
        RiskTag(category="terrorism", probability=0.48),
        RiskTag(category="south_china_sea", probability=0.7),
    )
    result = rendered(article(1, tags=tags, unsure=("terrorism", "policy_divergence")))
    for part in (page(result).get_text(" "), result.text):
        words = " ".join(part.split())
        assert words.count("Terrorism 48% (unsure)") == 2
        assert "South China Sea 70% (unsure)" not in words


REFUSED: dict[str, Any] = {
    "refused": "no known script",
    "sentiment": None,
    "sentiment_probability": None,
}


def test_what_the_tagger_refused_is_missing_and_said() -> None:
    refused = [article(n, tags=(), **REFUSED) for n in (1, 2)]
    result = rendered(*refused, article(3), languages=("en",))
    shown = " ".join(page(result).get_text(" ").split())
    assert "This day is not complete. 2 articles cannot be tagged." in shown
    for words in (shown, " ".join(result.text.split())):
        assert "Cannot be tagged : 2 articles" in words.replace("tagged:", "tagged :")
        assert "no known script" in words


def test_a_refused_item_shows_the_reason_and_what_a_person_said() -> None:
    tag = RiskTag(category="terrorism", probability=0.0)
    result = rendered(article(1, tags=(tag,), **REFUSED))
    assert "Terrorism | not tagged: no known script" in result.text
    assert "Terrorism · not tagged: no known script" in page(result).get_text()
    found = SearchFindings("reefs", "reef", [article(2, "Found", tags=(), **REFUSED)])
    digest = with_searches(digest_of(), [found], CATEGORIES, {}, limit=0, alike=90.0)
    searched = render(digest)
    assert "English | not tagged: no known script" in searched.text
    assert "English · not tagged: no known script" in page(searched).get_text()


def test_evidence_in_the_headline_is_not_repeated() -> None:
    tag = RiskTag.model_validate(
        {
            "category": "terrorism",
            "probability": 0.9,
            "evidence": {"field": "title", "start": 0, "end": 9},
        }
    )
    result = rendered(article(1, "Bomb found in bus", tags=(tag,)))
    assert "Evidence: the headline." in result.text
    assert "Evidence: the headline." in result.html


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</h3></td></table><a href='https://evil.example'>free</a>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "Title\r\nBcc: everyone@evil.example",
    "&lt;b&gt;bold&lt;/b&gt;",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_text_is_shown_and_never_obeyed(title: str) -> None:
    result = rendered(
        article(1, title, summary=title, text=title, source_id="s", evidence=None),
        sources=[
            source(title, source_id="s"),
            source(title, source_id="t", status="failed", detail=title),
        ],
    )
    found = page(result)
    assert not found.find_all(["script", "img", "iframe", "form", "object"])
    assert {a["href"] for a in found.find_all("a")} == {"https://outlet.example/1"}
    assert not [t for t in found.find_all(True) if any(k.startswith("on") for k in t.attrs)]
    heading = found.find("h3")
    assert heading is not None
    assert heading.get_text() == " ".join(title.split())
    assert not re.search(r"^Bcc:", result.text, re.MULTILINE)


def test_a_dangerous_address_is_not_linked() -> None:
    result = rendered(article(1, "Click me", url="javascript:alert(1)//https://x.example/"))
    assert not page(result).find_all("a")
    assert "javascript" not in result.html + result.text


def test_the_page_is_made_for_mail_readers_and_screen_readers() -> None:
    result = rendered(
        article(1, "البحر", language="ar"),
        article(2, "南海", language="zh-Hans"),
        sources=[source(), source("Down", status="failed")],
    )
    found = page(result)
    html = found.find("html")
    assert isinstance(html, Tag)
    assert html["lang"] == "en"
    headings = {h["lang"]: h["dir"] for h in found.find_all("h3")}
    assert headings == {"ar": "rtl", "zh-Hans": "ltr"}
    for table in found.find_all("table"):
        has_headers = table.find("th", recursive=True) is not None and not table.find("table")
        assert has_headers or table.get("role") == "presentation"
    assert all(th.get("scope") in {"row", "col"} for th in found.find_all("th"))
    assert not found.find_all(["svg", "style", "link", "img"])
    assert "data:" not in result.html
    assert "color:" in str(found.find("h3"))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of a colour written #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_background() -> None:
    found = page(rendered(article(1, published=None), sources=[source(status="failed")]))
    checked = 0
    for text in found.find_all(string=re.compile(r"\w")):
        chain = [str(t.get("style", "")) for t in text.parents if isinstance(t, Tag)]
        if any("display:none" in style for style in chain):
            continue
        front = next((m[1] for s in chain if (m := re.search(r"(?<!-)color:(#\w{6})", s))), None)
        back = next(
            (m[1] for s in chain if (m := re.search(r"background-color:(#\w{6})", s))), None
        )
        if front and back:
            dark, light = sorted((luminance(front), luminance(back)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, front, back)
            checked += 1
    assert checked > 20


def big_day() -> Digest:
    many = [
        article(
            n,
            f"Item number {n} with a headline of the usual length for a newspaper",
            probability=0.3 + n / 1_000,
            summary="词" * 400,
            text="词" * 400 + ".",
            category=list(CATEGORIES)[n % 3],
        )
        for n in range(300)
    ]
    return digest_of(*many)


def test_a_large_day_is_cut_below_the_limit_least_certain_first_and_says_so() -> None:
    digest = big_day()
    result = render(digest)
    assert 0.8 * MAX_HTML < len(result.html.encode()) <= MAX_HTML
    shown = len(page(result).find_all("h3"))
    assert result.left_out == 300 - shown > 0
    kept = {int(n) for n in re.findall(r"Item number (\d+)", result.html)}
    assert kept == set(range(300 - shown, 300))
    assert result.html.count("less certain items are left out here. To see them:") == 3
    assert "shoalwatch digest --day 2026-11-24 --limit 0 --format text" in result.html
    assert len(re.findall(r"Item number", result.text)) == 300


def test_one_item_left_out_by_the_limit_is_told_in_the_singular() -> None:
    result = rendered(article(1, "One"), article(2, "Another"), limit=1)
    assert result.left_out == 1
    assert "1 less certain item is left out here. To see it:" in result.text


def test_a_digest_that_cannot_be_cut_small_enough_is_refused() -> None:
    with pytest.raises(DigestError, match="over 500 bytes without a single item"):
        render(big_day(), max_bytes=500)


def test_many_missing_sources_are_cut_in_html_and_all_listed_in_text() -> None:
    down = [source(f"Outlet {n:03}", status="failed", detail="d" * 500) for n in range(700)]
    result = rendered(article(1), sources=down)
    assert len(result.html.encode()) <= MAX_HTML
    assert "660 more sources were missing. To see them:" in result.html
    assert result.text.count(": failed;") == 700


def test_many_countries_are_summed_up() -> None:
    codes = ("AU", "BN", "CN", "FR", "GB", "ID", "IN", "JP", "KH", "LA", "MM", "MY", "PH", "TH")
    result = rendered(article(1, countries=codes))
    assert "2 others 2" in result.text
    assert "2 others 2" in page(result).get_text().replace("\u00a0", " ")
    assert "China\u00a01, " in page(result).get_text()


def test_the_same_digest_renders_to_the_same_bytes() -> None:
    assert render(big_day()) == render(big_day())
