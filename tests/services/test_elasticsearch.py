"""The Elasticsearch engine keeps the promise, on a real node."""

from __future__ import annotations

import pytest

from tests.search.contract import SearchContract
from tests.search.contract_fixtures import EngineMaker

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("elasticsearch")]


class TestElasticsearch(SearchContract):
    @pytest.fixture(scope="class")
    def make_engine(self, make_engine: EngineMaker) -> EngineMaker:
        return make_engine
