"""Headlines on pages whose <h1> is the outlet's slogan, holds more, or is missing."""

from __future__ import annotations

import pytest

from tests.crawlers.test_extraction_metadata import TEXT, extracted, json_ld

HEADLINE = "Port strike enters its third day after talks over pay"
SHARED = f'<title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE}">'


@pytest.mark.parametrize("tag", ["h2", "h3"])
@pytest.mark.parametrize(
    "masthead",
    [
        '<h1><a href="/">ข่าวล่าสุดวันนี้ ข่าวด่วน</a></h1>',
        '<h1><a href="https://www.harbourpost.example/en/"><b>All the news</b> of the sea</a></h1>',
        '<h1 class="logo">빠르고 정확한 뉴스 전남일보</h1>',
        '<h1 id="site-title">News of the Northern Sea</h1>',
        "<h1>News of the Northern Sea</h1>",
    ],
)
def test_a_lesser_heading_that_says_what_is_declared_beats_a_slogan(
    masthead: str, tag: str
) -> None:
    assert extracted(SHARED, f"{masthead}<{tag}>{HEADLINE}</{tag}>").title == HEADLINE


@pytest.mark.parametrize(
    "masthead",
    [
        '<h1><a href="/">ข่าวล่าสุดวันนี้ ข่าวด่วน</a></h1>',
        '<h1 class="logo">빠르고 정확한 뉴스 전남일보</h1>',
    ],
)
def test_a_masthead_is_no_print_title(masthead: str) -> None:
    assert extracted(SHARED, masthead).title == HEADLINE


def test_a_slogan_that_the_page_declares_too_is_passed_over() -> None:
    head = f'<title>All the news of the sea</title><meta property="og:title" content="{HEADLINE}">'
    masthead = '<h1><a href="/">All the news of the sea</a></h1>'
    assert extracted(head, f"{masthead}<h2>{HEADLINE}</h2>").title == HEADLINE


@pytest.mark.parametrize("href", ["#", "", "?print=1", "/news/port-strike", "javascript:void(0)"])
def test_a_headline_that_links_elsewhere_than_to_the_front_page_stays(href: str) -> None:
    body = f'<h1><a href="{href}">The Silence of the Harbour</a></h1>'
    assert extracted(SHARED, body).title == "The Silence of the Harbour"


def test_the_storys_own_link_in_a_sidebar_does_not_beat_its_print_title() -> None:
    body = f"<h1>The Silence of the Harbour</h1><aside><h3>{HEADLINE}</h3></aside>"
    assert extracted(SHARED, body).title == "The Silence of the Harbour"


@pytest.mark.parametrize("cut", ["Port strike enters its third day...", "Port strike enters its…"])
def test_a_headline_that_is_cut_short_gives_way_to_the_whole_one(cut: str) -> None:
    shared = f'<meta property="og:title" content="{HEADLINE}">'
    assert extracted(json_ld(f'"headline": "{cut}"') + shared).title == HEADLINE
    assert extracted(json_ld(f'"headline": "{cut}"')).title == cut


@pytest.mark.parametrize(
    "rest",
    [
        '<span class="sub">Both sides will meet again on Friday</span>',
        '<span class="date">5 January 2024</span> <span>14:30</span>',
        "<small>Both sides will meet again</small>",
        "<br><time>5 January 2024</time>",
    ],
)
def test_a_deck_or_date_inside_the_heading_is_dropped(rest: str) -> None:
    assert extracted(SHARED, f"<h1>{HEADLINE} {rest}</h1>").title == HEADLINE
    wrapped = f"<h1><div><span>{HEADLINE}</span>{rest}</div></h1>"
    assert extracted(SHARED, wrapped).title == HEADLINE


@pytest.mark.parametrize(
    "heading",
    [f"{HEADLINE} <em>fail</em>", f"{HEADLINE} <span>fail</span> in the north", f"{HEADLINE} fail"],
)
def test_the_words_of_a_longer_headline_are_no_deck(heading: str) -> None:
    assert extracted(SHARED, f"<h1>{heading}</h1>").title != HEADLINE


def _story(headline: str, author: str, day: str, address: str) -> str:
    return json_ld(
        f'"headline": "{headline}", "author": {{"@type": "Person", "name": "{author}"}}, '
        f'"datePublished": "{day}T08:00:00+07:00", {address}'
    )


OWN = "https://www.harbourpost.example/news/port-strike"
RELATED = "https://www.harbourpost.example/news/whale"


@pytest.mark.parametrize(
    ("related", "own"),
    [
        (f'"mainEntityOfPage": {{"@id": "{RELATED}"}}', f'"mainEntityOfPage": {{"@id": "{OWN}"}}'),
        (f'"mainEntityOfPage": "{RELATED}"', f'"mainEntityOfPage": "{OWN}?utm=1"'),
        (f'"url": ["{RELATED}"]', f'"url": ["{OWN}/"]'),
        ('"mainEntityOfPage": true', '"mainEntityOfPage": true'),
        (f'"mainEntityOfPage": {{"@id": "{OWN}"}}', f'"mainEntityOfPage": {{"@id": "{OWN}"}}'),
    ],
)
def test_another_storys_json_ld_is_not_this_pages(related: str, own: str) -> None:
    scripts = _story("Whale seen in the bay at dawn", "Budi Santoso", "2024-01-02", related)
    scripts += _story(HEADLINE, "Mei Tan", "2024-01-05", own)
    for head, body in (
        (SHARED, f"<h1>{HEADLINE}</h1>"),
        (f"<title>{HEADLINE} | Harbour Post</title>", ""),
        ("", f"<h1>{HEADLINE}</h1>"),
    ):
        found = extracted(scripts + head, f"{body}<p>{TEXT}</p>")
        assert (found.title, found.authors) == (HEADLINE, ["Mei Tan"])
        assert found.published is not None
        assert found.published.date().isoformat() == "2024-01-05"
