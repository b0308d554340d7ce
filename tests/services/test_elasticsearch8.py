"""Elasticsearch 8.19 over TLS with users and roles; needs client 8.19 (`nox -s elasticsearch8`).

The whole contract runs as a user with the writer's role, so that the role is known to suffice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import elasticsearch
import pytest
from pydantic import SecretStr

from search.elasticsearch import ElasticsearchEngine
from search.elasticsearch_roles import READER, WRITER, roles
from search.engine import (
    EngineCredentialsError,
    EnginePermissionError,
    EngineUnreachableError,
    Query,
    SearchError,
)
from search.knowledge import Knowledge
from search.opening import set_up_engine
from search.settings import SearchSettings
from tests.search.contract import SearchContract
from tests.search.contract_fixtures import EngineMaker
from tests.search.corpus import article_id, corpus, make
from tests.services.node import NodeMissingError
from tests.services.secured_node import SecuredNode, running_old_node

pytestmark = [
    pytest.mark.services,
    pytest.mark.xdist_group("elasticsearch8"),
    pytest.mark.skipif(
        elasticsearch.__version__[0] != 8,
        reason="client 9 does not talk to Elasticsearch 8: run `nox -s elasticsearch8`",
    ),
]

PREFIX = "sea"
USERS = {
    "writer": ("writer-password", WRITER),
    "reader": ("reader-password", READER),
    "nobody": ("nobody-password", "none"),
}


@pytest.fixture(scope="module")
def node() -> Iterator[SecuredNode]:
    given = {**roles(PREFIX), "none": {"cluster": []}}
    with ExitStack() as stack:
        try:
            started = stack.enter_context(running_old_node(USERS, given))
        except NodeMissingError as error:
            if os.environ.get("SHOALWATCH_REQUIRE_SERVICES") == "1":
                pytest.fail(f"Elasticsearch 8.19 is required and cannot be started: {error}")
            pytest.skip(f"no Elasticsearch 8.19 for tests: {error}")
        yield started


def settings(node: SecuredNode, user: str, **changed: object) -> SearchSettings:
    given = {
        "search_url": node.url,
        "search_ca_certs": node.certificate,
        "search_username": user,
        "search_password": SecretStr(USERS[user][0]),
        "search_index": PREFIX,
    }
    return SearchSettings.model_validate({**given, **changed})


class TestElasticsearch8(SearchContract):
    @pytest.fixture(scope="class")
    def make_engine(self, node: SecuredNode) -> EngineMaker:
        # The role reaches what begins with sea-articles, so each index is reset instead of named.
        numbers = count()

        def opened(zone: str, knowledge: Knowledge | None = None) -> ElasticsearchEngine:
            prefix = f"{PREFIX}-articles-{next(numbers)}"
            return ElasticsearchEngine(
                settings(node, "writer", search_index=prefix), zone, knowledge
            )

        return opened


@pytest.fixture
def filled(node: SecuredNode) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine(settings(node, "writer"))
    engine.reset()
    engine.index(corpus())
    yield engine
    engine.close()


def test_the_version_is_said(filled: ElasticsearchEngine) -> None:
    assert filled.health().version.startswith("8.19.")


def test_a_reader_searches_and_may_not_write(
    node: SecuredNode, filled: ElasticsearchEngine
) -> None:
    reader = ElasticsearchEngine(settings(node, "reader"))
    assert reader.search(Query(text="南海", facets=("language",))).total == 2
    assert reader.get(article_id("zh-sea")) is not None
    assert reader.health().ok
    writes = (
        lambda: reader.index([make("new")]),
        lambda: reader.delete([article_id("zh-sea")]),
        reader.reset,
        reader.reindex,
    )
    for write in writes:
        with pytest.raises(SearchError, match="unauthorized"):
            write()
    assert filled.count() == 40
    reader.close()


@pytest.mark.parametrize("user", ["writer", "reader"])
def test_nobody_reaches_other_indices(node: SecuredNode, user: str) -> None:
    stranger = ElasticsearchEngine(settings(node, user, search_index="other"))
    for ask in (stranger.count, lambda: stranger.index([make("one")]), stranger.reset):
        with pytest.raises(EnginePermissionError, match="does not let this key or user"):
            ask()
    stranger.close()


def test_a_wrong_password_is_named(node: SecuredNode) -> None:
    wrong = settings(node, "writer", search_password=SecretStr("not it"))
    engine = ElasticsearchEngine(wrong)
    with pytest.raises(EngineCredentialsError, match="SHOALWATCH_SEARCH_USERNAME and _PASSWORD"):
        engine.count()
    health = engine.health()
    assert not health.ok
    assert "does not accept the credentials" in health.message
    assert "not it" not in health.message
    engine.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(node: SecuredNode) -> None:
    engine = ElasticsearchEngine(settings(node, "writer", search_ca_certs=None))
    with pytest.raises(EngineUnreachableError, match="SHOALWATCH_SEARCH_CA_CERTS"):
        engine.count()
    engine.close()


def test_setting_up_needs_someone_who_manages_security(node: SecuredNode) -> None:
    with pytest.raises(EnginePermissionError, match="does not let this key or user"):
        set_up_engine(settings(node, "writer"))
