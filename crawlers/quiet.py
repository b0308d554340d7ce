"""Quiet sources: read without a fault, but with far fewer new articles than they are known for.

The rule, for a source whose yield is known: `expected_per_day` of the catalogue, or where that is
null the trimmed mean of the measured days before the window, once these are 14 (`per_day`):

1. The window is today, as far as it has gone, and the three days before, in UTC. Days on which
   the source was not crawled, or could not be read, are not measured and do not count; with fewer
   than two whole days there is no verdict. Nor do articles count that were looked back for.
2. A day is expected to bring `expected_per_day` on average over a week, of which a day of the
   weekend brings half of what a weekday does. The weekend is Saturday and Sunday, in Brunei Friday
   and Sunday.
3. The source is quiet if so few new articles as it had would come by chance less than once in a
   hundred windows, if articles came independently (Poisson's distribution, lower tail).
4. It has come back, and is not, once it had articles yesterday or today that are not so few: five
   times in a hundred by chance. Else the silence before would count against it for three days.

A source of ten articles a day is so found quiet on its second day of silence; one of an article
every two days never is: three days of silence say nothing of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from articles.record import Article
from crawlers.catalogue import Source
from crawlers.outcomes import HealthStatus

WINDOW_DAYS = 3
"""Whole days before today: shorter than a week, so that a dead feed is not told too late."""
LEAST_DAYS = 2
MEASURED_DAYS = 14
"""Measured days after which a source's yield is believed."""
TRIMMED = 0.1
"""The share of days with the most articles, and of those with the fewest, that the mean lacks."""
LOOKED_BACK = timedelta(days=7)
"""Published longer ago, a new article is none of its day: outlets list pages days late."""
UNLIKELY = 0.01
BACK_UNLIKELY = 0.05
WEEKEND_SHARE = 0.5
"""What a weekend day brings of a weekday. An assumption, to be measured with the yields."""
_WEEKENDS = {"BN": frozenset({4, 6})}
_WEEKEND = frozenset({5, 6})


def per_day(yields: Mapping[date, int]) -> float | None:
    """Return the trimmed mean of new articles a day, None before 14 days have measured it.

    The first day is left out: it brings all that the feed still names of the weeks before. So are
    the tenth of the others with the most and the tenth with the fewest: no single day moves it.
    A median would do so too, but is a sixth too high where a weekend's days bring half.
    """
    counts = sorted(yields[day] for day in sorted(yields)[1:])
    if len(counts) < MEASURED_DAYS:
        return None
    cut = int(len(counts) * TRIMMED)
    kept = counts[cut:-cut]
    return sum(kept) / len(kept)


def is_looked_back_for(article: Article, now: datetime) -> bool:
    """Whether a new article is too old to speak for what its source brings a day."""
    return article.published is not None and now - article.published > LOOKED_BACK


def window_start(now: datetime) -> date:
    """Return the first day of which the rule must know the yield."""
    return now.date() - timedelta(days=WINDOW_DAYS)


def quiet(
    source: Source, yields: Mapping[date, int], now: datetime
) -> tuple[HealthStatus, str] | None:
    """Return the status `quiet` and why, or None where that is not so or cannot be known.

    Args:
        source: The source; its `expected_per_day` and country are used.
        yields: New articles by UTC day, all that are known; days not measured are missing.
        now: The moment of the run, aware, in UTC.
    """
    days = [day for day in yields if window_start(now) <= day <= now.date()]
    usual = source.expected_per_day
    if usual is None:
        usual = per_day({day: yields[day] for day in yields if day < window_start(now)})
    if usual is None or sum(day < now.date() for day in days) < LEAST_DAYS:
        return None
    expected = sum(expected_on(usual, source.country, day, now) for day in days)
    seen = sum(yields[day] for day in days)
    if chance_of_at_most(seen, expected) >= UNLIKELY:
        return None
    latest = [day for day in days if day >= now.date() - timedelta(days=1)]
    back = sum(yields[day] for day in latest)
    due = sum(expected_on(usual, source.country, day, now) for day in latest)
    if back and chance_of_at_most(back, due) >= BACK_UNLIKELY:
        return None
    return "quiet", f"{seen} new articles in {len(days)} days, {expected:.0f} expected"


def expected_on(usual: float, country: str, day: date, now: datetime) -> float:
    """Return how many new articles a day is expected to bring, today as far as it has gone.

    Args:
        usual: Articles a day, on average over a week.
        country: The source's (ISO 3166-1, two letters), for its weekend.
        day: In UTC.
        now: The moment of the run, in UTC.
    """
    weekend = _WEEKENDS.get(country, _WEEKEND)
    weekday = 7 / (7 - len(weekend) * (1 - WEEKEND_SHARE))
    share = weekday * (WEEKEND_SHARE if day.weekday() in weekend else 1.0)
    gone = (now.hour * 60 + now.minute) / 1440 if day == now.date() else 1.0
    return usual * share * gone


def chance_of_at_most(count: int, expected: float) -> float:
    """Return Poisson's probability of at most `count` events where `expected` come on average."""
    logs = (n * math.log(expected) - expected - math.lgamma(n + 1) for n in range(count + 1))
    return sum(map(math.exp, logs)) if expected > 0 else 1.0
