"""Quiet sources: read without a fault, but with far fewer new articles than they are known for.

The rule, for a source whose `expected_per_day` has been measured (null promises nothing):

1. The window is today, as far as it has gone, and the three days before, in UTC. Days on which
   the source was not crawled do not count; with fewer than two whole days there is no verdict.
2. A day is expected to bring `expected_per_day` on average over a week, of which a day of the
   weekend brings half of what a weekday does. The weekend is Saturday and Sunday, in Brunei Friday
   and Sunday.
3. The source is quiet if so few new articles as it had would come by chance less than once in a
   hundred windows, if articles came independently (Poisson's distribution, lower tail).

A source of ten articles a day is so found quiet on its second day of silence; one of an article
every two days never is: three days of silence say nothing of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from crawlers.catalogue import Source
from crawlers.outcomes import HealthStatus

WINDOW_DAYS = 3
"""Whole days before today: shorter than a week, so that a dead feed is not told too late."""
LEAST_DAYS = 2
UNLIKELY = 0.01
WEEKEND_SHARE = 0.5
"""What a weekend day brings of a weekday. An assumption, to be measured with the yields."""
_WEEKENDS = {"BN": frozenset({4, 6})}
_WEEKEND = frozenset({5, 6})


def window_start(now: datetime) -> date:
    """Return the first day of which the rule must know the yield."""
    return now.date() - timedelta(days=WINDOW_DAYS)


def quiet(
    source: Source, yields: Mapping[date, int], now: datetime
) -> tuple[HealthStatus, str] | None:
    """Return the status `quiet` and why, or None where that is not so or cannot be known.

    Args:
        source: The source; its `expected_per_day` and country are used.
        yields: New articles by UTC day; days not crawled are missing.
        now: The moment of the run, aware, in UTC.
    """
    days = [day for day in yields if window_start(now) <= day <= now.date()]
    if source.expected_per_day is None or sum(day < now.date() for day in days) < LEAST_DAYS:
        return None
    expected = sum(expected_on(source, day, now) for day in days)
    seen = sum(yields[day] for day in days)
    if chance_of_at_most(seen, expected) >= UNLIKELY:
        return None
    return "quiet", f"{seen} new articles in {len(days)} days, {expected:.0f} expected"


def expected_on(source: Source, day: date, now: datetime) -> float:
    """Return how many new articles a day is expected to bring, today as far as it has gone."""
    weekend = _WEEKENDS.get(source.country, _WEEKEND)
    weekday = 7 / (7 - len(weekend) * (1 - WEEKEND_SHARE))
    share = weekday * (WEEKEND_SHARE if day.weekday() in weekend else 1.0)
    gone = (now.hour * 60 + now.minute) / 1440 if day == now.date() else 1.0
    return (source.expected_per_day or 0.0) * share * gone


def chance_of_at_most(count: int, expected: float) -> float:
    """Return Poisson's probability of at most `count` events where `expected` come on average."""
    logs = (n * math.log(expected) - expected - math.lgamma(n + 1) for n in range(count + 1))
    return sum(map(math.exp, logs)) if expected > 0 else 1.0
