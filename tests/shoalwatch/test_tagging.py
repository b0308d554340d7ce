from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from articles.archive import Archive
from articles.corrections import KeptCorrection, Verdicts
from articles.record import Article, Span
from articles.state import State
from models.tagger import NullTagger, Tagged, TaggerInput
from search.embedded import EmbeddedEngine
from search.engine import Query
from shoalwatch import indexing, tagging
from tests.articles.making import SEEN, make
from tests.articles.test_corrections import kept


class Steps:
    """Counts what a stage says it did."""

    def __init__(self) -> None:
        self.done = 0

    def advance(self, steps: int) -> None:
        self.done += steps

    def expect(self, steps: int) -> None:
        raise AssertionError("tag and index know their total")


class CountingTagger(NullTagger):
    def __init__(self, version: str = "null") -> None:
        self.model_version = version
        self.read: list[str] = []

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        self.read += [text.title for text in texts]
        return super().tag(texts)


WHY = "written in a script that the model does not know"


class RefusingTagger(CountingTagger):
    """Refuses the articles whose number ends in 7."""

    def tag(self, texts: Sequence[TaggerInput]) -> list[Tagged]:
        return [
            replace(one, refused=WHY) if text.title.endswith("7") else one
            for text, one in zip(texts, super().tag(texts), strict=True)
        ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(str(tmp_path / "archive"))
    archive.append("crawled", [make(n) for n in range(100)] + [make(200, source_id="other")])
    return archive


def tag(archive: Archive, tagger: CountingTagger) -> tuple[tagging.TagReport, int]:
    steps = Steps()
    parts = tagging.pending(archive, tagger.model_version)
    return tagging.tag(archive, tagger, parts, steps), steps.done


def test_all_are_tagged_once_and_a_second_run_has_nothing_to_do(archive: Archive) -> None:
    tagger = CountingTagger()
    report, steps = tag(archive, tagger)
    assert (report.tagged, report.kept, steps) == (101, 0, 101)
    assert len(list(archive.read("tagged"))) == 101
    assert all(a.model_version == "null" for a in archive.read("tagged"))
    assert tag(archive, tagger)[0] == tagging.TagReport()


def test_a_day_that_grew_or_changed_is_tagged_only_where_it_did(archive: Archive) -> None:
    tagger = CountingTagger()
    tag(archive, tagger)
    tagger.read.clear()
    archive.append("crawled", [make(300), make(7, version=2, text="Corrected.")])
    report, steps = tag(archive, tagger)
    assert sorted(tagger.read) == ["Title 300", "Title 7"]
    assert (report.tagged, report.kept, steps) == (2, 99, 101)
    found = archive.find("tagged", make(7).id, SEEN.date(), "outlet")
    assert found is not None
    assert (found.version, found.text) == (2, "Corrected.")


def test_another_model_tags_everything_again(archive: Archive) -> None:
    tag(archive, CountingTagger())
    report, _ = tag(archive, CountingTagger("newer"))
    assert report.tagged == 101


def test_a_torn_partition_is_reported_and_the_others_are_tagged(archive: Archive) -> None:
    data = next((Path(archive.url) / "crawled").rglob("other-*.zst"))
    data.write_bytes(b"half")
    report, _ = tag(archive, CountingTagger())
    assert report.tagged == 100
    assert "other" in report.torn[0]


def test_what_the_tagger_says_is_on_the_record_most_certain_first() -> None:
    tagged = Tagged(
        risks={"terrorism": 0.7, "south_china_sea": 0.9, "policy_divergence": 0.1},
        categories=frozenset({"terrorism", "south_china_sea"}),
        sentiment="negative",
        sentiment_probability=0.8,
        embedding=np.ones(384, dtype=np.float32),
        model_version="v",
        evidence={"terrorism": Span(field="title", start=0, end=5)},
        unsure=frozenset({"policy_divergence"}),
    )
    article = tagging.with_tags(make(1), tagged)
    assert article.categories == ("south_china_sea", "terrorism")
    assert article.tags[1].evidence == Span(field="title", start=0, end=5)
    assert article.risks["policy_divergence"] == pytest.approx(0.1)
    assert article.unsure == ("policy_divergence",)
    assert (article.sentiment, article.model_version) == ("negative", "v")


def test_a_refused_text_says_why_and_carries_no_verdict_that_looks_like_one() -> None:
    [verdict] = RefusingTagger("v").tag([TaggerInput("Title 7")])
    article = tagging.with_tags(make(7), verdict)
    assert (article.refused, article.model_version) == (WHY, "v")
    assert (article.sentiment, article.sentiment_probability) == (None, None)
    assert (article.tags, article.risks, article.unsure) == ((), {}, ())
    assert article.embedding is None
    assert article.refusal == f"not tagged: {WHY}"
    assert make(7).refusal == ""


def test_refused_texts_are_counted_and_not_read_again_by_the_same_model(archive: Archive) -> None:
    tagger = RefusingTagger()
    report, _ = tag(archive, tagger)
    assert (report.tagged, report.refused) == (101, 10)
    assert sum(one.refused == WHY for one in archive.read("tagged")) == 10
    tagger.read.clear()
    archive.append("crawled", [make(300)])
    report, _ = tag(archive, tagger)
    assert (tagger.read, report.refused, report.kept) == (["Title 300"], 0, 100)


def test_a_verdict_on_a_refused_text_is_applied_and_kept(archive: Archive) -> None:
    tagger = RefusingTagger()
    verdicts = Verdicts([kept(7, verdict="right")])
    for fresh in (101, 0):
        tagger.read.clear()
        archive.append("crawled", [make(300)] if not fresh else [])
        parts = tagging.pending(archive, tagger.model_version, verdicts=verdicts)
        tagging.tag(archive, tagger, parts, Steps(), verdicts)
        assert len(tagger.read) == (fresh or 1)
        found = archive.find("tagged", make(7).id, SEEN.date(), "outlet")
        assert found is not None
        assert (found.categories, found.refused) == (("terrorism",), WHY)
        assert (found.tags[0].probability, found.risks) == (0.0, {})


def test_tagged_articles_are_indexed_once_and_again_when_they_change(
    archive: Archive, tmp_path: Path
) -> None:
    tagger = CountingTagger()
    tag(archive, tagger)
    engine = EmbeddedEngine(tmp_path / "index", "UTC")
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:

        def index() -> indexing.IndexReport:
            parts = indexing.pending(archive, state, engine)
            return indexing.index(archive, state, engine, parts, Steps())

        assert index() == indexing.IndexReport(indexed=101, partitions=2)
        assert index() == indexing.IndexReport()
        archive.append("crawled", [make(7, version=2, text="Corrected typhoon figures.")])
        tag(archive, tagger)
        assert index().partitions == 1
        assert engine.search(Query(text="typhoon")).total == 1
        assert engine.count() == 101
        engine.reset()
        assert index().indexed == 101
    engine.close()


def test_a_verdict_is_applied_survives_another_model_and_can_be_turned(archive: Archive) -> None:
    def run(tagger: CountingTagger, *said: KeptCorrection) -> Article:
        verdicts = Verdicts(said)
        parts = tagging.pending(archive, tagger.model_version, verdicts=verdicts)
        tagging.tag(archive, tagger, parts, Steps(), verdicts)
        found = archive.find("tagged", make(7).id, SEEN.date(), "outlet")
        assert found is not None
        return found

    tagger = CountingTagger()
    right = kept(7, verdict="right")
    assert run(tagger).categories == ()
    tagger.read.clear()
    assert run(tagger, right).categories == ("terrorism",)
    assert tagger.read == ["Title 7"]
    assert run(CountingTagger("newer"), right).corrections == (right.shown(),)
    tagger.read.clear()
    turned = run(CountingTagger("newer"), kept(7, verdict="wrong"))
    assert (turned.categories, turned.corrections[0].verdict) == ((), "wrong")
    assert run(CountingTagger("newer")).corrections == ()
