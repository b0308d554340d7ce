from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from pydantic import ValidationError

from articles.record import Article
from tests.articles.making import make


def test_dates_are_converted_to_utc_and_naive_ones_refused() -> None:
    jakarta = timezone(timedelta(hours=7))
    seen = datetime(2026, 11, 24, 6, 30, tzinfo=jakarta)
    article = make(published=seen, published_from="feed")
    assert article.published == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert article.published is not None
    assert article.published.tzinfo is UTC
    with pytest.raises(ValidationError, match="timezone"):
        make(published=datetime(2026, 11, 24), published_from="feed")  # noqa: DTZ001


def test_undated_stays_undated_and_is_never_now() -> None:
    article = make()
    assert article.published is None
    assert article.when == article.first_seen
    with pytest.raises(ValidationError, match="does not go with published_from"):
        make(published_from="meta")


def test_a_record_is_frozen_and_knows_its_keys() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        make().title = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        make(colour="red")


def test_json_round_trip_leaves_the_embedding_out() -> None:
    article = make(embedding=np.ones(384, dtype=np.float32))
    again = Article.model_validate_json(article.model_dump_json())
    assert again.embedding is None
    assert again.same_as(article.model_copy(update={"embedding": None}))
    assert not again.same_as(article)


def test_an_embedding_of_another_width_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"shape \(3,\)"):
        make(embedding=np.ones(3))


def test_half_a_character_is_replaced_so_that_the_record_can_be_written() -> None:
    article = make(title="a\ud83d b", text="\ud83d\ude00 whole", authors=("\udc00",))
    assert article.title == "a� b"
    assert article.text == "😀 whole"
    assert article.authors == ("�",)
    assert Article.model_validate_json(article.model_dump_json()).same_as(article)
