from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from articles.record import Correction, Tag
from search.engine import Bucket, Hit, Result, Snippet
from shoalwatch.found import as_csv, as_json, marked, print_table, tags_of
from tests.articles.making import SEEN, make

MANILA = ZoneInfo("Asia/Manila")
ARTICLE = make(
    1,
    title='=HYPERLINK("http://evil") 黄岩岛',
    published=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
    published_from="feed",
    language="zh",
    tags=(Tag(category="south_china_sea", probability=0.93),),
    unsure=("policy_divergence",),
    sentiment="negative",
)
RESULT = Result(
    total=7,
    hits=(Hit(article=ARTICLE, score=1.5, snippet=Snippet(title="<mark>黄岩岛</mark>", text="")),),
    next="token",
    facets={"category": (Bucket(value="south_china_sea", count=7),)},
)


def printed(result: Result) -> str:
    console = Console(file=io.StringIO(), width=100, record=True)
    print_table(console, result, {"outlet": "The [bold]Outlet[/bold]"}, MANILA)
    return console.export_text()


def test_the_table_shows_the_readers_time_tags_and_how_to_go_on() -> None:
    text = printed(RESULT)
    assert "2026-11-24 07:30" in text
    assert "south_china_sea 0.93, policy_divergence?, negative" in text
    assert "7 found, 1 shown; for more: a larger --size" in text
    assert "[bold]Outlet" in text


UNSURE = make(
    3,
    tags=(
        Tag(category="terrorism", probability=0.48),
        Tag(category="south_china_sea", probability=0.9),
    ),
    unsure=("policy_divergence", "terrorism"),
    sentiment="neutral",
)
REFUSED = make(4, title="هجوم إرهابي في جاكرتا", refused="no known script", model_version="v")


def test_a_tag_that_the_tagger_is_unsure_of_is_marked() -> None:
    assert tags_of(UNSURE) == ("terrorism 0.48?, south_china_sea 0.90, policy_divergence?, neutral")
    page = Result(total=1, hits=(Hit(article=UNSURE, score=1.0),))
    [row] = list(csv.DictReader(io.StringIO(as_csv(page, {}, MANILA))))
    assert row["categories"] == "terrorism 0.48; south_china_sea 0.90"
    assert row["unsure"] == "policy_divergence terrorism"
    assert row["refused"] == ""


def test_a_refused_text_is_said_to_be_not_tagged_and_why() -> None:
    page = Result(total=1, hits=(Hit(article=REFUSED, score=1.0),))
    assert "not tagged: no known script" in printed(page)
    [row] = list(csv.DictReader(io.StringIO(as_csv(page, {}, MANILA))))
    assert row["categories"] == "not tagged: no known script"
    assert (row["sentiment"], row["refused"]) == ("", "no known script")
    assert json.loads(as_json(page))["hits"][0]["refused"] == "no known script"


def test_a_tag_that_a_person_put_on_a_refused_text_has_no_number() -> None:
    said = Correction(category="terrorism", verdict="right", by="Mei", made=SEEN)
    article = REFUSED.model_copy(
        update={"tags": (Tag(category="terrorism", probability=0.0),), "corrections": (said,)}
    )
    assert tags_of(article) == (
        "terrorism, terrorism judged right by Mei, not tagged: no known script"
    )


def test_other_names_of_a_place_are_shown() -> None:
    result = RESULT.model_copy(update={"expanded": {"panatag": ("Scarborough Shoal", "黄岩岛")}})
    text = " ".join(printed(result).split())
    assert "panatag was also looked for as Scarborough Shoal, 黄岩岛" in text
    assert json.loads(as_json(result))["expanded"] == {"panatag": ["Scarborough Shoal", "黄岩岛"]}


def test_undated_is_said_and_nothing_found_is_said() -> None:
    undated = Result(total=1, hits=(Hit(article=make(2), score=1.0),))
    assert "undated" in printed(undated)
    assert "not tagged" in printed(undated)
    assert printed(Result(total=0, hits=())).strip() == "0 found, 0 shown"


def test_a_headline_cannot_move_the_cursor_or_turn_the_line() -> None:
    text = marked("a\x1b[2J\u202eb &lt;b&gt; <mark>c</mark>")
    assert text.plain == "a[2Jb <b> c"
    assert [span.style for span in text.spans] == ["bold yellow"]


def test_csv_disarms_formulas_and_keeps_every_column() -> None:
    [row] = list(csv.DictReader(io.StringIO(as_csv(RESULT, {"outlet": "Outlet"}, MANILA))))
    assert row["title"].startswith("'=HYPERLINK")
    assert row["published"] == "2026-11-24T07:30:00+08:00"
    assert row["categories"] == "south_china_sea 0.93"
    assert row["outlet"] == "Outlet"


def test_json_holds_the_record_as_it_is() -> None:
    page = json.loads(as_json(RESULT))
    assert page["total"] == 7
    assert page["facets"] == {"category": {"south_china_sea": 7}}
    assert page["hits"][0]["title"] == ARTICLE.title
    assert page["hits"][0]["score"] == 1.5


def test_a_language_without_measured_tags_says_so() -> None:
    japanese = Result(total=1, hits=(Hit(article=make(2, language="ja"), score=1.0),))
    assert "ja (not measured)" in printed(japanese)
    assert "not measured" not in printed(RESULT)
