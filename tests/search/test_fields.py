"""Fields of the query language: what they mean, and what a wrong one is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from search.engine import QueryError
from search.knowledge import Knowledge, Reading
from search.nodes import And, Byline, Fuzzy, Level, Node, Not, OneOf, Or, Period, Same, Term, nodes
from search.query import parse
from tests.search.known import KNOWN

MANILA = ZoneInfo("Asia/Manila")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
READING = Reading(KNOWN, MANILA, NOW)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=MANILA).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("category:terrorism", OneOf("categories", ("terrorism",))),
        ("Category:Terrorism", OneOf("categories", ("terrorism",))),
        ("country:ph,VN", OneOf("countries", ("PH", "VN"))),
        ("country：PH", OneOf("countries", ("PH",))),
        ('place:"scarborough shoal"', OneOf("places", ("scarborough_shoal",))),
        ("place:黄岩岛", OneOf("places", ("scarborough_shoal",))),
        ("place:south_china_sea", OneOf("places", ("south_china_sea",))),
        ("source:bao-bien", OneOf("source_id", ("bao-bien",))),
        ("owner:strait", OneOf("source_id", ("island-post", "strait-herald"))),
        ("language:zh-Hant", OneOf("language_ranges", ("zh-hant",))),
        ("sentiment:negative", OneOf("sentiment", ("negative",))),
        ("story:abc", OneOf("story_id", ("abc",))),
        ('author:"Ana Santós"', Byline(("ana", "santos"))),
        ("author:cruz,santos", Or((Byline(("cruz",)), Byline(("santos",))))),
        ("since:7d", Period(since=datetime(2026, 11, 17, 12, tzinfo=UTC))),
        ("since:12h", Period(since=datetime(2026, 11, 24, 0, tzinfo=UTC))),
        ("from:2026-11-01", Period(since=at(11, 1))),
        ("until:2026-11-05", Period(until=at(11, 5))),
        ("to:2026-11-05", Period(until=at(11, 6))),
        ("to:2026-11-05T08:00", Period(until=at(11, 5, 8))),
        ("probability:>0.8", Level(801, 1000)),
        ("probability:>=80%", Level(800, 1000)),
        ("probability:<.5", None),
        ("probability:<0.5", Level(0, 499)),
        ("probability:<=0.5", Level(0, 500)),
        ("unsure:terrorism", OneOf("unsure", ("terrorism",))),
        ("unsure:Terrorism,south_china_sea", OneOf("unsure", ("terrorism", "south_china_sea"))),
        ("-country:PH", Not(OneOf("countries", ("PH",)))),
        ("filipino~", Fuzzy("filipino", 2)),
        ("Jolò~", Fuzzy("jolo", 1)),
        ("Breaking:fire", Term(("breaking", "fire"), True, 1.0)),
        ("breaking: fire", And((Term(("breaking",), True, 1.0), Term(("fire",), True, 1.0)))),
        ("12:30", Term(("12", "30"), True, 1.0)),
    ],
)
def test_fields_are_read(text: str, node: Node | None) -> None:
    if node is None:
        with pytest.raises(QueryError, match="is no probability"):
            parse(text, READING)
    else:
        assert parse(text, READING) == node


def test_an_address_is_no_field() -> None:
    node = parse("https://outlet.example/a", READING)
    assert isinstance(node, Term)
    assert node.tokens[0] == "https"


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("reef langauge:zh", "no field 'langauge'; did you mean language:?", 6),
        ("colour:red", "no field 'colour'; there are: category, country", 1),
        ("category:terorism", "no category 'terorism'; did you mean terrorism", 10),
        ("category:weather", "no category 'weather'; category: south_china_sea", 10),
        ("unsure:terorism", "no category 'terorism'; did you mean terrorism", 8),
        ("country:Philippines", "two-letter ISO code", 9),
        ("place:atlantis", "No sea, strait or feature is known as 'atlantis'", 7),
        ("owner:nobody", "no owner 'nobody'", 7),
        ("language:chinese!", "is no language; use its code", 10),
        ("sentiment:bad", "sentiment: negative, neutral, positive", 11),
        ("author:!!", "author: needs a name", 8),
        ("reef since:lately", "'lately' is no moment; type 12h", 12),
        ("until:2026-13-01", "is no moment", 7),
        ("since:9999-12-31,2020-01-01", "since: takes one value", 7),
        ("probability:high", "'high' is no probability", 13),
        ("probability:>1.5", "is no probability", 13),
        ("country:", "country: needs a value", 9),
        ("country:,", "country: needs a value", 9),
        ("story:" + "a," * 101, "at most 100", 7),
        ("罢工~", "of at least 4", 1),
        ("abc~", "of at least 4", 1),
        ("two-words~", "of at least 4", 1),
        ('author:"open', "never closed", 8),
    ],
)
def test_a_wrong_field_is_pointed_at(text: str, message: str, place: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, READING)
    first, _, caret = str(caught.value).split("\n")
    assert message in first
    assert f"character {place} of the query" in first
    assert caret.rstrip().endswith("^")


def test_owners_that_nobody_told_are_said_to_be_unknown() -> None:
    with pytest.raises(QueryError, match="Owners of outlets are not known here"):
        parse("owner:x", Reading(Knowledge()))


def test_a_day_at_the_end_of_the_calendar_is_no_moment() -> None:
    with pytest.raises(QueryError, match="is no moment"):
        parse("to:9999-12-31", READING)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("probability:>0.9", ("any",)),
        ("category:terrorism probability:>0.9", ("terrorism",)),
        ("category:terrorism (reef OR probability:>0.9)", ("terrorism",)),
        ("category:terrorism OR probability:>0.9", ("any",)),
        ("-category:terrorism probability:>0.9", ("any",)),
    ],
)
def test_a_probability_belongs_to_the_category_beside_it(
    text: str, categories: tuple[str, ...]
) -> None:
    (level,) = (one for one in nodes(parse(text, READING)) if isinstance(one, Level))
    assert level.categories == categories


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("scarborough shoal", "scarborough shoal"),
        ("tension scarborough  shoal today", "scarborough shoal"),
        ("PANATAG", "PANATAG"),
        ("黃岩島", "黃岩島"),
        ("west philippine sea patrol", "west philippine sea"),
        ("-panatag", "panatag"),
    ],
)
def test_a_place_is_looked_for_under_all_its_names(text: str, typed: str) -> None:
    (same,) = (one for one in nodes(parse(text, READING)) if isinstance(one, Same))
    assert same.typed == typed
    assert len(same.parts) == 1 + len(same.names) >= 4


@pytest.mark.parametrize(
    "text",
    ['"scarborough shoal"', "scarborough -shoal", "scarborough (shoal)", "scarborough", "shoal"],
)
def test_what_is_no_whole_name_is_looked_for_as_it_stands(text: str) -> None:
    assert not [one for one in nodes(parse(text, READING)) if isinstance(one, Same)]


def test_names_that_find_the_same_are_listed_once() -> None:
    node = parse("panatag", READING)
    assert isinstance(node, Same)
    assert node.names == ("Scarborough Shoal", "Bajo de Masinloc", "黄岩岛")
