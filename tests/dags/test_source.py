"""What can be said of the DAGs without Airflow: they are thin and stand alone."""

from __future__ import annotations

import ast
import sys

from shoalwatch.exit_codes import ExitCode
from tests.conftest import ROOT

SOURCE = (ROOT / "dags" / "shoalwatch_daily.py").read_text(encoding="utf-8")
TREE = ast.parse(SOURCE)


def test_the_dag_needs_nothing_of_ours_so_that_airflow_may_live_elsewhere() -> None:
    names = {a.name for n in ast.walk(TREE) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in ast.walk(TREE) if isinstance(n, ast.ImportFrom)}
    foreign = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert foreign == {"airflow", "psutil"}


def test_the_dag_knows_the_commands_exit_codes() -> None:
    (known,) = (
        ast.literal_eval(node.value)
        for node in TREE.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "(OK, USAGE, PARTLY)"
    )
    assert known == (ExitCode.OK, ExitCode.USAGE, ExitCode.PARTLY)
