"""Shoalwatch's index in Elasticsearch: template, concrete index, alias, generation.

Searches and writes go to the alias (`shoalwatch-articles`); behind it stands a concrete index whose
name carries the mapping's version and a running number (`shoalwatch-articles-v1-000001`). Making
the index anew creates the next number and moves the alias in one step.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from search.engine import IndexBrokenError, IndexFormatError
from search.mapping import FORMAT, MAPPING_VERSION, elasticsearch_mapping

_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


class ArticleIndex:
    """Finds, creates and replaces the index of one name prefix."""

    def __init__(self, client: Elasticsearch, prefix: str, where: str) -> None:
        self._client = client
        self._where = where
        self.alias = f"{prefix}-articles"

    def _install_template(self) -> None:
        self._client.indices.put_index_template(
            name=self.alias,
            index_patterns=[f"{self.alias}-v*"],
            template={"settings": _SETTINGS, "mappings": elasticsearch_mapping()},
            priority=200,
            meta={"made_by": "shoalwatch", "format": FORMAT},
        )

    def _create(self, number: int, aliases: dict[str, Any]) -> str:
        name = f"{self.alias}-v{MAPPING_VERSION}-{number:06d}"
        mark = {"_meta": {"generation": uuid.uuid4().hex, "format": FORMAT}}
        self._client.indices.create(index=name, mappings=mark, aliases=aliases)
        return name

    def meta(self) -> dict[str, Any] | None:
        """Read generation and format of the index behind the alias; None where there is none."""
        try:
            found = self._client.indices.get_mapping(index=self.alias)
        except NotFoundError:
            return None
        marks = [dict(one["mappings"].get("_meta") or {}) for one in found.body.values()]
        if len(marks) != 1 or "generation" not in marks[0]:
            raise IndexBrokenError(
                f"'{self.alias}' in Elasticsearch at {self._where} is no index of Shoalwatch's: "
                "set SHOALWATCH_SEARCH_INDEX to a name that nothing else uses"
            )
        return marks[0]

    def ensure(self) -> None:
        """Create the index where there is none. Raises IndexFormatError for one of another version.

        Two processes may do this at once: the second finds the first one's index.
        """
        mark = self.meta()
        if mark is None:
            self._install_template()
            try:
                self._create(1, {self.alias: {"is_write_index": True}})
            except BadRequestError as error:
                if "resource_already_exists" not in str(error):
                    raise
            return
        if mark.get("format") != FORMAT:
            raise IndexFormatError(
                f"The index '{self.alias}' in Elasticsearch at {self._where} has format "
                f"{mark.get('format')}; this version reads {FORMAT}: "
                "run `shoalwatch index --rebuild` to make it anew from the archive"
            )

    def replace(self) -> None:
        """Make an empty index, move the alias to it in one step, and delete the old ones."""
        self._install_template()
        names = self._client.indices.get(index=f"{self.alias}-v*", features="aliases").body
        numbers = [int(m[1]) for name in names if (m := re.search(r"-(\d{6})$", name))]
        made = self._create(max(numbers, default=0) + 1, {})
        moves: list[dict[str, Any]] = [
            {"remove": {"index": name, "alias": self.alias, "must_exist": False}} for name in names
        ]
        moves.append({"add": {"index": made, "alias": self.alias, "is_write_index": True}})
        self._client.indices.update_aliases(actions=moves)
        if names:
            self._client.indices.delete(index=list(names))
