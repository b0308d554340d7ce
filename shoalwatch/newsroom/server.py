"""Serve the sample newsroom on loopback, each outlet at an address of its own."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import yaml

from shoalwatch.newsroom.listener import NewsroomError, OutletServer, bind, close
from shoalwatch.newsroom.records import Outlet, load_outlets
from shoalwatch.newsroom.site import Site
from shoalwatch.newsroom.stories import stories_at
from shoalwatch.newsroom.truth import (
    OutletCounts,
    SampleLabel,
    SampleOutlet,
    expected_counts,
    label,
)


class Newsroom:
    """The sample newsroom at one moment; a context manager that starts and stops its servers.

    `now` (aware; default: the start, cut to the hour) fixes all dates, `revision` 2 serves the
    second version of the one updated article, `port` 0 draws a free port. The same now, revision
    and port give the same bytes. Raises NewsroomError when the addresses cannot be bound.
    """

    def __init__(self, now: datetime | None = None, revision: int = 1, port: int = 0) -> None:
        """Load the data files; nothing listens until the newsroom is entered."""
        if now is not None and now.tzinfo is None:
            raise NewsroomError(
                f"Asked for a newsroom at {now.isoformat()}, which has no time zone; "
                "give an aware datetime, for example datetime.now(UTC)."
            )
        if revision not in {1, 2}:
            raise NewsroomError(
                f"Asked for revision {revision} of the newsroom; there are 1 and 2."
            )
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.now = now or start
        self.revision, self.port = revision, port
        self._outlets = load_outlets()
        self._servers: list[OutletServer] = []

    def __enter__(self) -> Self:
        """Bind, render and serve every outlet."""
        servers = bind(len(self._outlets), self.port)
        try:
            for outlet, server in zip(self._outlets, servers, strict=True):
                stories = stories_at(outlet, self.now, self.revision)
                server.pages = Site(outlet, stories, _base(server), self.now).pages()
        except BaseException:
            close(servers)
            raise
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._servers, self.port = servers, servers[0].server_port
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving and close every socket."""
        for server in self._servers:
            server.shutdown()
        close(self._servers)
        self._servers = []

    @property
    def outlets(self) -> list[SampleOutlet]:
        """Return the outlets as served; raises NewsroomError before the newsroom is entered."""
        if not self._servers:
            raise NewsroomError(
                "Asked for the outlets of a newsroom that is not served; "
                "use it as a context manager: `with Newsroom() as newsroom:`."
            )
        return [
            _served(outlet, _base(server))
            for outlet, server in zip(self._outlets, self._servers, strict=True)
        ]

    def catalogue(self) -> str:
        """Return the outlets as a catalogue file for `crawlers/sources`, in YAML."""
        entries = [
            _entry(outlet, served)
            for outlet, served in zip(self._outlets, self.outlets, strict=True)
        ]
        return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)

    def counts(self) -> dict[str, OutletCounts]:
        """Return, by outlet id, the feed's entries and each outcome due in a first crawl."""
        return {outlet.id: expected_counts(outlet) for outlet in self._outlets}

    def labels(self) -> dict[str, SampleLabel]:
        """Return, by canonical address, what each article is about in truth."""
        return {
            f"{served.address}{story.path}": label(outlet, story.article)
            for outlet, served in zip(self._outlets, self.outlets, strict=True)
            for story in stories_at(outlet, self.now, self.revision)
        }


def _base(server: OutletServer) -> str:
    return f"http://{server.server_name}:{server.server_port}"


def _served(outlet: Outlet, base: str) -> SampleOutlet:
    return SampleOutlet(
        id=outlet.id,
        name=outlet.name,
        language=outlet.language,
        country=outlet.country,
        address=base,
        feed_url=f"{base}{outlet.feed_path}",
        sitemap_url=f"{base}/sitemap-news.xml",
        articles=len(outlet.articles),
    )


def _entry(outlet: Outlet, served: SampleOutlet) -> dict[str, Any]:
    return {
        "id": outlet.id,
        "name": outlet.name,
        "country": outlet.country,
        "languages": [outlet.language],
        "owner": None,
        "state_media": outlet.state_media,
        "access": [{"kind": "feed", "url": served.feed_url}],
        "expected_per_day": None,
        "notes": "Invented outlet of the sample newsroom.",
    }
