"""The sample newsroom: its intended oddities and its server."""

from __future__ import annotations

import itertools
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import feedparser
import pytest
import trafilatura
import yaml
from lxml import html as lxml_html

from shoalwatch.newsroom import Newsroom, NewsroomError
from shoalwatch.newsroom.listener import bind_one_address
from shoalwatch.newsroom.records import SampleArticle, _with_copies
from shoalwatch.newsroom.stories import stories_at
from tests.conftest import ROOT
from tests.shoalwatch.newsroom_reader import (
    NOW,
    OUTLETS,
    SERVED,
    Answer,
    address,
    entries,
    special,
)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(now=NOW) as served:
        yield served


# --- the oddities ----------------------------------------------------------------------------


def test_the_wrongly_declared_page_is_gb18030_in_truth(newsroom: Newsroom) -> None:
    outlet, story = special("charset")
    answer = Answer(address(newsroom, outlet) + story.path)
    assert answer.headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert b'<meta charset="iso-8859-1">' in answer.body
    assert story.paragraphs[0] in answer.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_the_undated_page_has_no_date_anywhere(newsroom: Newsroom) -> None:
    outlet, story = special("undated")
    text = Answer(address(newsroom, outlet) + story.path).body.decode()
    assert not re.search(r"20\d\d|datePublished|<time", text.split("<body>")[1])
    assert "datePublished" not in text
    metadata = trafilatura.extract_metadata(text)
    assert metadata is not None
    assert metadata.date is None
    sitemap = Answer(f"{address(newsroom, outlet)}/sitemap-news.xml").body.decode()
    assert story.path not in sitemap


def test_one_article_is_listed_under_two_addresses_with_one_canonical(
    newsroom: Newsroom,
) -> None:
    outlet, story = special("amp")
    plain = address(newsroom, outlet) + story.path
    amp = f"{address(newsroom, outlet)}/amp{story.path}"
    links = [entry["link"] for entry in entries(newsroom, outlet.id)]
    assert plain in links
    assert amp in links
    page = lxml_html.fromstring(Answer(amp).body)
    assert page.xpath("//link[@rel='canonical']/@href") == [plain]


def test_the_thin_page_has_nothing_to_read(newsroom: Newsroom) -> None:
    outlet, story = special("thin")
    answer = Answer(address(newsroom, outlet) + story.path)
    assert answer.status == 200
    assert len("".join(story.paragraphs)) < 50
    assert len(trafilatura.extract(answer.body, include_comments=False) or "") < 60


def test_the_private_page_is_in_the_feed_but_not_linked(newsroom: Newsroom) -> None:
    outlet, story = special("private")
    assert story.path.startswith("/private/")
    links = [entry["link"] for entry in entries(newsroom, outlet.id)]
    assert address(newsroom, outlet) + story.path in links
    front = Answer(f"{address(newsroom, outlet)}/").body.decode()
    assert story.path not in front


def test_revision_two_changes_one_article_and_its_feed_entry() -> None:
    with Newsroom(now=NOW) as first:
        before, port = everything(first), first.port
    with Newsroom(now=NOW, revision=2, port=port) as second:
        after = everything(second)
    outlet = next(o for o in OUTLETS if any(a.revision for a in o.articles))
    article = next(a for a in outlet.articles if a.revision)
    changed = {url for url, body in before.items() if after[url] != body}
    path = outlet.article_path.format(section=article.section, id=article.id, number=0)
    base = next(url for url in changed if url.endswith(path)).removesuffix(path)
    machine = {base + outlet.feed_path, f"{base}/sitemap-news.xml"}
    listings = {f"{base}/", f"{base}/{article.section}/"}
    assert changed == {base + path} | machine | listings
    updated = feedparser.parse(after[base + outlet.feed_path]).entries
    assert sum(entry.updated != entry.published for entry in updated) == 1


def everything(newsroom: Newsroom) -> dict[str, bytes]:
    pages = {}
    for outlet, served in zip(OUTLETS, newsroom.outlets, strict=True):
        paths = [story.path for story in stories_at(outlet, NOW, 1)]
        sections = [f"/{section}/" for section in outlet.sections]
        for path in ["/", outlet.feed_path, "/sitemap-news.xml", *sections, *paths]:
            pages[served.address + path] = Answer(served.address + path).body
    return pages


# --- the server ------------------------------------------------------------------------------


def test_conditional_requests_are_answered_304_by_either_validator(newsroom: Newsroom) -> None:
    outlet, story = special("amp")
    base = address(newsroom, outlet)
    for url in (base + outlet.feed_path, base + story.path, f"{base}/"):
        fresh = Answer(url)
        tag, modified = fresh.headers["ETag"], fresh.headers["Last-Modified"]
        assert Answer(url, {"If-None-Match": tag}).status == 304
        assert Answer(url, {"If-None-Match": f'"other", W/{tag}'}).status == 304
        assert Answer(url, {"If-Modified-Since": modified}).status == 304
        assert Answer(url, {"If-None-Match": '"other"'}).status == 200
        assert Answer(url, {"If-Modified-Since": "Sun, 01 Nov 2020 00:00:00 GMT"}).status == 200
        assert Answer(url, {"If-Modified-Since": "yesterday"}).status == 200
        both = {"If-None-Match": '"other"', "If-Modified-Since": modified}
        assert Answer(url, both).status == 200
        assert Answer(url, {"If-None-Match": tag}).body == b""


def test_head_answers_as_get_without_a_body(newsroom: Newsroom) -> None:
    url = newsroom.outlets[0].feed_url
    head, get = Answer(url, method="HEAD"), Answer(url)
    assert head.body == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(get.body))


def test_the_same_now_and_port_give_the_same_bytes() -> None:
    with Newsroom(now=NOW) as first:
        before, port = everything(first), first.port
    with Newsroom(now=NOW, port=port) as second:
        assert everything(second) == before


def test_dates_move_with_now_and_addresses_do_not() -> None:
    outlet = OUTLETS[0]
    today = {s.article.id: s for s in stories_at(outlet, NOW, 1)}
    tomorrow = {s.article.id: s for s in stories_at(outlet, NOW + timedelta(days=1), 1)}
    for name, story in today.items():
        assert tomorrow[name].published - story.published == timedelta(days=1)
        assert tomorrow[name].path == story.path


def test_now_is_the_start_cut_to_the_hour_unless_given() -> None:
    now = Newsroom().now
    assert now.tzinfo is not None
    assert (now.minute, now.second, now.microsecond) == (0, 0, 0)
    assert datetime.now(UTC) - now < timedelta(hours=1, minutes=1)


def test_each_outlet_is_a_loopback_host_of_its_own(newsroom: Newsroom) -> None:
    addresses = [outlet.address for outlet in newsroom.outlets]
    assert len(set(addresses)) == len(addresses) == 8
    assert all(re.fullmatch(r"http://127\.0\.\d\.\d:\d+", a) for a in addresses)


def test_where_one_address_is_up_each_outlet_has_a_port_of_its_own() -> None:
    servers = bind_one_address(3, 0)
    try:
        assert {server.server_name for server in servers} == {"127.0.0.1"}
        assert len({server.server_port for server in servers}) == 3
    finally:
        for server in servers:
            server.server_close()


def test_the_catalogue_names_every_feed(newsroom: Newsroom) -> None:
    catalogue = yaml.safe_load(newsroom.catalogue())
    assert [entry["id"] for entry in catalogue] == [o.id for o in newsroom.outlets]
    for entry, outlet in zip(catalogue, newsroom.outlets, strict=True):
        assert entry["access"] == [{"kind": "feed", "url": outlet.feed_url}]
        assert (entry["country"], entry["languages"]) == (outlet.country, [outlet.language])
        assert entry["expected_per_day"] is None
        assert entry["owner"] is None
    assert {entry["id"] for entry in catalogue if entry["state_media"]} == {
        "nanlan_tongxun",
        "dai_duyen_hai",
    }


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.2.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NewsroomError, match=rf"port {port}.*Stop what listens"):
            Newsroom(port=port).__enter__()


def test_a_naive_now_and_an_unserved_newsroom_are_refused() -> None:
    with pytest.raises(NewsroomError, match="no time zone"):
        Newsroom(now=datetime(2026, 11, 24))  # noqa: DTZ001
    with pytest.raises(NewsroomError, match="revision 3"):
        Newsroom(revision=3)
    with pytest.raises(NewsroomError, match="context manager"):
        _ = Newsroom().outlets


def test_a_copy_of_nothing_is_an_error() -> None:
    article = SampleArticle(id="x", age=1, section="news", copy_of="nobody/nothing")
    outlet = OUTLETS[0].model_copy(update={"articles": (article,)})
    with pytest.raises(KeyError, match="nobody/nothing"):
        _with_copies([outlet])


def test_the_command_serves_and_writes_the_catalogue(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "shoalwatch.newsroom", "--write-catalogue", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(cast("Iterator[str]", process.stdout))
        shown = list(itertools.takewhile(lambda line: "catalogue written" not in line, lines))
        catalogue = yaml.safe_load((tmp_path / "newsroom.yml").read_text(encoding="utf-8"))
        try:
            assert Answer(catalogue[0]["access"][0]["url"]).status == 200
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert process.returncode == 0
    assert any("ข่าวเด่นอ่าวไทย (th)" in line for line in shown)


def test_labels_tell_the_truth_by_canonical_address(newsroom: Newsroom) -> None:
    labels = newsroom.labels()
    assert len(labels) == sum(len(outlet.articles) for outlet in OUTLETS)
    for outlet, story in SERVED:
        label = labels[address(newsroom, outlet) + story.path]
        assert label.title == story.article.title
        assert label.risks == story.article.risks
        assert label.language == outlet.language


def test_a_client_that_hangs_up_is_passed_over(
    newsroom: Newsroom, capfd: pytest.CaptureFixture[str]
) -> None:
    host, port = newsroom.outlets[0].address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(b"GET / HTTP/1.1\r\n")
    assert Answer(newsroom.outlets[0].feed_url).status == 200
    assert "Traceback" not in capfd.readouterr().err
