"""Render a digest as the text and HTML parts of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from pydantic import BaseModel, ConfigDict

from digests.content import Count, Digest, DigestItem, DigestTag, SearchSection, Section
from digests.errors import DigestError
from digests.names import text_direction

MAX_HTML = 100_000
"""Bytes of the HTML part at the most: Gmail cuts a message off at about 102 kB."""

MAX_SOURCES = 40
"""Missing sources listed in the HTML part; the text part lists all."""

MAX_COUNTS = 12
"""Languages or countries listed in the totals before the rest is summed up."""

SEE_ALL = "shoalwatch digest --day {day} --limit 0 --format text"
"""Command that prints every item of a day; shown where items were left out."""


class Rendered(BaseModel):
    """A digest ready to be mailed or written. `left_out` counts items that the HTML lacks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    subject: str
    text: str
    html: str
    left_out: int


@dataclass(frozen=True, slots=True)
class _Row:
    item: DigestItem
    tag: DigestTag
    shown_under: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    anchor: str
    total: int
    rows: list[_Row]

    @property
    def left_out(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class _Found:
    """A saved search's section, cut; `rows` pair each item with the section that has it in full."""

    section: SearchSection
    rows: list[tuple[DigestItem, str | None]]

    @property
    def left_out(self) -> int:
        return self.section.total - len(self.rows)


def render(digest: Digest, max_bytes: int = MAX_HTML) -> Rendered:
    """Return subject, text part and HTML part; the HTML part holds at most `max_bytes` bytes.

    Where the HTML would be larger, every section is cut to the same length: the least certain
    items go first, of equally certain ones the oldest, and each section says how many went and
    how to see them.

    Raises:
        DigestError: Not even the digest without any item fits.
    """
    lengths = [len(one.items) for one in digest.sections]
    longest = max([*lengths, *(len(one.items) for one in digest.searches)], default=0)
    cap, html = _largest_that_fits(digest, longest, max_bytes)
    return Rendered(
        day=digest.day,
        subject=subject(digest),
        text=_template("digest.txt.j2", digest, longest),
        html=html,
        left_out=sum(part.left_out for part in _parts(digest.sections, cap))
        + sum(part.left_out for part in _found(digest, cap)),
    )


def subject(digest: Digest) -> str:
    """Return the subject line: the day, the number of items by category, and what is missing."""
    found = [f"{s.total} {s.name}" for s in digest.sections if s.total]
    line = f"Shoalwatch {_day(digest.day)}: {', '.join(found) or 'no risk items'}"
    missing = len(digest.sources_missing)
    return f"{line}; {missing} source{'s' * (missing != 1)} missing" if missing else line


def _largest_that_fits(digest: Digest, longest: int, max_bytes: int) -> tuple[int, str]:
    """Find the greatest section length whose HTML fits, by bisection (length grows with it)."""
    fits, too_long = -1, longest + 1
    best, cap = "", longest
    while too_long - fits > 1:
        html = _inliner().inline(_template("digest.html.j2", digest, cap))
        if len(html.encode()) <= max_bytes:
            fits, best = cap, html
        else:
            too_long = cap
        cap = (fits + too_long) // 2
    if fits < 0:
        raise DigestError(
            f"The digest of {digest.day} is over {max_bytes:,} bytes without a single item: "
            f"it has {len(digest.sections)} categories; name fewer"
        )
    return fits, best


def _template(name: str, digest: Digest, cap: int) -> str:
    zone = ZoneInfo(digest.timezone)
    return (
        _environment()
        .get_template(name)
        .render(
            digest=digest,
            parts=_parts(digest.sections, cap),
            found=_found(digest, cap),
            subject=subject(digest),
            day=_day(digest.day),
            weekday=format_date(digest.day, "EEEE", locale="en"),
            moment=lambda when: _moment(when, zone),
            hour=lambda when: format_datetime(when, "HH:mm", tzinfo=zone, locale="en"),
            see_all=SEE_ALL.format(day=digest.day),
            max_sources=MAX_SOURCES,
        )
    )


def _parts(sections: Sequence[Section], cap: int) -> list[_Part]:
    """Cut the sections to `cap` items; an item shown before is pointed at, not repeated."""
    shown: dict[str, str] = {}
    parts = []
    for number, section in enumerate(sections, start=1):
        rows = [
            _Row(item, _tag_of(item, section.category), shown.get(item.article_id))
            for item in section.items[:cap]
        ]
        shown |= {row.item.article_id: section.name for row in rows if row.shown_under is None}
        parts.append(_Part(section.name, f"section-{number}", section.total, rows))
    return parts


def _found(digest: Digest, cap: int) -> list[_Found]:
    shown: dict[str, str] = {}
    for section in digest.sections:
        for item in section.items[:cap]:
            shown.setdefault(item.article_id, section.name)
    return [
        _Found(one, [(item, shown.get(item.article_id)) for item in one.items[:cap]])
        for one in digest.searches
    ]


def _tag_of(item: DigestItem, category: str) -> DigestTag:
    return next(tag for tag in item.tags if tag.category == category)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("digests", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": _percent,
        "certainty": _certainty,
        "direction": text_direction,
        "listed": _listed,
    }
    return environment


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False, minify_css=True)


def _percent(probability: float) -> str:
    """Show a probability without claiming certainty: never 0% or 100%."""
    if probability >= 0.995:
        return "over 99%"
    return "under 1%" if probability < 0.005 else f"{probability:.0%}"


def _certainty(tag: DigestTag) -> str:
    """Show what stands behind a tag: ' 48% (unsure)'; nothing where only a person says it."""
    if tag.probability is None:
        return ""
    return f" {_percent(tag.probability)}{' (unsure)' if tag.unsure else ''}"


def _listed(counts: Sequence[Count], space: str = " ") -> str:
    """Show counts as 'Chinese 12, English 7, 3 others 5', `space` before each number."""
    shown = [f"{count.name}{space}{count.count}" for count in counts[:MAX_COUNTS]]
    rest = counts[MAX_COUNTS:]
    if rest:
        shown.append(f"{len(rest)} others{space}{sum(count.count for count in rest)}")
    return ", ".join(shown) or "none"


def _day(day: date) -> str:
    return format_date(day, "d MMM y", locale="en")


def _moment(when: datetime, zone: ZoneInfo) -> str:
    return format_datetime(when, "d MMM y, HH:mm", tzinfo=zone, locale="en")
