"""Which engine the settings choose, and what contradictory settings are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from articles.errors import SettingsError
from articles.settings import StorageSettings
from search.elasticsearch import ElasticsearchEngine
from search.embedded import EmbeddedEngine
from search.opening import open_engine, reset_engine
from search.settings import SearchSettings
from tests.search.corpus import corpus


def test_the_embedded_engine_is_the_default(tmp_path: Path) -> None:
    storage = StorageSettings(home=tmp_path)
    engine = open_engine(SearchSettings(), storage)
    assert isinstance(engine, EmbeddedEngine)
    assert (tmp_path / "index" / "current.json").exists()
    engine.index(corpus())
    emptied = reset_engine(SearchSettings(), storage)
    assert emptied.count() == 0
    assert engine.count() == 0


def test_an_address_chooses_elasticsearch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOALWATCH_SEARCH_URL", "https://search.example")
    engine = open_engine(SearchSettings(), StorageSettings())
    assert isinstance(engine, ElasticsearchEngine)
    engine.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"search_url": "http://me:word@host:9200"}, "must not contain a user or password"),
        ({"search_url": "http://host:99999"}, "no valid host and port"),
        ({"search_url": "https://host", "search_username": "me"}, "go together"),
        ({"search_url": "https://host", "search_password": "w"}, "go together"),
        (
            {"search_url": "https://host", "search_api_key": "k", "search_username": "me"},
            "unset one",
        ),
        ({"search_url": "http://host", "search_ca_certs": "ca.pem"}, "needs an https"),
        ({"search_url": "https://host", "search_ca_certs": "ca.pem"}, "no file ca.pem"),
    ],
)
def test_settings_that_contradict_each_other(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        open_engine(SearchSettings(**settings), StorageSettings())
    assert "word" not in str(caught.value).replace("password", "").replace("PASSWORD", "")


def test_an_address_without_http_is_refused() -> None:
    with pytest.raises(ValidationError, match="search_url"):
        SearchSettings(search_url="host:9200")


def test_secrets_are_not_shown() -> None:
    settings = SearchSettings(search_url="https://h", search_api_key="c2VjcmV0")
    assert "c2VjcmV0" not in repr(settings)
