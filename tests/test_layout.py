"""The house: imports point one way, modules stay small, names say what is inside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_IMPORT: dict[str, set[str]] = {
    "articles": set(),
    "crawlers": {"articles"},
    "models": {"articles"},
    "search": {"articles"},
    "digests": {"articles", "search"},
    "shoalwatch": {"articles", "crawlers", "models", "search", "digests"},
    "dags": {"shoalwatch"},
}
FORBIDDEN_NAMES = {"utils", "common", "helpers", "base", "manager", "misc"}
MAX_LINES = 400
MAX_FUNCTION_LINES = 40


def modules(*packages: str) -> list[Path]:
    found = [p for package in packages or MAY_IMPORT for p in (ROOT / package).rglob("*.py")]
    return sorted(p for p in found if "versions" not in p.parts)


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    assert modules(package), f"{package}/ has no modules"
    wrong = {
        (str(module.relative_to(ROOT)), name)
        for module in modules(package)
        for name in imported(module)
        if name in {*MAY_IMPORT, "tests", "benchmarks"} - MAY_IMPORT[package] - {package}
    }
    assert not wrong


def test_no_run_time_module_imports_torch_or_airflow() -> None:
    wrong = [
        str(module.relative_to(ROOT))
        for module in modules("articles", "crawlers", "models", "search", "digests", "shoalwatch")
        if module.relative_to(ROOT).parts[:2] != ("models", "training")
        and {"torch", "airflow"} & set(imported(module))
    ]
    assert not wrong


def test_modules_are_small_and_named_for_what_they_hold() -> None:
    checked = modules() + modules("tests", "benchmarks")
    long = {
        str(m.relative_to(ROOT)): lines
        for m in checked
        if (lines := len(m.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long
    assert not [m for m in checked if m.stem in FORBIDDEN_NAMES]


def test_functions_are_short() -> None:
    long = [
        f"{module.relative_to(ROOT)}:{node.lineno} {node.name}"
        for module in modules()
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long
