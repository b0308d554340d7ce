"""Run-time dependencies: none under the GPL or AGPL, and each pinned without an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement

from tests.conftest import ROOT

OFFERED_ALSO_UNDER = {"tld": "MPL-1.1"}
"""Packages that name the GPL as one of several licences to choose from."""


def closure(name: str, seen: set[str], extras: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the distributions that `name` needs at run time, itself left out, each once."""
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        wanted = [{"extra": extra} for extra in ("", *extras)]
        if needed.marker and not any(needed.marker.evaluate(env) for env in wanted):
            continue
        key = needed.name.lower().replace("_", "-")
        if key not in seen:
            seen.add(key)
            yield key
            yield from closure(key, seen, frozenset(needed.extras))


def licence(name: str) -> str:
    meta = distribution(name).metadata.json
    said = [str(meta.get(key, ""))[:80] for key in ("license_expression", "license")]
    classifiers = [c for c in meta.get("classifier", []) if c.startswith("License")]
    return " ".join([*said, *classifiers])


def test_no_run_time_dependency_is_under_the_gpl() -> None:
    needed = sorted(closure("shoalwatch", set()))
    assert len(needed) > 50
    wrong = {
        name: licence(name)
        for name in needed
        if re.search(r"\bA?GPL|GNU (Affero )?General", licence(name))
        and OFFERED_ALSO_UNDER.get(name, "no other") not in licence(name)
    }
    assert not wrong


def test_every_run_time_dependency_is_pinned_without_an_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE))
    assert len(pins) == len(text.splitlines())
    names = {name.lower().replace("_", "-").replace(".", "-") for name in pins}
    missing = {n.replace(".", "-") for n in closure("shoalwatch", set())} - names
    assert not missing
