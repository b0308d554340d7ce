"""The offset from UTC in which an outlet tells its time, where its declared dates are in UTC.

A reader's day is the outlet's own: a story of 22:31 on Monday in Chicago is declared as 04:31 on
Tuesday, UTC. Of 395 recorded pages 17 told another day than their readers saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import chain, product

from crawlers.extraction.date_text import WrittenDate
from crawlers.extraction.shown_dates import ShownDate

OFFSETS = frozenset(
    {timedelta(hours=hour) for hour in range(-12, 15)}
    | {timedelta(hours=hour, minutes=30) for hour in (-10, -4, -3, 3, 4, 5, 6, 9, 10)}
    | {timedelta(hours=hour, minutes=45) for hour in (5, 8, 12)}
)
"""The offsets in use (IANA tz database): other differences are between two different moments."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Clocks:
    """What a page tells of its local time.

    Attributes:
        shown_dates: Returns the dates it shows, in page order; asked late, for finding them takes
            long, and to be remembered by whoever gives it.
        pairs: Dates that it declares for one event, each list in several ways of writing.
        zone: The zone of its country, where that has one.
        url_day: The day in its address.
    """

    shown_dates: Callable[[], Sequence[ShownDate]]
    pairs: Sequence[Sequence[WrittenDate]] = ()
    zone: tzinfo | None = None
    url_day: date | None = None

    @property
    def shown(self) -> Sequence[ShownDate]:
        """The dates that the page shows."""
        return self.shown_dates()

    def tell(self, written: WrittenDate) -> datetime:
        """Express a declared time, in UTC or in no zone, in the offset of the page's own clock.

        Evidence in this order: the page shows the same moment by another clock; the clock it shows
        names its zone, or goes with a machine-readable time; it declares one event twice, in UTC
        and in local time; the day it shows, or else has in its address, is the one before or after.
        A declared offset is doubted only where another declaration contradicts it.
        """
        moment = written.aware()
        if not written.has_time or (moment.utcoffset() and not self._is_contradicted(moment)):
            return moment
        told = _same_wall_clock(written, self.shown)
        if told or moment.utcoffset():
            return told or moment
        if written.moment.tzinfo is None and self._is_local(written.moment):
            offset = self.offset
            return moment.replace(tzinfo=timezone(offset)) if offset else moment
        offset = _agreed([moment], (s.printed for s in self.shown)) or self.offset
        return moment.astimezone(timezone(offset)) if offset else self._by_day(moment)

    def named_beside(self, written: WrittenDate) -> datetime | None:
        """Express a time in no zone as a clock of the page does that names one.

        It has the same hands, or tells the same moment if the time is in UTC. Local time declared
        as UTC has the same hands too, so UTC is not believed; nor is any zone where the page shows
        these hands without one.
        """
        wall = written.moment
        plain = (s.printed.moment for s in self.shown if s.printed.has_time)
        if any(c.tzinfo is None and abs(c - wall) < _MINUTE for c in plain):
            return None
        shown = (d for s in self.shown if not s.is_update for d in (s.printed, s.written))
        for clock in (c.moment for c in chain(shown, *self.pairs[:1]) if c.has_time):
            if not clock.utcoffset():
                continue
            if abs(clock.replace(tzinfo=None) - wall) < _MINUTE:
                return wall.replace(tzinfo=clock.tzinfo)
            if abs(clock - wall.replace(tzinfo=UTC)) < _MINUTE:
                return wall.replace(tzinfo=UTC).astimezone(clock.tzinfo)
        return None

    def _is_contradicted(self, moment: datetime) -> bool:
        """Whether the page declares the same hands of the clock in another zone too."""
        wall, offset = moment.replace(tzinfo=None), moment.utcoffset()
        others = (d.moment for dates in self.pairs for d in dates if d.moment.tzinfo)
        return any(m.replace(tzinfo=None) == wall and m.utcoffset() != offset for m in others)

    @property
    def offset(self) -> timedelta | None:
        """The page's offset by any moment that it tells; None where it is unknown or nil."""
        return _shown_offset(self.shown) or _declared_offset(self.pairs)

    def _is_local(self, moment: datetime) -> bool:
        """Whether the page shows its readers the same hands of the clock."""
        clocks = (s.printed.moment for s in self.shown if s.printed.has_time)
        return any(abs(clock.replace(tzinfo=None) - moment) < _MINUTE for clock in clocks)

    def _by_day(self, moment: datetime) -> datetime:
        """Move a moment to the day that the page names, if some zone has that day then."""
        first = next((s for s in self.shown if not s.is_update), None)
        if first and first.printed.has_time:
            return moment
        day = first.printed.moment.date() if first else None if self.shown else self.url_day
        if day is None or day == moment.date():
            return moment
        zones = [self.zone] if self.zone else []
        hours = sorted(range(-12, 15), key=abs)
        zones += [timezone(timedelta(hours=hour)) for hour in hours]
        local = (moment.astimezone(zone) for zone in zones)
        return next((there for there in local if there.date() == day), moment)


def _same_wall_clock(written: WrittenDate, shown: Sequence[ShownDate]) -> datetime | None:
    """Mend a declared zone that the shown one contradicts.

    Local time declared as UTC shows the same hands of the clock beside a zone's name; UTC declared
    in the local offset is the shown moment if it is read as UTC.
    """
    wall = written.moment.replace(tzinfo=None)
    declared = written.moment.utcoffset()
    for clock in (s.printed.moment for s in shown if s.printed.has_time and not s.is_update):
        offset = clock.utcoffset()
        if not offset:
            continue
        if not declared and abs(clock.replace(tzinfo=None) - wall) < _MINUTE:
            return clock
        if declared == offset and abs(clock - wall.replace(tzinfo=UTC)) < _MINUTE:
            return clock
    return None


def _agreed(moments: Sequence[datetime], clocks: Iterable[WrittenDate]) -> timedelta | None:
    """Find the offset in which a clock tells one of these moments (in UTC); None in UTC itself."""
    for moment, clock in product(moments, [c.moment for c in clocks if c.has_time]):
        offset = clock.utcoffset()
        minute = moment.replace(second=0, microsecond=0)
        if offset is None:
            offset = clock.replace(tzinfo=UTC, second=0, microsecond=0) - minute
        elif abs(clock - moment) >= _MINUTE:
            continue
        if offset and offset in OFFSETS:
            return offset
    return None


def _shown_offset(shown: Sequence[ShownDate]) -> timedelta | None:
    """Find the offset of the page's shown clock, whatever moment it tells."""
    for date_shown in shown:
        if not date_shown.printed.has_time:
            continue
        offset = date_shown.printed.moment.utcoffset()
        if offset is None and date_shown.written.has_time:
            offset = _agreed([date_shown.written.aware()], [date_shown.printed])
        if offset and offset in OFFSETS:
            return offset
    return None


def _declared_offset(pairs: Sequence[Sequence[WrittenDate]]) -> timedelta | None:
    """Find the offset between two declarations of one event."""
    for dates in pairs:
        in_utc = [d.moment for d in dates if d.moment.tzinfo and not d.moment.utcoffset()]
        local = [d for d in dates if d.moment.tzinfo is None or d.moment.utcoffset()]
        offset = _agreed(in_utc, local)
        if offset:
            return offset
    return None
