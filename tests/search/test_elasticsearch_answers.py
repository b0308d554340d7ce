"""Answers that a node without security does not give, from a loopback server.

The bodies are shortened from what Elasticsearch 8.19 and 9 answer; the node tests cover the rest.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from search.elasticsearch import ElasticsearchEngine
from search.engine import (
    EngineCredentialsError,
    EnginePermissionError,
    EngineReadOnlyError,
    EngineUnavailableError,
    EngineUnreachableError,
    EngineVersionError,
    Query,
    QueryError,
    SearchError,
)
from search.settings import SearchSettings


class Answering(BaseHTTPRequestHandler):
    status: ClassVar[int] = 200
    body: ClassVar[dict[str, Any]] = {}
    product: ClassVar[str] = "Elasticsearch"
    authorization: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.authorization.append(self.headers.get("Authorization"))
        content = json.dumps(self.body).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
        if self.product:
            self.send_header("X-Elastic-Product", self.product)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[str]:
    Answering.authorization.clear()
    Answering.product = "Elasticsearch"
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def error(kind: str, reason: str) -> dict[str, Any]:
    cause = {"type": kind, "reason": reason}
    return {"error": {"root_cause": [cause], **cause}}


@pytest.mark.parametrize(
    ("status", "body", "expected", "message"),
    [
        (
            401,
            error("security_exception", "unable to authenticate user [me]"),
            EngineCredentialsError,
            "unable to authenticate.*SHOALWATCH_SEARCH_API_KEY",
        ),
        (
            403,
            error("security_exception", "action [indices:data/read/search] is unauthorized"),
            EnginePermissionError,
            "is unauthorized.*role",
        ),
        (
            403,
            error("cluster_block_exception", "blocked by: [FORBIDDEN/8/index write (api)];"),
            EngineReadOnlyError,
            "index write.*Searching goes on",
        ),
        (
            400,
            error("media_type_header_exception", "Accept version must be either version 8 or 7"),
            EngineVersionError,
            "version 8 or 7.*elasticsearch>=8.19,<9",
        ),
        (
            400,
            error("too_many_nested_clauses", "Query contains too many nested clauses"),
            QueryError,
            "too large.*simpler",
        ),
        (
            429,
            error("circuit_breaking_exception", "Data too large"),
            EngineUnavailableError,
            "429: Data too large.*cluster health",
        ),
        (
            503,
            error("search_phase_execution_exception", "all shards failed"),
            EngineUnavailableError,
            "503: all shards failed",
        ),
        (418, {"error": "a teapot"}, SearchError, "418: a teapot"),
    ],
)
def test_answers_are_explained(
    server: str, status: int, body: dict[str, Any], expected: type[SearchError], message: str
) -> None:
    Answering.status, Answering.body = status, body
    engine = ElasticsearchEngine(SearchSettings(search_url=server))
    with pytest.raises(expected, match=message) as caught:
        engine.search(Query(text="reef"))
    assert type(caught.value) is expected
    assert server in str(caught.value) or expected is QueryError
    assert not engine.health().ok
    engine.close()


def test_something_else_that_answers_is_not_taken_for_elasticsearch(server: str) -> None:
    Answering.status, Answering.body, Answering.product = 200, {}, ""
    engine = ElasticsearchEngine(SearchSettings(search_url=server))
    with pytest.raises(EngineVersionError, match="does not say that it is Elasticsearch"):
        engine.count()
    engine.close()


def test_a_certificate_is_asked_for(server: str) -> None:
    engine = ElasticsearchEngine(SearchSettings(search_url=server.replace("http:", "https:")))
    with pytest.raises(EngineUnreachableError, match="SHOALWATCH_SEARCH_CA_CERTS"):
        engine.count()
    engine.close()


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        ({}, None),
        ({"search_api_key": "a2V5"}, "ApiKey a2V5"),
        ({"search_username": "me", "search_password": "word"}, "Basic bWU6d29yZA=="),
    ],
)
def test_credentials_are_sent(server: str, credentials: dict[str, Any], header: str | None) -> None:
    Answering.status, Answering.body = 401, error("security_exception", "no")
    engine = ElasticsearchEngine(SearchSettings(search_url=server, **credentials))
    with pytest.raises(EngineCredentialsError) as caught:
        engine.count()
    assert set(Answering.authorization) == {header}
    assert "word" not in str(caught.value).lower().replace("password", "")
    engine.close()
