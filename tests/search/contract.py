"""What every engine must do: one suite, run by tests/search and, on a real node, tests/services."""

from __future__ import annotations

import numpy as np
import pytest

from articles.record import Tag
from search.engine import (
    FACETS,
    Filters,
    IndexingError,
    Query,
    QueryError,
    SearchEngine,
)
from tests.search.contract_counting import CountingContract
from tests.search.contract_fields import FieldContract
from tests.search.contract_meaning import MeaningContract
from tests.search.contract_order import OrderContract
from tests.search.contract_reindex import ReindexContract
from tests.search.corpus import article_id, corpus, make

KEYS = {article.id: article.url.rpartition("/")[2] for article in corpus()}


def found(engine: SearchEngine, text: str, filters: Filters | None = None) -> set[str]:
    result = engine.search(Query(text=text, filters=filters or Filters(), size=100))
    assert result.total == len(result.hits)
    return {KEYS[hit.article.id] for hit in result.hits}


class SearchContract(
    CountingContract, OrderContract, FieldContract, MeaningContract, ReindexContract
):
    """Subclasses give the class-scoped fixture `make_engine`."""

    # forms of a word

    def test_indonesian_and_malay_forms_of_a_word_find_each_other(
        self, empty: SearchEngine
    ) -> None:
        empty.index(
            [
                make("id", "Kapal patroli mengusir nelayan", "Usirlah mereka.", language="id"),
                make("ms", "Nelayan diusir kapal peronda", language="ms"),
                make("tl", "Mengusir", language="fil"),
                make("en", "Rain on the terrain", language="en"),
                make("noun", "Pengusiran nelayan", language="id-ID"),
            ]
        )

        def keys(text: str) -> list[str]:
            hits = empty.search(Query(text=text)).hits
            return [hit.article.url.rpartition("/")[2] for hit in hits]

        assert keys("pengusiran")[0] == "noun"
        assert set(keys("pengusiran")) == {"id", "ms", "noun"}
        assert set(keys("mengusir nelayan")) == {"id", "ms", "noun"}
        assert set(keys("usir")) == {"id", "ms", "noun"}
        assert keys('"pengusiran"') == ["noun"]
        assert keys('"mengusir nelayan"') == ["id"]
        assert keys("nelayan -pengusiran") == []
        (hit,) = empty.search(Query(text="pengusiran patroli")).hits
        assert hit.snippet is not None
        assert hit.snippet.title == ("Kapal <mark>patroli</mark> <mark>mengusir</mark> nelayan")
        assert hit.snippet.text == "<mark>Usirlah</mark> mereka."
        assert empty.search(Query(text="pengusiran")).expanded == {}
        (hit,) = empty.search(Query(text="rain")).hits  # terrain would be a form of it
        assert hit.snippet is not None
        assert hit.snippet.title == "<mark>Rain</mark> on the terrain"

    # keeping

    def test_an_article_comes_back_whole_with_its_embedding(self, filled: SearchEngine) -> None:
        for article in corpus():
            kept = filled.get(article.id)
            assert kept is not None
            assert kept.model_dump() == article.model_dump()
            if article.embedding is None:
                assert kept.embedding is None
            else:
                np.testing.assert_allclose(kept.embedding, article.embedding, atol=1e-6)

    def test_an_unknown_id_is_none(self, filled: SearchEngine) -> None:
        assert filled.get(article_id("nobody")) is None

    def test_hits_carry_the_embedding(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="zambales")).hits
        assert np.shape(hit.article.embedding) == (384,)

    def test_an_upsert_replaces_every_part(self, empty: SearchEngine) -> None:
        empty.index([make("one", "Old headline", language="en"), make("two", "Other")])
        changed = make("one", "Neue Zeile", language="de", version=2)
        assert empty.index([changed]) == 1
        assert empty.count() == 2
        assert empty.search(Query(text="old")).total == 0
        assert empty.search(Query(text="neue")).hits[0].article == changed
        languages = empty.search(Query(facets=("language",))).facets["language"]
        assert {b.value for b in languages} == {"de", "und"}

    def test_the_last_of_two_with_one_id_stays(self, empty: SearchEngine) -> None:
        empty.index([make("one", "First"), make("one", "Second")])
        assert empty.count() == 1
        assert empty.search(Query(text="second")).total == 1

    def test_delete_counts_those_that_were_there(self, empty: SearchEngine) -> None:
        empty.index([make("one"), make("two"), make("three")])
        assert empty.delete([article_id(key) for key in ("one", "three", "nobody", "one")]) == 2
        assert empty.count() == 1
        assert empty.get(article_id("one")) is None
        assert empty.delete([]) == 0

    def test_nothing_indexed_is_no_error(self, empty: SearchEngine) -> None:
        assert empty.index([]) == 0
        result = empty.search(Query(text="word", facets=FACETS, timeline="day"))
        assert result.total == 0
        assert result.hits == ()
        assert result.next is None
        assert result.timeline == ()
        assert result.facets == dict.fromkeys(FACETS, ())

    def test_reset_empties_and_changes_the_generation(self, empty: SearchEngine) -> None:
        empty.index([make("one")])
        before = empty.generation
        assert empty.generation == before
        empty.reset()
        assert empty.count() == 0
        assert empty.generation != before
        empty.index([make("two")])
        assert empty.count() == 1

    def test_health_counts(self, filled: SearchEngine) -> None:
        health = filled.health()
        assert health.ok
        assert health.articles == 40
        assert health.version[-1].isdigit()

    # words of every script

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("罢工", {"zh-strike"}),
            ("工罢", set()),
            ("罢", {"zh-strike"}),
            ("罷工", {"zh-strike"}),
            ("研讨会 学者", {"zht-sea"}),
            ("南海", {"zh-sea", "zht-sea"}),
            ("海南", {"zh-hainan"}),
            ("南海仲裁", {"zht-sea"}),
            ("黄岩岛", {"zh-sea"}),
            ("2026年", {"zh-trade"}),
            ("5G设备", {"zh-trade"}),
            ("asean", {"en-code", "zh-fullwidth", "pt-timor"}),
            ("ทะเลจีนใต้", {"th-sea"}),
            ("จีน", {"th-sea"}),
            ("ระเบิด", {"th-south"}),
            ("น้ำท่วม", {"th-water"}),
            ("12 พฤศจิกายน", {"th-water"}),
            ("กรุงเทพ", {"th-sea"}),
            ("កម្ពុជា", {"km-border", "km-dam"}),
            ("កម្ពុជានិងថៃ", {"km-border"}),
            ("ທະເລ", set()),
            ("ລາວຈີນ", {"lo-rail"}),
            ("ကုန်သွယ်ရေး", {"my-trade"}),
            ("ရန်ကုန်", {"my-attack"}),
            ("biển đông", {"vi-sea"}),
            ("bien dong", {"vi-sea", "vi-plain"}),
            ("BIỂN ĐÔNG", {"vi-sea"}),
            ('"quan dao hoang sa"', {"vi-sea"}),
            ("da nang", {"vi-sea"}),
            ("mã", {"vi-ma"}),
            ("natuna utara", {"id-natuna"}),
            ("masinloc", {"fil-panatag"}),
            ("dugong", {"en-summary"}),
        ],
    )
    def test_words_are_found(self, filled: SearchEngine, text: str, keys: set[str]) -> None:
        assert found(filled, text) == keys

    # the query language

    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("code conduct", {"en-code", "en-conduct"}),
            ('"code of conduct"', {"en-code"}),
            ("code -jakarta", {"en-conduct"}),
            ("code NOT jakarta", {"en-conduct"}),
            ("orchid OR tuna", {"en-rare", "en-tuna"}),
            ("scarborough OR 黄岩岛 OR masinloc", {"en-shoal", "zh-sea", "fil-panatag"}),
            ("code (jakarta OR teachers)", {"en-code", "en-conduct"}),
            ("code jakarta OR orchid", {"en-code", "en-rare"}),
            ('strike -"no deal"', {"en-strike"}),
            ("covid-19", {"en-covid"}),
            ("workers’ strike", {"en-strike"}),
            ("“code of conduct”", {"en-code"}),
            ("up & away", {"en-tuna"}),
            ("Script", {"en-quote"}),
            ("code -(jakarta OR teachers)", set()),
        ],
    )
    def test_the_query_language(self, filled: SearchEngine, text: str, keys: set[str]) -> None:
        assert found(filled, text) == keys

    def test_a_minus_alone_means_all_others(self, filled: SearchEngine) -> None:
        assert found(filled, "-code") == set(KEYS.values()) - {"en-code", "en-conduct"}
        either = found(filled, "orchid OR -code")
        assert either == set(KEYS.values()) - {"en-code", "en-conduct"}

    @pytest.mark.parametrize(
        "text", ['"open', "(a", "a OR", "a )", "&&&", "a" * 3000, "x " * 201, "中" * 2000]
    )
    def test_a_wrong_query_is_refused(self, filled: SearchEngine, text: str) -> None:
        with pytest.raises(QueryError):
            filled.search(Query(text=text))

    @pytest.mark.parametrize(
        "text",
        [
            "ก" * 500,
            "中" * 500,
            " ".join(f"w{n}" for n in range(200)),
            " OR ".join(f"w{n}" for n in range(200)),
            "(" * 20 + "a" + ")" * 20,
            "Title:x^9 AND [1 TO 2] /re.*/ ~3 \\ * ?",
            "\x00\ud7ff\uffff a",
            "e" + "\u0301" * 1000,
        ],
    )
    def test_a_hostile_query_is_answered(self, filled: SearchEngine, text: str) -> None:
        assert filled.search(Query(text=text)).total >= 0

    # snippets

    def test_snippets_are_escaped_and_marked(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text='"no deal" bomb')).hits
        assert hit.snippet is not None
        assert hit.snippet.title == (
            "&quot;<mark>No deal</mark>&quot; with bombers, governor says "
            "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"
        )
        assert "&amp; no ransom. A &lt;b&gt;<mark>bomb</mark>&lt;/b&gt;" in hit.snippet.text

    def test_the_snippet_shows_where_the_word_stands(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="clam")).hits
        assert hit.snippet is not None
        assert "giant <mark>clam</mark> at the reef" in hit.snippet.text
        assert hit.snippet.text.startswith("… ")
        assert hit.snippet.text.endswith(" …")
        assert len(hit.snippet.text) < 300

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("南海", "<mark>南海</mark>仲裁十週年研討會"),
            ("bien dong", "Việt Nam phản đối tàu khảo sát ở <mark>Biển</mark> <mark>Đông</mark>"),
            ("ทะเลจีนใต้", "อาเซียนหารือเรื่อง<mark>ทะเลจีนใต้</mark>ที่กรุงเทพ"),
        ],
    )
    def test_marks_stand_on_the_words(self, filled: SearchEngine, text: str, marked: str) -> None:
        titles = {h.snippet.title for h in filled.search(Query(text=text)).hits if h.snippet}
        assert marked in titles

    def test_a_minus_is_not_marked_and_snippets_can_be_off(self, filled: SearchEngine) -> None:
        (hit,) = filled.search(Query(text="conduct -jakarta")).hits
        assert hit.snippet is not None
        assert hit.snippet.title == "School board adopts new <mark>conduct</mark> code"
        assert filled.search(Query(text="code", snippets=False)).hits[0].snippet is None

    # what outlets may send

    def test_a_torn_surrogate_refuses_one_article_only(self, empty: SearchEngine) -> None:
        torn = make("torn").model_copy(update={"title": "half an emoji \ud83d"})
        with pytest.raises(IndexingError, match="no valid Unicode") as caught:
            empty.index([make("one"), torn, make("two")])
        assert list(caught.value.refused) == [torn.id]
        assert empty.count() == 2
        assert empty.get("\ud83d") is None
        assert empty.delete(["\ud83d", article_id("one")]) == 1
        assert empty.search(Query(text="\ud83d plain")).total == 1

    def test_odd_text_is_kept_and_found(self, empty: SearchEngine) -> None:
        odd = make(
            "odd",
            "Nul \x00 and \u202e override",
            "word " * 60_000 + "z" * 40_000 + " 👩‍👩‍👧 e\u0301tude " + "ก" * 5000,
            tags=(Tag(category="terrorism", probability=0.5),),
        )
        empty.index([odd])
        kept = empty.get(odd.id)
        assert kept is not None
        assert kept.text == odd.text
        assert empty.search(Query(text="override")).total == 1
        assert empty.search(Query(text="word")).hits[0].snippet is not None
