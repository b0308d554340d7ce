"""Sitemap indexes: which sitemaps of an index a run reads, where it names more than it may read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter

from crawlers.extraction.date_text import FUTURE

MAX_CHILDREN = 20
"""Sitemaps of an index that are read in one run."""

_OLDEST = datetime.min.replace(tzinfo=UTC)
_PER_DAY, _PER_HOUR = (5**0.5 - 1) / 2, 3**0.5
"""Of the way through what takes turns. Of the golden ratio no multiple is nearly whole."""
_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>199\d|20\d\d)(?:[-_/.]|&(?:mm?|month)=)?(?P<month>0[1-9]|1[0-2])"
    r"(?:(?:[-_/.]|&(?:dd?|day)=)?(?P<day>0[1-9]|[12]\d|3[01]))?(?!\d)"
)
"""A month or day in an address: 2026-11, 202611, 2026_11_30, ?yyyy=2026&mm=11&dd=30."""
_NUMBER = re.compile(r"\d{1,9}")
_ZONES = timedelta(days=1)
"""By which a day may end later than in UTC, with some hours to spare."""


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names."""

    address: str
    touched: datetime | None
    """When it changed, as the index says; aware."""


def children_to_read(
    children: Sequence[Child], since: datetime, now: datetime
) -> tuple[list[str], int]:
    """Return the addresses of the sitemaps that are read now, and how many are too old to be.

    One of which the index does not say when it changed has the date that its name holds, if their
    names hold several. At most `MAX_CHILDREN` are read. Where there are more, at least half of
    these places are for such as have no date, if there are so many. Of both kinds half are always
    read: the latest; and of sitemaps that no date tells apart, those at both ends of their row,
    since the newest is at one of them. Through the others the runs take turns, by the clock.

    Args:
        children: The sitemaps of an index, in its order.
        since: Sitemaps last touched before are too old. The latest by its name never is: a name
            may hold a number that only looks like a date.
        now: The moment of the crawl, aware.
    """
    named = _dates_in_names(children, now)
    latest = max(named.values(), default=since)
    dated: list[tuple[tuple[datetime, datetime], str]] = []
    undated: list[str] = []
    for child in children:
        in_name = named.get(child.address)
        date = child.touched or in_name
        if date is None:
            undated.append(child.address)
        elif date >= (since if child.touched else min(since, latest)):
            dated.append(((date, in_name or _OLDEST), child.address))
    older = len(children) - len(dated) - len(undated)
    dated.sort(key=itemgetter(0), reverse=True)
    ordered: list[str] = []
    for _, alike in groupby(dated, key=itemgetter(0)):
        ordered += _from_both_ends([address for _, address in alike])
    for_undated = min(len(undated), max(MAX_CHILDREN // 2, MAX_CHILDREN - len(dated)))
    read = _in_turn(ordered, MAX_CHILDREN - for_undated, now)
    return read + _in_turn(_from_both_ends(undated), for_undated, now), older


def _dates_in_names(children: Iterable[Child], now: datetime) -> dict[str, datetime]:
    """Return the dates in addresses; none if all are the same, which tells of no sitemap.

    The date is the moment by which what a name tells of has ended everywhere on earth: its month or
    day, or the time until the next name's has begun, if that is longer. A month or week may be
    named by its first day.
    """
    found = ((child.address, _period_in_name(child.address, now)) for child in children)
    periods = {address: period for address, period in found if period}
    starts = sorted({start for start, _ in periods.values()})
    following = dict(pairwise(starts))
    named = {
        address: max(end, following.get(start, end)) + _ZONES
        for address, (start, end) in periods.items()
    }
    return named if len(set(named.values())) > 1 else {}


def _period_in_name(address: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the start and the end, in UTC, of the last month or day that an address names."""
    period = None
    for match in _IN_NAME.finditer(address):
        year, month, day = (int(part or 0) for part in match.group("year", "month", "day"))
        try:
            start = datetime(year, month, day or 1, tzinfo=UTC)
        except ValueError:  # the 31st of February
            continue
        if start <= now + FUTURE:
            following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
            period = start, start + timedelta(days=1) if day else following
    return period


def _from_both_ends(addresses: Sequence[str]) -> list[str]:
    """Return addresses from the ends of their rows inwards: last, first, last but one, second.

    Those that differ in their numbers alone are a row, in the order of these (`post-sitemap57.xml`
    is the last of its row, wherever the index has it); what is left is one in the order given. The
    rows come by turns, the longest first.
    """
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for address in addresses:
        rows[_NUMBER.sub("#", address)].append(address)
    numbered = [sorted(row, key=_numbers) for row in rows.values() if len(row) > 1]
    single = [row[0] for row in rows.values() if len(row) == 1]
    ranked = [
        (place, number, row[place // 2 if place % 2 else -1 - place // 2])
        for number, row in enumerate(sorted([*numbered, single], key=len, reverse=True))
        for place in range(len(row))
    ]
    return [address for _, _, address in sorted(ranked)]


def _numbers(address: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(address)]


def _in_turn(ordered: list[str], places: int, now: datetime) -> list[str]:
    """Return as many addresses as there are places: half are the first, half of the rest in turn.

    The turn goes by the clock, and no state is kept. Whether runs are an hour, a day or a week
    apart they come past everything: daily ones past 57 sitemaps in 8 days, past 3,000 in 377.
    """
    if len(ordered) <= places:
        return ordered
    turns = places // 2
    first, rest = ordered[: places - turns], ordered[places - turns :]
    days, hours = divmod(now.timestamp() // 3600, 24)
    start = int((days * _PER_DAY + hours * _PER_HOUR) % 1 * len(rest))
    return first + [*rest, *rest][start : start + turns]
