"""Pages that failed for now are asked for again, whether their feed still names them or not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from articles.archive import Archive
from articles.settings import StorageSettings
from articles.state import State
from crawlers.feeds import Entry
from crawlers.owed import RETRY_STAMP, OwedPage, feed_words
from crawlers.replay import replay
from crawlers.run import crawl
from crawlers.settings import CrawlSettings
from crawlers.visit import RETRY_DAYS
from tests.crawlers.conftest import LOOPBACK, Crawl, source
from tests.crawlers.outlet_server import Answer, OutletServer, page

DOWN = Answer(b"out of order", 503)


def test_a_page_that_failed_is_had_though_its_feed_has_gone_on(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/new")
    outlet.routes["/lost"] = DOWN
    url = outlet.feed("/lost")
    assert crawl_feeds(sample=url).source("sample").reasons == {"failed:http_503": 1}
    outlet.article("/lost")
    outlet.feed("/new")
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["new"], part.health) == (2, "healthy")
    assert [(feed.kind, feed.entries) for feed in part.feeds] == [("feed", 1), ("failed", 1)]
    third = crawl_feeds(sample=url).source("sample")
    assert [feed.outcome for feed in third.feeds] == ["not_modified"]


def test_it_is_asked_for_once_where_its_feed_still_names_it(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/lost"] = DOWN
    url = outlet.feed("/lost")
    crawl_feeds(sample=url)
    asked = outlet.seen["/lost"]
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["failed"], len(part.feeds)) == (1, 1)
    assert outlet.seen["/lost"] == 2 * asked


def test_it_is_left_alone_while_the_feed_cannot_be_had(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.routes["/lost"] = DOWN
    url = outlet.feed("/lost")
    crawl_feeds(sample=url)
    asked = outlet.seen["/lost"]
    outlet.routes["/feed.xml"] = DOWN
    crawl_feeds(sample=url)
    assert outlet.seen["/lost"] == asked


def test_one_that_fails_again_does_not_speak_for_the_outlet(
    outlet: OutletServer, crawl_feeds: Crawl
) -> None:
    outlet.article("/new")
    outlet.routes["/lost"] = DOWN
    url = outlet.feed("/lost", "/new")
    crawl_feeds(sample=url)
    outlet.feed("/new", title="Touched {path}")
    outlet.routes["/new"] = Answer(b"", 304)
    crawl_feeds(sample=url)
    outlet.feed("/new")
    outlet.routes["/feed.xml"] = Answer(outlet.routes["/feed.xml"].body)  # type: ignore[union-attr]
    part = crawl_feeds(sample=url, settings={"recheck_days": 0}).source("sample")
    assert (part.reasons, part.health) == ({"failed:http_503": 1}, "healthy")


def test_it_is_given_up_after_some_days_and_what_is_barred_is_not_asked_for_unnamed(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.article("/new")
    outlet.routes["/lost"] = DOWN
    outlet.routes["/barred"] = Answer(b"subscribers only", 403)
    url = outlet.feed("/lost", "/barred")
    crawl_feeds(sample=url)
    with State.open(storage.state) as state:
        ((owed, _),) = state.failed_pages("sample", datetime.now(UTC) - timedelta(days=1))
        long_ago = owed.first_seen - timedelta(days=RETRY_DAYS)
        state.save_page(owed.model_copy(update={"first_seen": long_ago}))
    outlet.feed("/new")
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["new"], len(part.feeds)) == (1, 1)


def test_a_replay_asks_again_too(outlet: OutletServer, storage: StorageSettings) -> None:
    entry, pages = source("sample", outlet.feed("/lost")), storage.home / "pages"
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    outlet.routes["/lost"] = DOWN
    crawl([entry], settings, storage)  # a day before, as far as the replay can know
    outlet.article("/lost")
    outlet.article("/new")
    outlet.feed("/new")
    crawl([entry], settings, storage, keep_pages=pages)
    before = {str(file): file.read_bytes() for file in _partitions(storage)}
    day = datetime.now(UTC).date()
    done = replay([entry], settings, storage, pages, day)
    assert (done.articles, done.differing) == (2, ())
    assert {str(file): file.read_bytes() for file in _partitions(storage)} == before
    assert len(list(Archive(storage.archive).read("crawled"))) == 2


def _partitions(storage: StorageSettings) -> list[Path]:
    return sorted(Path(storage.archive).glob("crawled/*/*"))


def test_it_keeps_what_its_feed_said_of_it(outlet: OutletServer, storage: StorageSettings) -> None:
    settings = CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK)
    entry, pages = source("sample", outlet.feed("/lost")), storage.home / "pages"
    outlet.routes["/lost"] = DOWN
    crawl([entry], settings, storage)
    bare = re.sub(rb"<title>.*?</title>|<h1>.*?</h1>", b"", page("Without a title or date"))
    outlet.routes["/lost"] = Answer(bare)
    outlet.article("/new")
    outlet.feed("/new")
    crawl([entry], settings, storage, keep_pages=pages)
    found = {article.title: article for article in Archive(storage.archive).read("crawled")}
    assert found["Story /lost"].published_from == "feed"
    before = {str(file): file.read_bytes() for file in _partitions(storage)}
    done = replay([entry], settings, storage, pages, datetime.now(UTC).date())
    assert (done.articles, done.differing) == (2, ())
    assert {str(file): file.read_bytes() for file in _partitions(storage)} == before
    asked = outlet.seen["/lost"]
    outlet.feed("/lost", "/new")
    assert crawl([entry], settings, storage).totals["unchanged"] == 2
    assert outlet.seen["/lost"] == asked  # the feed says of it what it said then


def test_an_article_found_behind_an_owed_page_ends_the_source_once(
    outlet: OutletServer, storage: StorageSettings, crawl_feeds: Crawl
) -> None:
    outlet.routes["/lost"] = DOWN
    url = outlet.feed("/lost")
    crawl_feeds(sample=url)
    with State.open(storage.state) as state:
        ((owed, _),) = state.failed_pages("sample", datetime.now(UTC) - timedelta(days=1))
    copy = f'<link rel="canonical" href="{owed.canonical_url}">'
    outlet.article("/other", head=copy)
    outlet.feed("/other")
    outlet.article("/lost", "About /other", title="Title: About /other")
    part = crawl_feeds(sample=url).source("sample")
    assert (part.outcomes["new"], part.outcomes["duplicate"]) == (1, 1)
    assert part.health == "healthy"


def test_a_row_without_a_feeds_words_or_with_damaged_ones_is_asked_for() -> None:
    for words in ("", "{", '{"published": "never"}'):
        entry = OwedPage("https://o.example/a", words).entry()
        assert (entry.address, entry.title, entry.stamp) == ("https://o.example/a", "", RETRY_STAMP)
    said = Entry("https://o.example/a", "T", "S", datetime.now(UTC), "stamp", authors=("A",))
    assert OwedPage("https://o.example/a", feed_words(said)).entry() == said
