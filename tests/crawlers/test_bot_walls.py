"""Bot walls are told from articles that carry the same scripts."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawlers.bot_walls import is_bot_wall
from tests.crawlers.conftest import Crawl
from tests.crawlers.outlet_server import Answer, OutletServer, page

CLOUDFLARE = b"""<html><head><title>Just a moment...</title>
<script>window._cf_chl_opt={cType:'managed'};</script></head>
<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>"""
INCAPSULA = b"""<html><head><META NAME="robots" CONTENT="noindex,nofollow"><script
src="/_Incapsula_Resource?SWJIYLWA=5074a744e2e3d891814e9a2dace20bd4">
</script></head><body></body></html>"""
AKAMAI = b"""<html><body><div id="sec-if-cpt-container"></div>
<script src="/x.js"></script></body></html>"""
WORDS = b"<html><body><p>Please wait, checking your browser</p><script>go()</script></body></html>"
CHINESE = "<html><body>请完成安全验证<script>a()</script></body></html>".encode()


def _response(body: bytes, status: int = 200, **headers: str) -> HtmlResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse("https://o.example/a", status=status, headers=named, body=body)


@pytest.mark.parametrize("body", [CLOUDFLARE, INCAPSULA, AKAMAI, WORDS, CHINESE])
@pytest.mark.parametrize("status", [200, 403, 503])
def test_challenges_are_recognised(body: bytes, status: int) -> None:
    assert is_bot_wall(_response(body, status))


@pytest.mark.parametrize(
    "words",
    [
        "Checking if the site connection is secure",
        "Checking your browser",
        "Just a moment...",
        "Verify you are human",
        "Verify that you are a human",
        "Verifying you are human",
        "Are you a robot?",
        "Enable JavaScript and cookies to continue",
        "Pardon our interruption",
        "安全验证",
        "人机验证",
        "訪問驗證",
        "访问验证",
    ],
)
def test_the_words_of_a_challenge_are_believed_on_a_page_without_text(words: str) -> None:
    challenge = f"<html><body><p>{words}</p><script>go()</script></body></html>"
    assert is_bot_wall(_response(challenge.encode()))


def test_headers_that_announce_a_challenge_are_believed() -> None:
    assert is_bot_wall(_response(b"", 403, cf_mitigated="challenge"))
    assert is_bot_wall(_response(b"", 202, x_amzn_waf_action="challenge"))
    assert not is_bot_wall(_response(b"", 200, cf_mitigated="log"))


def test_what_an_article_was_read_from_is_no_challenge_unless_it_says_so() -> None:
    assert is_bot_wall(_response(CLOUDFLARE), text_read=0)
    assert not is_bot_wall(_response(CLOUDFLARE), text_read=5_000)
    assert is_bot_wall(_response(CLOUDFLARE, cf_mitigated="challenge"), text_read=5_000)


def test_an_article_with_the_same_script_or_words_is_an_article() -> None:
    script = '<script src="/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js"></script>'
    assert not is_bot_wall(_response(page("Just a moment... said the harbour master", head=script)))
    assert not is_bot_wall(_response(b"<html><p>Checking your browser, in print</p></html>"))
    assert not is_bot_wall(_response(CLOUDFLARE, 404))


@pytest.mark.parametrize("status", [200, 403])
def test_an_outlet_behind_a_wall_is_blocked_and_asked_again(
    outlet: OutletServer, crawl_feeds: Crawl, status: int
) -> None:
    outlet.routes["/one"] = Answer(CLOUDFLARE, status)
    feed = outlet.feed("/one")
    part = crawl_feeds(sample=feed).source("sample")
    assert (part.reasons, part.health) == ({"failed:bot_wall": 1}, "blocked")
    outlet.article("/one")
    again = crawl_feeds(sample=feed).source("sample")
    assert (again.outcomes["new"], again.health) == (1, "healthy")


def test_a_feed_behind_a_wall_is_blocked(outlet: OutletServer, crawl_feeds: Crawl) -> None:
    outlet.routes["/feed.xml"] = Answer(INCAPSULA)
    part = crawl_feeds(sample=f"{outlet.url}/feed.xml").source("sample")
    assert (part.feeds[0].reason, part.health) == ("bot_wall", "blocked")
