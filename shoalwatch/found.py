"""Writes what a search found: as a table for people, as JSON or CSV for programs."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from articles.measured import measured
from articles.record import Article
from search.engine import Hit, Result

CSV_COLUMNS = (
    "id",
    "title",
    "outlet",
    "published",
    "language",
    "categories",
    "unsure",
    "refused",
    "corrections",
    "sentiment",
    "countries",
    "url",
)
_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def marked(snippet: str) -> Text:
    """Return a snippet's HTML as terminal text, with the words found in bold.

    Control and direction-changing characters are dropped: a headline must not move the cursor.
    """
    text, last = Text(), 0
    for match in _MARK.finditer(snippet):
        text.append(_plain(snippet[last : match.start()]))
        text.append(_plain(match[1]), style="bold yellow")
        last = match.end()
    text.append(_plain(snippet[last:]))
    return text


def tags_of(article: Article) -> str:
    """Return an article's tags with their probabilities, who corrected which, and its tone.

    A '?' stands behind what the tagger is unsure of, whether it gave the tag or not.
    """
    doubted = [tag.category in article.unsure for tag in article.tags]
    tags = [f"{tag}{'?' * doubt}" for tag, doubt in zip(_tags(article), doubted, strict=True)]
    tags += [f"{name}?" for name in article.unsure if name not in article.categories]
    tags += [_plain(said.told) for said in article.corrections]
    return ", ".join([*tags, article.sentiment or article.refusal or "not tagged"])


def _tags(article: Article) -> list[str]:
    """Return tags with probabilities, but where a person tagged a text that the model refused."""
    if article.refused:
        return list(article.categories)
    return [f"{tag.category} {tag.probability:.2f}" for tag in article.tags]


def when_of(article: Article, zone: ZoneInfo) -> str:
    """Return the publication in the reader's zone, or the word undated."""
    return _local(article.published, zone) if article.published else "undated"


def print_table(
    console: Console, result: Result, outlets: Mapping[str, str], zone: ZoneInfo
) -> None:
    """Print hits one below the other, with the words found marked."""
    table = Table(box=None, show_header=True, header_style="bold", padding=(0, 1), expand=True)
    table.add_column("published", no_wrap=True)
    table.add_column("outlet", max_width=20)
    table.add_column("found", ratio=1, overflow="fold")
    for hit in result.hits:
        outlet = outlets.get(hit.article.source_id, hit.article.source_id)
        table.add_row(when_of(hit.article, zone), Text(_plain(outlet)), _found(hit))
    if result.hits:
        console.print(table)
    for typed, names in result.expanded.items():
        shown = f"{_plain(typed)} was also looked for as {_plain(', '.join(names))}"
        console.print(f"{shown}; put it into quotation marks to switch that off")
    more = "; for more: a larger --size, or --after with the token in --format json"
    console.print(
        f"{result.total} found, {len(result.hits)} shown{more if result.next else ''}",
        soft_wrap=True,
    )


def as_json(result: Result) -> str:
    """Return the page as JSON: total, next, expanded, facets, timeline, and articles with score."""
    page = {
        "total": result.total,
        "next": result.next,
        "expanded": {typed: list(names) for typed, names in result.expanded.items()},
        "facets": {n: {b.value: b.count for b in found} for n, found in result.facets.items()},
        "timeline": [{"start": b.start.isoformat(), "count": b.count} for b in result.timeline],
        "hits": [_hit_json(hit) for hit in result.hits],
    }
    return json.dumps(page, ensure_ascii=False, indent=2)


def as_csv(result: Result, outlets: Mapping[str, str], zone: ZoneInfo) -> str:
    """Return the page as CSV with a header; cells that a spreadsheet would run are quoted off."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(CSV_COLUMNS)
    for hit in result.hits:
        rows.writerow([spreadsheet_cell(value) for value in _row(hit.article, outlets, zone)])
    return written.getvalue()


def _found(hit: Hit) -> Group:
    article, snippet = hit.article, hit.snippet
    title = marked(snippet.title) if snippet else Text(_plain(article.title))
    title.stylize("bold")
    lines = [title]
    if snippet and snippet.text:
        lines.append(marked(snippet.text))
    language = (
        article.language if measured(article.language) else f"{article.language} (not measured)"
    )
    lines.append(Text(f"{language} · {tags_of(article)} · {article.id}", style="dim"))
    lines.append(Text(_plain(article.url), style="dim", overflow="fold"))
    return Group(*lines, Text())


def _row(article: Article, outlets: Mapping[str, str], zone: ZoneInfo) -> tuple[str, ...]:
    return (
        article.id,
        article.title,
        outlets.get(article.source_id, article.source_id),
        article.published.astimezone(zone).isoformat() if article.published else "",
        article.language,
        "; ".join(filter(None, [article.refusal, *_tags(article)])),
        " ".join(article.unsure),
        article.refused or "",
        "; ".join(_plain(said.told) for said in article.corrections),
        article.sentiment or "",
        " ".join(article.countries),
        article.url,
    )


def _hit_json(hit: Hit) -> dict[str, object]:
    snippet = hit.snippet.model_dump() if hit.snippet else None
    return {"score": hit.score, "snippet": snippet, **hit.article.model_dump(mode="json")}


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub("", html.unescape(text))


def spreadsheet_cell(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula, whoever wrote the headline."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
