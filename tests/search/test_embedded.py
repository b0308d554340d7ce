"""The embedded engine keeps the promise."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from tests.search.contract import EngineMaker, SearchContract


class TestEmbedded(SearchContract):
    @pytest.fixture(scope="class")
    def make_engine(self, tmp_path_factory: pytest.TempPathFactory) -> EngineMaker:
        home: Path = tmp_path_factory.mktemp("engines")
        numbers = count()
        return lambda zone: EmbeddedEngine(home / str(next(numbers)), zone)
