"""Score extraction on the recorded pages beside trafilatura alone.

    python benchmarks/extraction_scores.py [--shared ../shared] [--out scores.json] [--misses]

Title, date and authors are scored on the pages whose gold was checked by people (origin `naeb`),
bodies on all. What counts as equal:

- title: equal after case folding, folding of white space, and of curly to straight quotes and
  dashes to hyphens;
- date: the same calendar day, ours in the page's own offset;
- first author: equal after the same folding, over the pages whose gold names one; `author` counts
  a page without gold author as right where none was found;
- author list: F1 of the two sets of folded names, mean over pages (both empty: 1);
- body: F1 of the bags of tokens, and of 4-grams of tokens. A token is a word, or a single character
  of a script written without spaces (Chinese, Japanese kana, Thai, Lao, Burmese, Khmer).

`date_known` leaves out the pages whose gold day stands nowhere on the recorded page, in any of a
dozen ways of writing it: nothing could find it there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from crawlers.extraction import ExtractionError, extract

_QUOTES = str.maketrans("‘’“”‚„«»–—‐‑", '\'\'""\'"""----')
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|[^\W_]+", re.UNICODE
)
_DAY_FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%B {d}, %Y", "%b {d}, %Y", "%b. {d}, %Y",
    "{d} %B %Y", "{d} %b %Y", "{d} %b. %Y", "{d} %B, %Y", "%Y.%m.%d",
)  # fmt: skip


@dataclass(slots=True)
class Prediction:
    """What one system found on one page."""

    title: str | None = None
    day: str | None = None
    authors: list[str] = field(default_factory=list)
    text: str = ""


@dataclass(slots=True)
class Scores:
    """Means over the recorded pages; each between 0 and 1 except the counts and seconds."""

    title: float
    date: float
    date_known: float
    first_author: float
    author: float
    author_list_f1: float
    body_f1: float
    body_4gram_f1: float
    failed: int
    pages: int
    pages_with_metadata: int
    pages_with_author: int
    seconds: float


def fold(text: str | None) -> str:
    """Fold case, white space, quotes and dashes."""
    return " ".join((text or "").translate(_QUOTES).casefold().split())


def tokens(text: str) -> list[str]:
    """Split a text into words, and into characters where the script has no spaces."""
    return _TOKEN.findall(text.lower())


def bag_f1(ours: Iterable[Any], gold: Iterable[Any]) -> float:
    """F1 of two bags (multisets)."""
    a, b = Counter(ours), Counter(gold)
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def four_grams(words: list[str]) -> list[tuple[str, ...]]:
    """List the 4-grams of a token list; the whole list where it is shorter."""
    return [tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))]


def day_is_on_page(day: str, html: bytes) -> bool:
    """Tell whether a day is written on a page, in any common way."""
    moment = date.fromisoformat(day)
    page = html.decode("utf-8", "replace").casefold()
    forms = (moment.strftime(f.replace("{d}", str(moment.day))) for f in _DAY_FORMATS)
    return any(form.casefold() in page for form in forms)


def by_shoalwatch(html: bytes, url: str) -> Prediction:
    """Extract with our own stage."""
    page = extract(html, url)
    day = page.published.date().isoformat() if page.published else None
    return Prediction(page.title, day, list(page.authors), page.text)


def by_trafilatura(html: bytes, url: str) -> Prediction:
    """Extract with trafilatura's defaults: metadata by bare_extraction, the body by extract."""
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True)
    if not isinstance(found, Document):
        return Prediction()
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return Prediction(found.title, found.date, authors, trafilatura.extract(html, url=url) or "")


def read_pages(shared: Path) -> list[tuple[dict[str, Any], bytes]]:
    """Read the gold records and their pages."""
    folder = shared / "pages"
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [
        (r, gzip.decompress((folder / "html" / f"{r['id']}.html.gz").read_bytes())) for r in records
    ]


def score(
    system: Callable[[bytes, str], Prediction],
    pages: list[tuple[dict[str, Any], bytes]],
    on_miss: Callable[[str], None] | None = None,
) -> Scores:
    """Run a system over all pages and average."""
    rows: dict[str, list[float]] = {}
    failed, seconds = 0, 0.0
    for gold, html in pages:
        start = time.process_time()
        try:
            found = system(html, gold["url"])
        except ExtractionError:
            found, failed = Prediction(), failed + 1
        seconds += time.process_time() - start
        page_rows = _score_page(found, gold, html)
        for name, value in page_rows.items():
            rows.setdefault(name, []).append(value)
        if on_miss:
            missed = [n for n in ("title", "date", "author") if page_rows.get(n) == 0.0]
            seen = f"{gold['id']}\t{found.title!r} {found.day} {found.authors}"
            for name in missed:
                on_miss(f"{name}\t{seen}")
    means = {name: round(sum(values) / len(values), 4) for name, values in rows.items()}
    return Scores(
        **means,
        failed=failed,
        pages=len(pages),
        pages_with_metadata=len(rows["title"]),
        pages_with_author=len(rows["first_author"]),
        seconds=round(seconds, 1),
    )


def _score_page(found: Prediction, gold: dict[str, Any], html: bytes) -> dict[str, float]:
    ours, theirs = tokens(found.text), tokens(gold["body"])
    row = {
        "body_f1": bag_f1(ours, theirs),
        "body_4gram_f1": bag_f1(four_grams(ours), four_grams(theirs)),
    }
    if gold["title"]:
        row |= _score_metadata(found, gold, html)
    return row


def _score_metadata(found: Prediction, gold: dict[str, Any], html: bytes) -> dict[str, float]:
    names, gold_names = [fold(n) for n in found.authors], [fold(n) for n in gold["authors"]]
    right_day = float(found.day == gold["date"])
    row = {
        "title": float(fold(found.title) == fold(gold["title"])),
        "date": right_day,
        "author": float(names[:1] == gold_names[:1]),
        "author_list_f1": bag_f1(set(names), set(gold_names)) if names or gold_names else 1.0,
    }
    if right_day or day_is_on_page(gold["date"], html):
        row["date_known"] = right_day
    if gold_names:
        row["first_author"] = float(names[:1] == gold_names[:1])
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared"
    )
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    parser.add_argument("--misses", action="store_true", help="list our misses")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    pages = read_pages(options.shared)
    result = {
        "shoalwatch": asdict(score(by_shoalwatch, pages, print if options.misses else None)),
        f"trafilatura {trafilatura.__version__}": asdict(score(by_trafilatura, pages)),
    }
    columns = list(result)
    print(f"{'':22}" + "".join(f"{name:>20}" for name in columns))
    for key in result[columns[0]]:
        print(f"{key:22}" + "".join(f"{result[name][key]:>20}" for name in columns))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
