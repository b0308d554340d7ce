"""A real Elasticsearch 8.19 asked by client 9, which it does not talk to."""

from __future__ import annotations

import os

import elasticsearch
import pytest

from search.elasticsearch import ElasticsearchEngine
from search.engine import EngineVersionError, Query
from search.settings import SearchSettings
from tests.search.corpus import make
from tests.services.node import NodeMissingError
from tests.services.secured_node import running_old_node

pytestmark = [
    pytest.mark.services,
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.skipif(
        elasticsearch.__version__[0] != 9, reason="client 8 talks to Elasticsearch 8 and 9"
    ),
]


def test_an_older_major_version_is_named_with_what_to_do() -> None:
    try:
        with running_old_node() as node:
            engine = ElasticsearchEngine(SearchSettings(search_url=node.url))
            with pytest.raises(EngineVersionError, match=r"elasticsearch>=8\.19,<9"):
                engine.search(Query(text="reef"))
            with pytest.raises(EngineVersionError):
                engine.index([make("one")])
            health = engine.health()
            engine.close()
    except NodeMissingError as error:
        if os.environ.get("SHOALWATCH_REQUIRE_SERVICES") == "1":
            pytest.fail(f"Elasticsearch 8.19 is required and cannot be started: {error}")
        pytest.skip(f"no Elasticsearch 8.19 for tests: {error}")
    assert not health.ok
    assert "elasticsearch>=8.19,<9" in health.message
