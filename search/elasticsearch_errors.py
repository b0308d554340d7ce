"""Turn what the Elasticsearch client raises into errors that say which, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from search.calendar_buckets import TOO_MANY
from search.engine import (
    EngineCredentialsError,
    EnginePermissionError,
    EngineReadOnlyError,
    EngineUnavailableError,
    EngineUnreachableError,
    EngineVersionError,
    IndexBrokenError,
    QueryError,
    SearchError,
)

BLOCK = "cluster_block_exception"
"""Elasticsearch's name for a refused write, with status 403 or 429 depending on the cause."""


def reason_of(error: ApiError) -> tuple[str, str]:
    """Read type and reason of the deepest cause that the answer names."""
    body = error.body if isinstance(error.body, dict) else {}
    cause = body.get("error")
    if not isinstance(cause, dict):
        return "", str(cause or error.message)[:300]
    causes = [cause, *cause.get("root_cause", [])[:1]]
    kinds = [str(c.get("type", "")) for c in causes]
    nested = cause.get("caused_by")
    if isinstance(nested, dict):
        kinds.append(str(nested.get("type", "")))
    return " ".join(kinds), str(causes[-1].get("reason") or cause.get("reason"))[:300]


def read_only(where: str, reason: str) -> EngineReadOnlyError:
    """Explain a blocked write."""
    return EngineReadOnlyError(
        f"Elasticsearch at {where} refuses to write: {reason}. If its disk is nearly full, free "
        "space (the block then lifts itself); else lift the index's block in its settings. "
        "Searching goes on."
    )


def _by_status(where: str, error: ApiError) -> SearchError:
    kind, reason = reason_of(error)
    status = error.meta.status
    if BLOCK in kind:
        return read_only(where, reason)
    if status == 401:
        return EngineCredentialsError(
            f"Elasticsearch at {where} does not accept the credentials ({reason}): check "
            "SHOALWATCH_SEARCH_API_KEY, or SHOALWATCH_SEARCH_USERNAME and _PASSWORD"
        )
    if status == 403:
        return EnginePermissionError(
            f"Elasticsearch at {where} does not let this key or user do that ({reason}): give it "
            "a role with the rights on Shoalwatch's indices, or use another key"
        )
    return _by_kind(where, status, kind, reason)


def _by_kind(where: str, status: int, kind: str, reason: str) -> SearchError:
    if "media_type_header" in kind or "compatible-with" in reason:
        return EngineVersionError(
            f"Elasticsearch at {where} is of a major version that the installed client does not "
            f"talk to ({reason}): install the client of the server's major version, "
            "`pip install 'elasticsearch>=8.19,<9'` for both 8.19 and 9"
        )
    if "too_many_buckets" in kind:
        return QueryError(TOO_MANY)
    if "too_many" in kind or "max_clause" in reason:
        return QueryError(f"Elasticsearch finds the query too large ({reason}): make it simpler")
    if "index_not_found" in kind:
        return IndexBrokenError(
            f"Elasticsearch at {where} has lost Shoalwatch's index ({reason}): "
            "run `shoalwatch index --rebuild` to make it anew from the archive"
        )
    if status in (408, 429, 502, 503, 504):
        return EngineUnavailableError(
            f"Elasticsearch at {where} answers, but cannot serve the index now ({status}: "
            f"{reason}): look at its cluster health (red or overloaded) and try again"
        )
    return SearchError(f"Elasticsearch at {where} refused the request ({status}: {reason})")


def _unreachable(where: str, error: TransportError) -> EngineUnreachableError:
    if isinstance(error, TlsError):
        cure = "set SHOALWATCH_SEARCH_CA_CERTS to the PEM file of the authority that signed it"
        return EngineUnreachableError(
            f"The certificate of Elasticsearch at {where} is not trusted ({error.message}): {cure}"
        )
    cause = "no answer in time" if isinstance(error, ConnectionTimeout) else error.message
    return EngineUnreachableError(
        f"No Elasticsearch answers at {where} ({cause}): start it, or correct "
        "SHOALWATCH_SEARCH_URL, or unset it to use the embedded engine"
    )


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise the SearchError that fits instead of the client's error; `where` is the address."""
    try:
        yield
    except UnsupportedProductError as error:
        raise EngineVersionError(
            f"What answers at {where} does not say that it is Elasticsearch 8 or 9: "
            "correct SHOALWATCH_SEARCH_URL"
        ) from error
    except ApiError as error:
        raise _by_status(where, error) from error
    except (NoConnection, ConnectionTimeout) as error:
        raise _unreachable(where, error) from error
    except TransportError as error:
        raise SearchError(f"Elasticsearch at {where} cannot be asked: {error.message}") from error
