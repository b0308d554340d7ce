"""Sessions in environments of their own: `nox -s elasticsearch8`."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"


@nox.session(reuse_venv=True)
def elasticsearch8(session: nox.Session) -> None:
    """Run the search tests with client 8.19 on a real Elasticsearch 8.19 with TLS and roles."""
    session.install("--constraint", "constraints.txt", "--editable", ".[dev]")
    session.install("elasticsearch>=8.19,<9")
    session.run("pytest", "-rs", "tests/services/test_elasticsearch8.py", *session.posargs)
