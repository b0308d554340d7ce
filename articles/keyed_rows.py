"""Rows of the state database by their keys: looked up and replaced by statements made once.

Making a statement takes SQLAlchemy longer than SQLite takes to answer it, and a crawl asks for each
page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Select, Table, bindparam, delete, insert, select


@cache
def by_key(table: Table, *key: str) -> Select[Any]:
    """Return the query for the rows in which the columns `key` have the values it is run with."""
    return select(table).where(*(table.c[name] == bindparam(name) for name in key))


@cache
def _deletion(table: Table, *key: str) -> Delete:
    return delete(table).where(*(table.c[name] == bindparam(name) for name in key))


def replace(
    connection: Connection,
    table: Table,
    key: tuple[str, ...],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Replace the rows of these keys, in a way that every database of SQLAlchemy's knows.

    Of several rows with one key the last counts.
    """
    by_its_key = {tuple(row[name] for name in key): row for row in rows}
    if by_its_key:
        gone = [dict(zip(key, values, strict=True)) for values in by_its_key]
        remove(connection, table, key, gone)
        connection.execute(insert(table), list(by_its_key.values()))


def remove(
    connection: Connection,
    table: Table,
    key: tuple[str, ...],
    rows: list[dict[str, Any]],
) -> None:
    """Remove the rows of these keys, if they are there."""
    if rows:
        connection.execute(_deletion(table, *key), rows)
