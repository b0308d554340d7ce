"""Airflow for the DAG's tests, which live in an environment of their own (`make airflow-test`)."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh folder for Airflow; skips, or fails where SHOALWATCH_REQUIRE_AIRFLOW is 1."""
    if importlib.util.find_spec("airflow") is None:
        missing = "Airflow is not installed in this environment: make airflow-test has one"
        if os.environ.get("SHOALWATCH_REQUIRE_AIRFLOW") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    home = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(home))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        patch.setenv("AIRFLOW__CORE__UNIT_TEST_MODE", "False")
        yield home
