from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from articles.errors import SettingsError
from articles.record import Correction, Span, Tag
from digests import compose as composing
from digests.compose import compose, day_bounds
from digests.content import Digest
from digests.render import render
from search.embedded import EmbeddedEngine
from tests.digests.memory_engine import MemoryEngine
from tests.digests.samples import CATEGORIES, DAY, NOON, article, source


def composed(*articles: object, **options: object) -> Digest:
    timezone = str(options.pop("timezone", "UTC"))
    sources = options.pop("sources", [source()])
    engine = MemoryEngine(articles)  # type: ignore[arg-type]
    return compose(engine, DAY, timezone, sources, CATEGORIES, **options)  # type: ignore[arg-type]


def titles(digest: Digest, category: str) -> list[str]:
    return [i.title for s in digest.sections if s.category == category for i in s.items]


def test_every_category_has_a_section_even_without_items() -> None:
    digest = composed(article(1))
    assert [(s.category, s.total) for s in digest.sections] == [
        ("south_china_sea", 0),
        ("terrorism", 1),
        ("policy_divergence", 0),
    ]
    assert [(c.name, c.count) for c in digest.by_category] == [
        ("South China Sea", 0),
        ("Terrorism", 1),
        ("Policy divergence", 0),
    ]


def test_a_category_that_nobody_named_is_shown_under_its_key() -> None:
    digest = composed(article(1, category="cyber_attack"))
    assert digest.sections[-1].name == "cyber attack"
    assert titles(digest, "cyber_attack") == ["Item of news 1"]


def test_what_people_said_of_tags_stands_with_the_item_and_is_counted() -> None:
    wrong = {"category": "policy_divergence", "verdict": "wrong", "by": "Mei", "made": NOON}
    right = {"category": "terrorism", "verdict": "right", "by": "<b>Bo</b>", "made": NOON}
    digest = composed(
        article(1, corrections=(Correction.model_validate(right),)),
        article(2, "Other", tags=(), corrections=(Correction.model_validate(wrong),)),
    )
    [item] = digest.sections[1].items
    assert item.judged[0].startswith("Terrorism judged right by ")
    assert digest.taken_off == 1
    rendered = render(digest)
    assert "Terrorism judged right by" in rendered.text
    assert "a person judged a category of 1 article wrong" in rendered.text
    assert "a person judged a category of 1 article wrong" in rendered.html
    assert "<b>Bo</b>" not in rendered.html


def test_most_certain_come_first_then_newest() -> None:
    older = NOON - timedelta(hours=2)
    digest = composed(
        article(1, "Unsure", probability=0.6),
        article(2, "Older", probability=0.8, published=older),
        article(3, "Newer", probability=0.8),
        article(4, "Certain", probability=0.99),
    )
    assert titles(digest, "terrorism") == ["Certain", "Newer", "Older", "Unsure"]


def test_the_limit_keeps_the_most_certain_and_the_total_counts_all() -> None:
    many = [article(n, f"Number {n} of many", probability=n / 100) for n in range(1, 31)]
    section = composed(*many, limit=2).sections[1]
    assert ([i.title for i in section.items], section.total) == (
        ["Number 30 of many", "Number 29 of many"],
        30,
    )


def test_the_day_is_read_page_by_page_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "PAGE", 7)
    engine = MemoryEngine(article(n) for n in range(50))
    digest = compose(engine, DAY, "UTC", [], CATEGORIES)
    assert (digest.total, digest.sections[1].total, engine.pages) == (50, 50, 8)


@pytest.mark.parametrize(
    ("first_seen", "inside"),
    [
        ("2026-11-23T15:59:59+00:00", False),
        ("2026-11-23T16:00:00+00:00", True),
        ("2026-11-24T15:59:59.999999+00:00", True),
        ("2026-11-24T16:00:00+00:00", False),
    ],
)
def test_the_day_begins_and_ends_at_the_readers_midnight(first_seen: str, inside: bool) -> None:
    seen = article(1, first_seen=datetime.fromisoformat(first_seen))
    assert composed(seen, timezone="Asia/Manila").total == int(inside)


def test_an_old_date_of_publication_does_not_keep_a_new_find_out() -> None:
    assert composed(article(1, published=NOON - timedelta(days=400))).total == 1


def test_a_day_on_which_the_clocks_change_is_longer_or_shorter() -> None:
    hours = [
        (end - start) / timedelta(hours=1)
        for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1))
        for start, end in [day_bounds(day, "Europe/Berlin")]
    ]
    assert hours == [23, 25, 24]


@pytest.mark.parametrize("timezone", ["Asia/Atlantis", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_named(timezone: str) -> None:
    with pytest.raises(SettingsError, match=r"SHOALWATCH_TIMEZONE is .* no IANA time zone"):
        composed(timezone=timezone)


def test_near_identical_titles_are_one_item_that_names_the_other_outlets() -> None:
    digest = composed(
        article(1, "Ferry sinks off Cebu", source_id="a", probability=0.8),
        article(2, "FERRY SINKS off Cebu", source_id="b", probability=0.9),
        article(3, "Ferry sinks off Cebu", source_id="b", probability=0.7),
        article(4, "Ferry sinks off Cebu!", source_id="c", probability=0.6, url="javascript:x//y"),
        sources=[source("Alpha", source_id="a"), source("Beta", source_id="b")],
    )
    (item,) = digest.sections[1].items
    assert (item.title, item.outlet) == ("FERRY SINKS off Cebu", "Beta")
    assert [(o.outlet, o.link) for o in item.also_at] == [
        ("Alpha", "https://outlet.example/1"),
        ("c", None),
    ]
    assert digest.total == 4


def test_totals_count_articles_by_sentiment_language_and_country() -> None:
    digest = composed(
        article(1, language="zh", countries=("CN", "CN", "VN")),
        article(2, language="zh", sentiment="neutral", countries=("CN",)),
        article(3, language="und", tags=(), sentiment=None, sentiment_probability=None),
    )
    assert [(c.name, c.count) for c in digest.by_sentiment] == [("Negative", 1), ("Neutral", 1)]
    assert [(c.name, c.count) for c in digest.by_language] == [
        ("Chinese", 2),
        ("language unknown", 1),
    ]
    assert [(c.name, c.count) for c in digest.by_country] == [
        ("China", 3),
        ("Philippines", 1),
        ("Vietnam", 1),
    ]


def test_undated_and_untagged_articles_are_counted() -> None:
    digest = composed(article(1, published=None), article(2, tags=(), model_version=None))
    assert (digest.undated, digest.untagged) == (1, 1)
    assert digest.sections[1].items[0].published is None
    assert digest.model_versions == ("tagger-1",)


def test_evidence_is_quoted_from_where_the_tagger_found_it() -> None:
    tags = (
        Tag(category="terrorism", probability=0.7, evidence=Span(field="title", start=0, end=4)),
        Tag(
            category="south_china_sea", probability=0.9, evidence=Span(field="text", start=5, end=9)
        ),
        Tag(
            category="policy_divergence",
            probability=0.5,
            evidence=Span(field="summary", start=7, end=99),
        ),
    )
    (item,) = composed(article(1, "Bomb found", text="Here reef.", tags=tags)).sections[1].items
    assert [(t.category, t.evidence, t.evidence_in) for t in item.tags] == [
        ("south_china_sea", "reef", "text"),
        ("terrorism", "Bomb", "title"),
        ("policy_divergence", "", "none"),
    ]
    assert item.probability("terrorism") == 0.7
    assert item.probability("unheard_of") == 0


def test_missing_sources_come_gravest_first_with_reason_and_date() -> None:
    digest = composed(
        sources=[
            source("Zeta"),
            source("Quiet", status="silent", detail="9 days\nwithout news", since=NOON),
            source("Broken", status="failed", detail="HTTP 503"),
            source("Closed", status="blocked", detail="robots.txt"),
            source("Skipped", status="not_crawled"),
        ]
    )
    assert [(s.name, s.detail) for s in digest.sources_missing] == [
        ("Closed", "robots.txt"),
        ("Broken", "HTTP 503"),
        ("Quiet", "9 days without news"),
        ("Skipped", ""),
    ]
    assert digest.sources_working == 1


def test_languages_that_no_working_source_covers_are_named_with_the_reason() -> None:
    digest = composed(
        sources=[
            source("A", languages=("tl", "en")),
            source("B", languages=("th",), status="failed"),
            source("C", languages=("vi",), status="failed"),
            source("D", languages=("vi-VN",), status="silent"),
        ],
        languages=("fil", "th", "vi", "km", "km"),
    )
    assert [(m.name, m.reason) for m in digest.languages_missing] == [
        ("Thai", "the only source gave nothing"),
        ("Vietnamese", "none of 2 sources gave anything"),
        ("Khmer", "no source in the catalogue"),
    ]


def test_languages_are_not_called_missing_where_no_source_states_its_own() -> None:
    assert composed(sources=[source(languages=())]).languages_missing == ()


def test_the_same_day_composes_to_the_same_digest_whatever_the_order() -> None:
    articles = [article(n, f"Item {n % 5}", probability=0.5 + n % 3 / 10) for n in range(20)]
    sources = [source("A"), source("B", status="failed")]
    forward = compose(MemoryEngine(articles), DAY, "UTC", sources, CATEGORIES)
    backward = compose(MemoryEngine(articles[::-1]), DAY, "UTC", sources[::-1], CATEGORIES)
    assert forward.model_dump_json() == backward.model_dump_json()
    assert Digest.model_validate_json(forward.model_dump_json()) == forward


def test_the_real_engine_gives_the_digest_that_the_list_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "PAGE", 7)
    articles = [
        article(
            n,
            f"第{n}条消息" if n % 2 else f"Item number {n}",
            language="zh" if n % 2 else "en",
            probability=0.5 + n % 4 / 10,
            category=list(CATEGORIES)[n % 3],
            published=None if n % 5 == 0 else NOON - timedelta(hours=n),
            first_seen=NOON + timedelta(minutes=20 * n),
        )
        for n in range(60)
    ]
    embedded = EmbeddedEngine(tmp_path / "index", "Asia/Manila")
    embedded.index(articles)
    real = compose(embedded, DAY, "Asia/Manila", [source()], CATEGORIES)
    embedded.close()
    listed = compose(MemoryEngine(articles), DAY, "Asia/Manila", [source()], CATEGORIES)
    assert real == listed
    assert 0 < real.total < 60


def test_a_day_without_articles_is_a_digest_too() -> None:
    digest = composed(article(1, first_seen=datetime(2026, 11, 20, tzinfo=UTC)))
    assert (digest.total, [s.total for s in digest.sections]) == (0, [0, 0, 0])


def test_hostile_strings_arrive_bounded() -> None:
    digest = composed(
        article(
            1,
            "A" * 10_000,
            summary="\u202e" + "s" * 10_000,
            language="x" * 500,
            source_id="o" * 500,
            model_version="v" * 500,
        )
    )
    item = digest.sections[1].items[0]
    assert (len(item.title), len(item.summary), len(item.outlet)) == (300, 420, 80)
    assert len(item.language) == 20
    assert len(digest.by_language[0].value) == 80
    assert len(digest.model_versions[0]) == 80
