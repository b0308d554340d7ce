"""What the newsroom's data files hold: outlets, articles and their intended faults."""

from __future__ import annotations

from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

Risk = Literal["south_china_sea", "terrorism", "policy_divergence"]
Sentiment = Literal["neg", "neu", "pos"]
Special = Literal["amp", "private", "missing", "thin", "undated", "charset"]
"""The fault or oddity an article is there to show.

amp: the feed also lists its /amp/ address; private: robots.txt forbids it; missing: the feed's
link answers 404; thin: too little text for an article; undated: no date in page, feed or address;
charset: its bytes are GB18030 while header and page declare ISO-8859-1.
"""


class Comment(BaseModel):
    """A reader's comment below articles: noise that no extractor should take for the body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    text: str


class Revision(BaseModel):
    """The second version of an article: its new text and how many hours ago it was changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    age: float = Field(ge=0)
    summary: str
    body: str


class SampleArticle(BaseModel):
    """One invented article; `age` is in hours before the newsroom's now.

    `risks`, `sentiment` and `event` are the truth by the labelling guide, for tests and for the
    demo's reader; the pages do not show them. `copy_of` is "outlet/article" of the wire story
    that this article repeats word for word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    age: float = Field(ge=0)
    section: str
    authors: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""
    body: str = ""
    risks: tuple[Risk, ...] = ()
    sentiment: Sentiment = "neu"
    event: str | None = None
    special: Special | None = None
    copy_of: str | None = None
    revision: Revision | None = None


class Outlet(BaseModel):
    """One invented outlet: who it is and how its site is built."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    country: str
    language: str
    state_media: bool
    timezone: str
    tagline: str
    layout: Literal["broadsheet", "portal", "tabloid", "plain"]
    metadata: Literal["json-ld", "open-graph", "microdata", "none"]
    feed: Literal["rss", "rss-cut", "atom", "json"]
    feed_path: str
    feed_link_suffix: str = ""
    article_path: str
    date_pattern: str
    crawl_delay: float | None = None
    labels: dict[str, str]
    sections: dict[str, str]
    comments: tuple[Comment, ...]
    adverts: tuple[str, ...]
    articles: tuple[SampleArticle, ...] = ()


def load_outlets() -> list[Outlet]:
    """Read all outlets with their articles from the package's data files.

    Raises pydantic.ValidationError when a data file breaks the shape above, and KeyError when a
    `copy_of` names no article.
    """
    here = resources.files("shoalwatch.newsroom")
    specs = yaml.safe_load((here / "outlets.yml").read_text(encoding="utf-8"))
    outlets = []
    for spec in specs:
        text = (here / "articles" / f"{spec['id']}.yml").read_text(encoding="utf-8")
        outlets.append(Outlet(**spec, articles=yaml.safe_load(text)))
    return _with_copies(outlets)


def _with_copies(outlets: list[Outlet]) -> list[Outlet]:
    """Fill the articles that repeat a wire story with the title and text they repeat."""
    originals = {f"{o.id}/{a.id}": a for o in outlets for a in o.articles}
    filled = []
    for outlet in outlets:
        articles = tuple(
            article.model_copy(
                update=originals[article.copy_of].model_dump(
                    include={"title", "summary", "body", "risks", "sentiment", "event"}
                )
            )
            if article.copy_of
            else article
            for article in outlet.articles
        )
        filled.append(outlet.model_copy(update={"articles": articles}))
    return filled
