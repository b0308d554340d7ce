"""The bars of search, side by side in one run: `python -m benchmarks.search_bars --number 20000`.

    --items FILE       news items to index (JSON Lines, gzip; title, summary, feed, date)
    --number N         how many articles; items are repeated where there are fewer
    --repeat N         how often each search is measured (5)
    --without-server   leave Elasticsearch out
    --growth N N ...   only time and memory of the embedded engine's indexing, of so many articles
                       from a stream, each in a process of its own
    --url URL          an Elasticsearch; without it a node is started as the tests do

Embedded engine, SQLite FTS5 with the same segmented tokens, filter columns and stored record, and
Elasticsearch index the same articles; a tenth of them are given invented text in Chinese and Thai.
Medians and 95th percentiles over all searches and repetitions, one caller, one search at a time.
Every search is filtered and has facets, a timeline by day and snippets of ten hits; SQLite has no
segmented snippets, so its own code makes them as the embedded engine does.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import tantivy

from articles.record import Article
from benchmarks.search_engines import QUERIES, ROOT, START, _article, _filters
from search.elasticsearch import ElasticsearchEngine
from search.embedded import EmbeddedEngine
from search.embedded_nearest import nearest
from search.engine import FACETS, Filters, Query, SearchEngine
from search.highlight import snippet
from search.mapping import TOKEN_FIELDS, derived, milliseconds
from search.nodes import wanted_words
from search.query import parse
from search.settings import SearchSettings
from tests.services.node import running_node

_FOREIGN = {
    "zh": "南海 罢工 港口 关税 谈判 外交部 海警 渔船 峰会 边境 新闻 市场 黄岩岛 货运 出口",
    "th": "ทะเลจีนใต้ เรือ ท่าเรือ ตลาด ระเบิด ประชุม ชายแดน น้ำท่วม ข้าว นายกรัฐมนตรี",
}
_COUNTED = ("sentiment", "base_language", "source_id")
_MANY = {"categories": "tag", "countries": "country"}


def articles(items: Path, number: int) -> Iterator[Article]:
    """Make articles of real headlines; every tenth is invented and not in English."""
    draw, vectors = random.Random(1), np.random.default_rng(1)
    for at, item in zip(range(number), _items(items), strict=False):
        made = _article(item, at, draw, vectors)
        made = made.model_copy(update={"title": f"{made.title} {at}"})
        if at % 10 == 0:
            language = "zh" if at % 20 else "th"
            words = draw.choices(_FOREIGN[language].split(), k=60)
            made = made.model_copy(
                update={
                    "language": language,
                    "title": "".join(words[:6]),
                    "text": "。".join("".join(words[n : n + 9]) for n in range(6, 60, 9)),
                }
            )
        yield made


def _items(items: Path) -> Iterator[dict[str, Any]]:
    """Read the news items, over and over, without holding them in memory."""
    while True:
        with gzip.open(items, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


class Fts:
    """SQLite FTS5 with the embedded engine's tokens, filter columns, facets and timeline."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path)
        self._base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE item (row INTEGER PRIMARY KEY, id TEXT UNIQUE, record TEXT, at INTEGER,"
            " sentiment TEXT, base_language TEXT, source_id TEXT);"
            "CREATE TABLE tag (row INTEGER, value TEXT); CREATE TABLE country (row INTEGER, value);"
            "CREATE INDEX item_at ON item (at); CREATE INDEX tag_value ON tag (value, row);"
            "CREATE INDEX tag_row ON tag (row); CREATE INDEX country_row ON country (row);"
            "CREATE INDEX country_value ON country (value, row);"
            f"CREATE VIRTUAL TABLE words USING fts5 ({', '.join(TOKEN_FIELDS)}, content='',"
            " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co'\");"
        )

    def index(self, made: list[Article]) -> int:
        """Insert articles in one transaction."""
        with self._base:
            for row, article in enumerate(made, 1):
                values = derived(article)
                record = article.model_dump_json(exclude_defaults=True)
                columns = (article.sentiment, values.base_language, article.source_id)
                item = (row, article.id, record, milliseconds(values.when), *columns)
                self._base.execute("INSERT INTO item VALUES (?,?,?,?,?,?,?)", item)
                for name, table in _MANY.items():
                    found = [(row, value) for value in dict.fromkeys(_value(article, values, name))]
                    self._base.executemany(f"INSERT INTO {table} VALUES (?,?)", found)
                tokens = [getattr(values, name) for name in TOKEN_FIELDS]
                marks = ",".join("?" * (len(tokens) + 1))
                self._base.execute(
                    f"INSERT INTO words (rowid, {', '.join(TOKEN_FIELDS)}) VALUES ({marks})",
                    (row, *tokens),
                )
        return len(made)

    def search(self, query: Query) -> int:
        """Answer as the engines do: total, facets, timeline, and ten hits with snippets."""
        match = _match(query.text)
        where, values = _where(query.filters)
        self._base.execute("DROP TABLE IF EXISTS temp.found")
        self._base.execute(
            "CREATE TEMP TABLE found AS SELECT item.row, item.at, item.sentiment,"
            " item.base_language, item.source_id, score FROM (SELECT rowid AS row,"
            f" bm25(words, 3, 3, 1, 1, 0) AS score FROM words WHERE words MATCH ?) JOIN item"
            f" USING (row) WHERE {where}",
            (match, *values),
        )
        total = int(self._base.execute("SELECT count(*) FROM found").fetchone()[0])
        for name in _COUNTED:
            self._base.execute(
                f"SELECT {name}, count(*) FROM found GROUP BY 1 ORDER BY 2 DESC"
            ).fetchall()
        for table in _MANY.values():
            self._base.execute(
                f"SELECT value, count(*) FROM found JOIN {table} USING (row) GROUP BY 1"
            ).fetchall()
        self._base.execute("SELECT at / 86400000, count(*) FROM found GROUP BY 1").fetchall()
        hits = self._base.execute(
            "SELECT record FROM (SELECT row FROM found ORDER BY score LIMIT 10)"
            " JOIN item USING (row)"
        ).fetchall()
        words = wanted_words(parse(query.text))
        for (record,) in hits:
            snippet(Article.model_validate_json(record), words)
        return total


def _value(article: Article, values: Any, name: str) -> tuple[str, ...]:
    return tuple(getattr(values, name, None) or getattr(article, name))


def _match(text: str) -> str:
    """Write the benchmark's queries, which FTS5 reads nearly as we do, in FTS5's language."""
    return text.replace(" -", " NOT ").replace(") ", ") AND ")


def _where(filters: Filters) -> tuple[str, list[Any]]:
    clauses, values = ["1"], list[Any]()
    for field, table in (("categories", "tag"), ("countries", "country")):
        chosen = getattr(filters, field)
        if chosen:
            marks = ",".join("?" * len(chosen))
            clauses.append(f"item.row IN (SELECT row FROM {table} WHERE value IN ({marks}))")
            values += chosen
    if filters.sentiments:
        clauses.append(f"sentiment IN ({','.join('?' * len(filters.sentiments))})")
        values += filters.sentiments
    for bound, sign in ((filters.since, ">="), (filters.until, "<")):
        if bound is not None:
            clauses.append(f"at {sign} ?")
            values.append(milliseconds(bound))
    return " AND ".join(clauses), values


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _spread(name: str, seconds: list[float]) -> str:
    ordered = sorted(1000 * one for one in seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{name} median {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms"


def _sizes(folder: Path) -> dict[str, float]:
    """Megabytes of the index by part: search structures, stored records, embeddings twice."""
    parts = {".store": "records", ".i8": "embeddings as int8", ".f32": "as float32"}
    sizes = dict.fromkeys(("search", *parts.values()), 0.0)
    for file in (file for file in folder.rglob("*") if file.is_file()):
        sizes[parts.get(file.suffix, "search")] += file.stat().st_size / 1e6
    return sizes


def growth(items: Path, numbers: list[int]) -> None:
    """Index more and more articles, each number in a new process; print time and peak."""
    for number in numbers:
        started = get_context("spawn").Process(target=_stream, args=(items, number))
        started.start()
        started.join()


def _stream(items: Path, number: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with tempfile.TemporaryDirectory() as home:
        engine = EmbeddedEngine(Path(home) / "index")
        seconds = _timed(lambda: engine.index(articles(items, number)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{number:,} articles from a stream: {seconds:.1f} s with making them, "
        f"{1e6 * seconds / number:.0f} us each, peak {peak:,.0f} MB",
        flush=True,
    )


def measure_index(name: str, engine: SearchEngine | Fts, made: list[Article]) -> float:
    """Index everything once; prints and returns articles a second."""
    seconds = _timed(lambda: engine.index(made))
    print(f"{name}: {len(made) / seconds:,.0f} articles a second", flush=True)
    return len(made) / seconds


def measure_searches(
    engines: dict[str, SearchEngine | Fts], queries: list[Query], repeat: int
) -> dict[str, list[list[float]]]:
    """Time each query on each engine in turn, so that a busy moment hits all alike."""
    times: dict[str, list[list[float]]] = {name: [] for name in engines}
    for query in queries:
        rounds: dict[str, list[float]] = {name: [] for name in engines}
        for engine in engines.values():
            engine.search(query)
        for _ in range(repeat):
            for name, engine in engines.items():
                rounds[name].append(_timed(partial(engine.search, query)))
        for name, one in rounds.items():
            times[name].append(one)
    return times


def _queries() -> list[Query]:
    """Filtered searches; FTS5 has the same without phrases of unspaced scripts."""
    made = [
        Query(text=text, filters=filters, facets=FACETS, timeline="day")
        for text in QUERIES
        for filters in _filters()
    ]
    broad = [
        Query(
            text=text,
            filters=Filters(until=START.replace(year=2024)),
            facets=FACETS,
            timeline="day",
        )
        for text in ("the", "to OR in", "said OR of")
    ]
    return [*made, *broad]


def main() -> None:
    """Print every figure of the bars."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT.parent / "shared" / "news" / "unlabelled_2023_jan_sep.jsonl.gz"
    parser.add_argument("--items", type=Path, default=default)
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--without-server", action="store_true")
    parser.add_argument("--growth", type=int, nargs="+")
    parser.add_argument("--url")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    if chosen.growth:
        growth(chosen.items, chosen.growth)
        return
    made = list(articles(chosen.items, chosen.number))
    text = sum(len((a.title + a.text).encode()) for a in made) / 1e6
    records = sum(len(a.model_dump_json(exclude_defaults=True).encode()) for a in made) / 1e6
    print(f"{len(made):,} articles, {text:.1f} MB of text, {records:.1f} MB of records")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedded = EmbeddedEngine(home / "index")
        engines: dict[str, SearchEngine | Fts] = {"embedded": embedded, "fts5": Fts(home / "fts")}
        rates = {"embedded": measure_index("embedded", embedded, made)}
        rates["fts5"] = measure_index("fts5", engines["fts5"], made)
        if not chosen.without_server:
            url = chosen.url or stack.enter_context(running_node())
            server = ElasticsearchEngine(SearchSettings(search_url=url, search_index="benchmark"))
            stack.callback(server.close)
            stack.callback(server.reset)
            server.reset()
            engines["elasticsearch"] = server
            rates["elasticsearch"] = measure_index("elasticsearch", server, made)
        for other in (name for name in rates if name != "embedded"):
            print(f"indexing: embedded {rates['embedded'] / rates[other]:.2f} times {other}")
        sizes = _sizes(home / "index")
        shown = ", ".join(f"{part} {size:.1f} MB" for part, size in sizes.items())
        print(f"embedded on disk: {shown}; search {sizes['search'] / text:.2f} times the text")
        _searches(engines, embedded, chosen.repeat)
        _neighbours(embedded, made, chosen.repeat)


def _searches(
    engines: dict[str, SearchEngine | Fts], embedded: EmbeddedEngine, repeat: int
) -> None:
    queries = _queries()
    totals = [embedded.search(query).total for query in queries]
    times = measure_searches(engines, queries, repeat)
    for name, rounds in times.items():
        print(_spread(f"{name}: search", [one for query in rounds for one in query]))
    broad = [at for at, total in enumerate(totals) if total >= 10_000]
    for name, rounds in times.items():
        if broad:
            seconds = [one for at in broad for one in rounds[at]]
            print(_spread(f"{name}: {len(broad)} queries of 10,000 matches and more", seconds))


def _neighbours(engine: EmbeddedEngine, made: list[Article], repeat: int) -> None:
    asked = [
        Query(similar_to=article.id, snippets=False, filters=filters)
        for article in made[:: len(made) // 20]
        for filters in (Filters(), *_filters())
    ]
    seconds = [_timed(partial(engine.search, query)) for _ in range(repeat) for query in asked]
    print(_spread("embedded: whole search by meaning (two rankings, fused, ten hits)", seconds))
    vectors = [np.asarray(article.embedding) for article in made[:: len(made) // 20]]
    everything = tantivy.Query.all_query()
    searcher, schema, rows = engine._searcher(), engine._schema, engine._vectors  # noqa: SLF001
    alone = partial(nearest, searcher, schema, everything, rows)
    lone = [_timed(partial(alone, v, 10)) for _ in range(repeat) for v in vectors]
    print(_spread("embedded: ten nearest neighbours of a vector", lone))


if __name__ == "__main__":
    main()
