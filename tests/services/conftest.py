"""Real services for the tests of this folder."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest
from elasticsearch import Elasticsearch

from search.elasticsearch import ElasticsearchEngine
from search.elasticsearch_client import connect
from search.knowledge import Knowledge
from search.settings import SearchSettings
from tests.search.contract_fixtures import EngineMaker
from tests.services.node import NodeMissingError, running_node


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Address of an Elasticsearch: SHOALWATCH_TEST_ELASTICSEARCH_URL, or a node started for us.

    Where none can be started the test skips, or fails if SHOALWATCH_REQUIRE_SERVICES is 1.
    """
    given = os.environ.get("SHOALWATCH_TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_node())
        except NodeMissingError as error:
            if os.environ.get("SHOALWATCH_REQUIRE_SERVICES") == "1":
                pytest.fail(f"Elasticsearch is required and cannot be started: {error}")
            pytest.skip(f"no Elasticsearch for tests: {error}")
        yield url


@pytest.fixture(scope="class")
def index_prefix(elasticsearch_url: str) -> Iterator[str]:
    """A prefix that no other test uses; what is under it is deleted at the end."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    client, _ = connect(SearchSettings(search_url=elasticsearch_url))
    names = list(client.indices.get(index=f"{prefix}*", features="aliases").body)
    for start in range(0, len(names), 20):  # an address has at most 4,096 bytes
        client.indices.delete(index=names[start : start + 20])
    quiet = client.options(ignore_status=404)
    quiet.indices.delete_index_template(name=f"{prefix}*")
    quiet.cluster.delete_component_template(name=f"{prefix}*")
    client.close()


@pytest.fixture(scope="class")
def make_engine(elasticsearch_url: str, index_prefix: str) -> EngineMaker:
    """Open engines with an index of their own on the node."""
    numbers = count()

    def make(zone: str, knowledge: Knowledge | None = None) -> ElasticsearchEngine:
        settings = SearchSettings(
            search_url=elasticsearch_url, search_index=f"{index_prefix}-{next(numbers)}"
        )
        return ElasticsearchEngine(settings, zone, knowledge)

    return make


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Elasticsearch's own client, to look past the engine."""
    made, _ = connect(SearchSettings(search_url=elasticsearch_url))
    yield made
    made.close()
