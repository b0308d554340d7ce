"""How the newsroom's tests read what it serves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import feedparser

from shoalwatch.newsroom import Newsroom
from shoalwatch.newsroom.records import Outlet, load_outlets
from shoalwatch.newsroom.stories import Story, stories_at

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
LANGUAGES = {"en", "zh", "id", "vi", "th", "fil"}
OUTLETS = load_outlets()
SERVED = [
    (outlet, story)
    for outlet in OUTLETS
    for story in stories_at(outlet, NOW, 1)
    if story.article.special != "missing"
]


class Answer:
    """One answer of the newsroom, whatever its status."""

    def __init__(
        self, url: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> None:
        try:
            with urlopen(Request(url, headers=headers or {}, method=method)) as response:
                self.status, self.body = response.status, response.read()
                self.headers = response.headers
        except HTTPError as error:
            self.status, self.body, self.headers = error.code, error.read(), error.headers


def special(kind: str) -> tuple[Outlet, Story]:
    return next(
        (outlet, story)
        for outlet in OUTLETS
        for story in stories_at(outlet, NOW, 1)
        if story.article.special == kind
    )


def address(newsroom: Newsroom, outlet: Outlet) -> str:
    return next(o.address for o in newsroom.outlets if o.id == outlet.id)


def entries(newsroom: Newsroom, outlet_id: str) -> list[dict[str, Any]]:
    """The feed's entries as link, title and date, whatever the feed's format."""
    url = next(o.feed_url for o in newsroom.outlets if o.id == outlet_id)
    body = Answer(url).body
    if body.startswith(b"{"):
        return [
            {"link": i["url"], "title": i["title"], "date": i.get("date_published")}
            for i in json.loads(body)["items"]
        ]
    return [
        {"link": e.link, "title": e.title, "date": e.get("published")}
        for e in feedparser.parse(body).entries
    ]


def squeeze(text: str) -> str:
    return " ".join(text.split())
