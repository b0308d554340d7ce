"""From bytes to an extracted page: bounds, errors, body, canonical address, hostile input."""

from __future__ import annotations

import pickle
import random

import pytest

from crawlers.extraction import MAX_BYTES, ExtractedPage, ExtractionError, extract
from crawlers.extraction.pipeline import MAX_TAGS

URL = "https://www.harbourpost.example/news/port-strike?utm_source=feed"
PARAGRAPH = (
    "Dock workers at the northern port stopped work on Tuesday after talks over pay failed. "
)
STORY = "".join(f"<p>{PARAGRAPH * 3} Paragraph {n}.</p>" for n in range(5))
PAGE = f"""<!doctype html><html lang="en"><head>
<title>Port strike enters third day | Harbour Post</title>
<link rel="canonical" href="/news/port-strike">
<meta name="description" content="Talks over pay &amp; hours failed.">
<meta property="og:site_name" content="Harbour Post"></head>
<body><nav><a href="/">Home</a><a href="/sport">Sport</a></nav>
<h1>Port strike enters third day</h1><article>{STORY}</article>
<div class="comments"><h3>Comments</h3>
<p>First! {"This is what a reader thinks of it all. " * 9}</p></div>
<footer>All rights reserved</footer></body></html>"""


def test_a_whole_page() -> None:
    page = extract(PAGE.encode(), URL)
    assert page.title == "Port strike enters third day"
    assert page.text.startswith("Dock workers")
    assert page.text.count("\n") >= 4
    assert "reader thinks" not in page.text
    assert "rights reserved" not in page.text
    assert page.canonical == "https://www.harbourpost.example/news/port-strike"
    assert page.description == "Talks over pay & hours failed."
    assert page.site_name == "Harbour Post"


def test_the_result_is_frozen_and_crosses_processes() -> None:
    page = extract(PAGE.encode(), URL)
    with pytest.raises(ValueError, match="frozen"):
        page.title = "x"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(page)) == page
    assert ExtractedPage.model_validate_json(page.model_dump_json()) == page


@pytest.mark.parametrize(
    ("html", "reason", "says"),
    [
        (b"", "empty", "no content"),
        (b" \n\x00\x00", "empty", "no content"),
        (b"<p>" + b"a" * MAX_BYTES, "too_large", "at most 8,000,000"),
        (b"<p>x" * (MAX_TAGS + 1), "too_large", "50,001 tags; at most 50,000"),
        (b"hello world", "not_html", "feed, JSON or plain text"),
        (b'{"a": 1}', "not_html", "feed, JSON or plain text"),
        (b"%PDF-1.7 <p>", "not_html", "another kind"),
        (b"\x89PNG\r\n <p>", "not_html", "another kind"),
        (b'<?xml version="1.0"?><rss><title>x</title></rss>', "not_html", "feed"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", "no_text", "no article text"),
    ],
)  # fmt: skip
def test_what_is_no_article_says_why(html: bytes, reason: str, says: str) -> None:
    with pytest.raises(ExtractionError, match=says) as caught:
        extract(html, URL)
    assert caught.value.reason == reason
    assert pickle.loads(pickle.dumps(caught.value)).reason == reason


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://other.example/a", "https://other.example/a"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
        ("mailto:a@b.example", None),
    ],
)
def test_canonical_is_absolute_http_or_none(href: str, canonical: str | None) -> None:
    html = f'<html><head><link rel="canonical" href="{href}"></head><body>{STORY}</body></html>'
    assert extract(html.encode(), URL).canonical == canonical


def test_a_page_whose_address_is_none_still_gives_its_text() -> None:
    assert extract(PAGE.encode(), "http://[bad").text.startswith("Dock workers")


def test_the_headline_is_not_repeated_in_the_text() -> None:
    html = PAGE.replace("<article>", "<article><p>Port strike enters third day</p>")
    assert extract(html.encode(), URL).text.startswith("Dock workers")


def test_the_json_ld_body_helps_where_the_page_holds_little() -> None:
    body = PARAGRAPH * 20
    script = (
        f'{{"@type": "NewsArticle", "headline": "Port strike", "articleBody": "<p>{body}</p>"}}'
    )
    html = (
        f'<html><head><script type="application/ld+json">{script}</script></head><body>'
        f"<h1>Port strike</h1><p>{PARAGRAPH}</p></body></html>"
    )
    assert extract(html.encode(), URL).text == body.strip()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_a_wrong_charset_declaration_does_not_reach_the_text(encoding: str) -> None:
    story = "港口工人周二停止工作，因为薪资谈判失败。双方将于下周继续就工资问题进行磋商。" * 10
    head = '<html><head><meta charset="utf-8"><title>港口罢工</title></head>'
    html = f"{head}<body><p>{story}</p></body></html>"
    page = extract(html.encode(encoding), URL, "text/html; charset=utf-8")
    assert page.title == "港口罢工"
    assert "薪资谈判失败" in page.text


TAIL = STORY.encode()
HOSTILE = {
    "deep nesting": b"<html><body>" + b"<div>" * 20_000 + TAIL + b"</div>" * 20_000,
    "unclosed spans": b"<html><body>" + b"<span class='date author'>" * 3_000 + TAIL,
    "NUL bytes": PAGE.encode().replace(b"work", b"wo\x00rk"),
    "many attributes": b"<p " + b" ".join(b'a%d="b"' % n for n in range(50_000)) + b">" + TAIL,
    "many meta tags": b'<meta property="og:title" content="a | b">' * 20_000 + TAIL,
    "many headings": b"<h1>some heading about a strike</h1>" * 3_000 + TAIL,
    "title of separators": b"<title>" + b"a | b - c_" * 5_000 + b"</title>" + TAIL,
    "endless byline": b'<meta name="author" content="' + b"by by and, " * 9_000
    + b'">' + TAIL,
    "deep JSON-LD": b'<script type="application/ld+json">' + b'{"@graph":' * 50_000
    + b"</script>" + TAIL,
    "lone surrogates": b"<p>&#xD800; &#0; &#x110000;</p>" + TAIL,
    "binary inside": TAIL + bytes(range(256)) * 400 + TAIL,
    "5 MB": b"<html><body>" + TAIL * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end(name: str) -> None:
    try:
        found = extract(HOSTILE[name], URL).text
    except ExtractionError as error:
        found = error.reason
    assert found == "no_text" or "Dock" in found
    assert "\x00" not in found


def test_damaged_pages_give_a_page_or_a_reason() -> None:
    chance = random.Random(20261124)
    outcomes: set[str | bool] = set()
    for _ in range(60):
        damaged = bytearray(PAGE.encode())
        for _ in range(chance.randrange(1, 40)):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.randrange(60)] = chance.randbytes(chance.randrange(4))
        try:
            outcomes.add(bool(extract(bytes(damaged), URL).text))
        except ExtractionError as error:
            outcomes.add(error.reason)
    assert True in outcomes
    assert outcomes <= {True, "no_text", "not_html", "empty"}
