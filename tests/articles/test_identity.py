from __future__ import annotations

import pytest

from articles.errors import InvalidURLError
from articles.identity import (
    article_id,
    canonical_url,
    content_hash,
    plainly_another,
    registered_domain,
    trusted_canonical,
)


@pytest.mark.parametrize(
    ("seen", "canonical"),
    [
        (
            "HTTPS://WWW.Example.COM:443/a?utm_source=rss&b=2&a=1#top",
            "https://www.example.com/a?a=1&b=2",
        ),
        ("http://example.com", "https://example.com/"),
        ("http://127.0.1.1:8899/h/n1.html?fbclid=3", "http://127.0.1.1:8899/h/n1.html"),
        ("https://例子.中国/新闻/1", "https://xn--fsqu00a.xn--fiqs8s/%E6%96%B0%E9%97%BB/1"),
        ("https://user:secret@a.com/x", "https://a.com/x"),
        ("https://a.com/?q=%e4%b8%ad", "https://a.com/?q=%E4%B8%AD"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        (" https://a.com/b ", "https://a.com/b"),
    ],
)
def test_one_form_for_an_address(seen: str, canonical: str) -> None:
    assert canonical_url(seen) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "bad",
    ["", "not a url", "javascript:alert(1)", "ftp://a/b", "//a.com/b", "https://a.com:99999/"],
)
def test_what_is_no_address_is_named(bad: str) -> None:
    with pytest.raises(InvalidURLError, match="address"):
        canonical_url(bad)


def test_a_very_long_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(InvalidURLError, match="is over 2048") as caught:
        canonical_url("https://a.com/" + "x" * 10_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("fetched", "stated", "believed"),
    [
        ("https://m.vnexpress.net/a-1", "https://vnexpress.net/a-1", "https://vnexpress.net/a-1"),
        ("https://vnexpress.net/a-1", "https://rival.vn/a-1", "https://vnexpress.net/a-1"),
        ("https://one.com.vn/a", "https://two.com.vn/a", "https://one.com.vn/a"),
        ("http://127.0.1.1:80/a", "http://127.0.1.2:80/a", "http://127.0.1.1/a"),
        ("http://127.0.1.1:8899/a?x=1", "http://127.0.1.1:8899/a", "http://127.0.1.1:8899/a"),
        ("https://a.com/news/1", "https://a.com/", "https://a.com/news/1"),
        ("https://a.com/news/1", "https://a.com/?lang=en", "https://a.com/news/1"),
        ("https://a.com/news/1", "https://a.com/?p=1", "https://a.com/?p=1"),
        ("https://a.com/news/1", "javascript:alert(1)", "https://a.com/news/1"),
        ("https://a.com/news/1", None, "https://a.com/news/1"),
    ],
)
def test_rel_canonical_is_believed_on_its_own_domain_only(
    fetched: str, stated: str | None, believed: str
) -> None:
    assert trusted_canonical(fetched, stated) == believed


def test_registered_domain_uses_the_public_suffix_list() -> None:
    assert registered_domain("https://www.bbc.co.uk/news") == "bbc.co.uk"
    assert registered_domain("http://127.0.0.1/") is None


def test_ids_are_stable_and_differ() -> None:
    assert article_id("https://a.com/1") == "5c3946bfc9ab0236b57466aed3f5f29b"
    assert article_id("https://a.com/1") != article_id("https://a.com/2")
    assert len(article_id("https://a.com/1")) == 32


def test_content_hash_is_blind_to_space_width_and_case_only() -> None:
    assert content_hash("Ａ title", "Some  text\n") == content_hash("a Title", "some text")
    assert content_hash("a", "b c") != content_hash("a b", "c")
    assert content_hash("\ud800", "x")


FERRY = (
    "Ferry to Batam delayed by fog",
    "The harbour closed at dawn. Two hundred passengers slept on benches until boats were let out.",
)


@pytest.mark.parametrize(
    ("other", "plainly"),
    [
        (FERRY, False),
        ((FERRY[0], "On the second page stands what the first page had no room for."), False),
        (("Boats late", FERRY[1] + " Another ferry is due at noon."), False),
        (("FERRY to Batam delayed by fog | Daily", FERRY[1][:60]), False),
        (("Rice price rises in Hanoi", "Traders blame a late monsoon for what markets ask."), True),
        (("河内米价上涨", "商人把批发市场的价格上涨归咎于迟来的季风。"), True),
        (("", ""), True),
    ],
)
def test_stories_differ_plainly_by_title_and_text(other: tuple[str, str], plainly: bool) -> None:
    assert plainly_another(FERRY, other) == plainly
    assert plainly_another(other, FERRY) == plainly


def test_chinese_stories_are_told_apart_and_versions_are_not() -> None:
    one = ("中国与东盟签署新协定", "双方在南宁签署了新的贸易协定，各国部长出席了签字仪式。")
    later = ("东盟部长齐聚南宁", one[1] + "协定明年生效。")
    other = ("暴雨袭击越南北部", "河内多条街道被淹，学校停课两天，救援人员连夜转移居民。")
    assert not plainly_another(one, later)
    assert plainly_another(one, other)
