"""The sample newsroom: what it serves is what it says, and every oddity is as described."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import feedparser
import pytest
import trafilatura
from lxml import html as lxml_html

from shoalwatch.newsroom import Newsroom
from shoalwatch.newsroom.records import Outlet
from shoalwatch.newsroom.stories import Story, stories_at
from tests.shoalwatch.newsroom_reader import (
    LANGUAGES,
    NOW,
    OUTLETS,
    SERVED,
    Answer,
    address,
    entries,
    special,
    squeeze,
)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(now=NOW) as served:
        yield served


# --- what is in it ---------------------------------------------------------------------------


def test_six_languages_with_twenty_articles_each_that_a_crawl_keeps(newsroom: Newsroom) -> None:
    kept: Counter[str] = Counter()
    counts = newsroom.counts()
    for outlet in newsroom.outlets:
        kept[outlet.language] += counts[outlet.id].new
    assert set(kept) == LANGUAGES
    assert min(kept.values()) >= 20
    assert sum(kept.values()) >= 120


def test_about_two_fifths_carry_a_risk_and_half_are_of_the_last_day() -> None:
    articles = [story.article for _, story in SERVED]
    risky = sum(bool(article.risks) for article in articles) / len(articles)
    fresh = sum(article.age <= 24 for article in articles) / len(articles)
    assert 0.30 <= risky <= 0.45
    assert 0.40 <= fresh <= 0.55
    assert max(article.age for article in articles) <= 240
    for risk in ("south_china_sea", "terrorism", "policy_divergence"):
        assert sum(risk in article.risks for article in articles) >= 10


def test_several_events_are_told_by_outlets_of_several_languages() -> None:
    tellers: dict[str, set[str]] = {}
    for outlet, story in SERVED:
        if story.article.event:
            tellers.setdefault(story.article.event, set()).add(outlet.language)
    assert sum(len(languages) >= 2 for languages in tellers.values()) >= 10
    assert len(tellers["code-of-conduct-vientiane"]) == 5


def test_bodies_are_whole_articles_without_a_year_that_would_age() -> None:
    for outlet, story in SERVED:
        if story.article.special == "thin":
            continue
        assert 3 <= len(story.paragraphs) <= 7, story.article.id
        text = " ".join((story.article.title, story.summary, *story.paragraphs))
        assert not re.search(r"\b(202[4-9]|25[67]\d)\b|202[4-9]年", text), story.article.id
        assert len(text) >= (180 if outlet.language == "zh" else 400), story.article.id


def test_only_the_intended_pair_is_nearly_the_same() -> None:
    texts = {
        f"{outlet.id}/{story.article.id}": "".join(story.paragraphs) for outlet, story in SERVED
    }
    shingles = {
        name: {text[i : i + 6] for i in range(len(text) - 5)} for name, text in texts.items()
    }
    close = {
        (one, two)
        for (one, a), (two, b) in itertools.combinations(shingles.items(), 2)
        if len(a & b) / len(a | b) > 0.2
    }
    assert close == {
        (
            "pulau_tribune/three-boardings-phillip-channel",
            "harbour_mail/agency-three-barges-boarded",
        )
    }
    assert texts[next(iter(close))[0]] == texts[next(iter(close))[1]]


def test_article_ids_and_addresses_are_unique() -> None:
    for outlet in OUTLETS:
        assert len({article.id for article in outlet.articles}) == len(outlet.articles)
        assert {article.section for article in outlet.articles} <= set(outlet.sections)
        paths = {story.path for story in stories_at(outlet, NOW, 1)}
        assert len(paths) == len(outlet.articles)


# --- feeds, sitemaps, robots -----------------------------------------------------------------


def test_counts_are_those_of_the_feeds(newsroom: Newsroom) -> None:
    for outlet_id, counts in newsroom.counts().items():
        assert len(entries(newsroom, outlet_id)) == counts.feed_entries
        outcomes = counts.new + counts.duplicate + counts.rejected + counts.failed
        assert outcomes == counts.feed_entries
    total = newsroom.counts().values()
    assert sum(c.duplicate for c in total) == 1
    assert sum(c.rejected for c in total) == 2
    assert sum(c.failed for c in total) == 1
    assert sum(c.undated for c in total) == 1


def test_every_feed_link_answers_but_the_missing_one(newsroom: Newsroom) -> None:
    statuses = {
        entry["link"]: Answer(entry["link"]).status
        for outlet in newsroom.outlets
        for entry in entries(newsroom, outlet.id)
    }
    broken = [link for link, status in statuses.items() if status != 200]
    outlet, story = special("missing")
    assert broken == [address(newsroom, outlet) + story.path]
    assert statuses[broken[0]] == 404


def test_feeds_are_of_three_formats_and_dates_lie_within_ten_days(newsroom: Newsroom) -> None:
    kinds = Counter(outlet.feed.removesuffix("-cut") for outlet in OUTLETS)
    assert set(kinds) == {"rss", "atom", "json"}
    for outlet in OUTLETS:
        for story in stories_at(outlet, NOW, 1):
            assert NOW - timedelta(days=10) <= story.published <= NOW
        undated = [e for e in entries(newsroom, outlet.id) if e["date"] is None]
        assert len(undated) == newsroom.counts()[outlet.id].undated


def test_the_cut_feed_is_broken_xml_that_feedparser_still_reads(newsroom: Newsroom) -> None:
    outlet = next(o for o in OUTLETS if o.feed == "rss-cut")
    url = next(o.feed_url for o in newsroom.outlets if o.id == outlet.id)
    parsed = feedparser.parse(Answer(url).body)
    assert parsed.bozo
    assert len(parsed.entries) == len(outlet.articles)


def test_news_sitemaps_list_the_last_two_days(newsroom: Newsroom) -> None:
    spaces = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "n": "http://www.google.com/schemas/sitemap-news/0.9",
    }
    for outlet in newsroom.outlets:
        tree = lxml_html.etree.fromstring(Answer(outlet.sitemap_url).body)
        dates = tree.xpath("//s:url/n:news/n:publication_date/text()", namespaces=spaces)
        assert dates
        assert all(NOW - datetime.fromisoformat(d) <= timedelta(hours=48) for d in dates)
        for loc in tree.xpath("//s:loc/text()", namespaces=spaces):
            assert Answer(loc).status == 200


def test_robots_forbid_private_and_one_asks_for_a_delay(newsroom: Newsroom) -> None:
    texts = [Answer(f"{o.address}/robots.txt").body.decode() for o in newsroom.outlets]
    assert all("Disallow: /private/" in text for text in texts)
    assert all("/sitemap-news.xml" in text for text in texts)
    assert sum("Crawl-delay:" in text for text in texts) == 1


# --- pages -----------------------------------------------------------------------------------


def test_every_listing_page_parses_and_its_article_links_answer(newsroom: Newsroom) -> None:
    for outlet, served in zip(OUTLETS, newsroom.outlets, strict=True):
        paths = {story.path for story in stories_at(outlet, NOW, 1)}
        for listing in ["/", *(f"/{section}/" for section in outlet.sections)]:
            page = lxml_html.fromstring(Answer(served.address + listing).body)
            links = set(page.xpath("//a/@href"))
            assert links & paths
            assert special("missing")[1].path not in links
            assert {f"/{section}/" for section in outlet.sections} <= links


@pytest.mark.parametrize(("outlet", "story"), SERVED, ids=lambda v: getattr(v, "path", ""))
def test_an_article_page_parses_and_trafilatura_finds_its_body(
    newsroom: Newsroom, outlet: Outlet, story: Story
) -> None:
    answer = Answer(address(newsroom, outlet) + story.path)
    page = lxml_html.fromstring(answer.body)
    assert page.get("lang") == outlet.language
    assert page.xpath("//link[@rel='canonical']/@href") == [address(newsroom, outlet) + story.path]
    if story.article.special in {"thin", "charset"}:
        return
    assert squeeze(page.xpath("//h1")[0].text_content()) == story.article.title
    assert len(page.xpath("//a[starts-with(@href, '/')]")) >= 5
    found = squeeze(trafilatura.extract(answer.body) or "")
    recalled = sum(len(p) for p in story.paragraphs if p in found)
    assert recalled >= 0.6 * sum(len(p) for p in story.paragraphs)


def test_noise_surrounds_the_article(newsroom: Newsroom) -> None:
    for outlet, served in zip(OUTLETS, newsroom.outlets, strict=True):
        story = stories_at(outlet, NOW, 1)[0]
        text = Answer(served.address + story.path).body.decode()
        for label in ("cookie", "newsletter", "advert", "related", "comments"):
            assert outlet.labels[label] in text


@pytest.mark.parametrize(
    ("outlet_id", "pattern"),
    [
        ("pulau_tribune", r"\d{1,2} November 2026, \d\d:\d\d SGT"),
        ("harbour_mail", r"Monday 23 November 2026, \d{1,2}\.\d\d PM"),
        ("nanlan_tongxun", r"2026年11月24日 \d\d:\d\d"),
        ("xiwan_xinbao", r"2026/11/24 \d\d:\d\d"),
        ("niaga_samudra", r"Selasa, 24/11/2026 \d\d:\d\d WIB"),
        ("dai_duyen_hai", r"Thứ Ba, 24/11/2026, \d\d:\d\d \(GMT\+7\)"),
        ("khao_ao_thai", r"24 พฤศจิกายน 2569 เวลา \d\d:\d\d น\."),
        ("lingguhang_parola", r"Nobyembre 24, 2026, \d{1,2}:\d\d"),
    ],
)
def test_dates_are_written_as_the_outlets_readers_know_them(outlet_id: str, pattern: str) -> None:
    outlet = next(o for o in OUTLETS if o.id == outlet_id)
    shown = [story.shown_date or "" for story in stories_at(outlet, NOW, 1)]
    assert any(re.search(pattern, squeeze(date)) for date in shown), shown[:3]


def test_structured_data_differs_by_outlet(newsroom: Newsroom) -> None:
    found: dict[str, str] = {}
    for outlet, served in zip(OUTLETS, newsroom.outlets, strict=True):
        story = stories_at(outlet, NOW, 1)[0]
        page = lxml_html.fromstring(Answer(served.address + story.path).body)
        scripts = page.xpath("//script[@type='application/ld+json']/text()")
        if scripts:
            data = json.loads(scripts[0])
            assert data["headline"] == story.article.title
            assert datetime.fromisoformat(data["datePublished"]) == story.published
            found[outlet.id] = "json-ld"
        elif page.xpath("//meta[@property='og:title']/@content"):
            found[outlet.id] = "open-graph"
        elif page.xpath("//*[@itemprop='headline']"):
            found[outlet.id] = "microdata"
    assert Counter(found.values()) == {"json-ld": 3, "open-graph": 2, "microdata": 1}
    assert len({outlet.layout for outlet in OUTLETS}) >= 3


def test_text_from_the_data_files_is_escaped(newsroom: Newsroom) -> None:
    outlet = next(o for o in OUTLETS if o.id == "pulau_tribune")
    assert any("<script>" in comment.text for comment in outlet.comments)
    pages = [
        Answer(address(newsroom, outlet) + story.path).body.decode()
        for story in stories_at(outlet, NOW, 1)
    ]
    assert any("&lt;script&gt;alert" in page for page in pages)
    assert not any("<script>alert" in page for page in pages)
