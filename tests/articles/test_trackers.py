"""Parameters that say where a reader came from are dropped from addresses, and no others."""

from __future__ import annotations

import pytest

from articles.identity import canonical_url, former_canonical_url, is_front_page

KEPT = (
    "id=5",
    "a=2&b=0&b=1",
    "q=%E4%B8%AD+%E6%96%87&y=%5B1%5D",
    "from=harbour",
    "cmp=12",
    "output=amp",
    "share=7",
    "x=1%3By%3D2",
)
"""Queries in the form that they had before and have now."""
DROPPED = (
    "utm_source=rss&utm_medium=feed",
    "UTM_Campaign=x",
    "utm%5Fsource=x",
    "utm_source=%0A",
    "fbclid=1",
    "gclid=1&wbraid=2&gbraid=3&dclid=4",
    "msclkid=1&yclid=2&igshid=3",
    "mc_cid=1&mc_eid=2",
    "at_medium=RSS&at_campaign=rss",
    "traffic_source=rss",
    "xtor=RSS-1",
    "_ga=1.2",
    "ref=rss",
    "source=RSS",
    "medium=feed",
    "source=twitter",
    "referrer=https://a.com/",
    "ref=",
)
"""Queries of which nothing was left before, and nothing is now."""
NO_LONGER_DROPPED = (
    "cid=5",
    "uid=5",
    "eid=5",
    "clid=5",
    "article_uid=5",
    "news_cid=5",
    "cidx=5",
    "ref=5",
    "refid=5",
    "reference=5",
    "gallery=5",
    "galleryid=5",
    "game=5",
    "ga=5",
    "global=5",
    "source=5",
    "sourceid=5",
    "session=5",
    "keyword=rice",
    "campaign=5",
    "pk_id=5",
    "ad_id=5",
    "partnerid=5",
)
"""Queries that may name an article, of which nothing was left before."""
OTHERWISE = {
    "newsid=5&section=2": ("newsid=5%C2%A7ion%3D2", "newsid=5&section=2"),
    "id=5&copy=2": ("id=5%C2%A9%3D2", "copy=2&id=5"),
    "b=1&amp;a=2": ("a=2&b=1", "a=2&b=1"),
    "b=1&#038;a=2": ("a=2&b=1", "a=2&b=1"),
    "12345": ("", "12345="),
    "12345=": ("", "12345="),
    "id=5&print": ("id=5", "id=5&print="),
    "title=%B0%AE": ("title=%EF%BF%BD%EF%BF%BD", "title=%B0%AE"),
    "id=5&cid=6&utm_source=a": ("id=5", "cid=6&id=5"),
    "at_link_id=9&id=5": ("at_link_id=9&id=5", "id=5"),
    "from=rss": ("from=rss", ""),
    "output=rss": ("output=rss", ""),
    "share=facebook": ("share=facebook", ""),
    "spm=a2o.home.1": ("spm=a2o.home.1", ""),
    "spm=2026": ("spm=2026", "spm=2026"),
}
"""Queries that had another form (first) than they have now."""
ALL = (
    *((query, query, query) for query in KEPT),
    *((query, "", "") for query in DROPPED),
    *((query, "", query) for query in NO_LONGER_DROPPED),
    *((query, *forms) for query, forms in OTHERWISE.items()),
)


@pytest.mark.parametrize(("query", "before", "now"), ALL)
def test_what_is_left_of_a_query_and_was_left_before(query: str, before: str, now: str) -> None:
    page = "https://a.com/view.php"
    seen = f"{page}?{query}#top"
    assert former_canonical_url(seen) == (f"{page}?{before}" if before else page)
    assert canonical_url(seen) == (f"{page}?{now}" if now else page)
    assert canonical_url(canonical_url(seen)) == canonical_url(seen)


@pytest.mark.parametrize(
    "seen",
    [
        "HTTP://User@WWW.Example.COM:80//a/../b;c/%e4%b8%ad d?a=1#b",
        "https://例子.中国/新闻/1?x=1",
        "http://127.0.1.1:8899?x=1",
        "https://a.com/a&amp;b/it's",
        "https://a.com/a?",
    ],
)
def test_host_and_path_have_the_form_that_they_had(seen: str) -> None:
    assert canonical_url(seen) == former_canonical_url(seen)


@pytest.mark.parametrize(
    ("query", "front"),
    [
        ("", True),
        ("utm_source=rss&ref=rss", True),
        ("lang=en", True),
        ("language=zh-TW&fbclid=1", True),
        ("m=1", True),
        ("amp", True),
        ("error=404", True),
        ("404", True),
        ("p=5", False),
        ("id=5&lang=en", False),
        ("m=202611", False),
        ("12345", False),
        ("p=404", False),
        ("cid=5", False),
    ],
)
def test_a_query_that_names_nothing_leads_to_the_front_page(query: str, front: bool) -> None:
    for root in ("https://a.com/", "https://a.com"):
        assert is_front_page(f"{root}?{query}") == front
        assert is_front_page(canonical_url(f"{root}?{query}")) == front
    assert not is_front_page(f"https://a.com/news?{query}")
