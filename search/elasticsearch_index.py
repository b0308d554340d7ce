"""Shoalwatch's indices in Elasticsearch: templates, one index a month, aliases, generations.

    shoalwatch-articles                        alias: what is searched
    shoalwatch-articles-v3-000001-2026.11      articles first seen in November 2026 (UTC)
    shoalwatch-articles-next                   alias: a generation that is being built
    shoalwatch-articles-previous               alias: the one before, kept to go back to

All months of a generation share a running number and a token. `first_seen` never changes, so an
article's id never lives in two months. Writers name the index; a generation that is being built is
written to as well, and becomes the searched one by moving all aliases in one step.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from articles.record import Article
from search.engine import IndexBrokenError, IndexFormatError
from search.mapping import FORMAT, MAPPING_VERSION, elasticsearch_mapping

_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


@dataclass(frozen=True, slots=True)
class Generation:
    """The indices of one generation: its running number, and its indices by name.

    `pattern` names them all in a request: a server takes addresses of 4,096 bytes, which the names
    of eight years fill.
    """

    number: int
    indices: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What there is: generations by role, and every index of ours with its aliases."""

    current: Generation | None
    building: Generation | None
    previous: Generation | None
    aliases: dict[str, frozenset[str]]

    @property
    def written(self) -> list[Generation]:
        """Generations that every write must reach."""
        return [one for one in (self.current, self.building) if one is not None]


def month_of(article: Article) -> str:
    """Return the month in whose index an article lives: 2026.11."""
    return article.first_seen.astimezone(UTC).strftime("%Y.%m")


class ArticleIndex:
    """Finds, creates and replaces the indices of one name prefix."""

    def __init__(self, client: Elasticsearch, prefix: str, where: str) -> None:
        self._client = client
        self._where = where
        self.alias = f"{prefix}-articles"
        self.building_alias = f"{self.alias}-next"
        self.previous_alias = f"{self.alias}-previous"

    def _number(self, name: str) -> int:
        found = re.match(rf"{re.escape(self.alias)}-v\d+-(\d{{6}})", name)
        return int(found[1]) if found else 0

    def _generation(self, number: int, names: Sequence[str]) -> Generation:
        return Generation(number, tuple(names), f"{self.alias}-v*-{number:06d}-*")

    def layout(self) -> Layout:
        """Look at all indices and aliases of ours, in one request."""
        there = self._client.indices.get_alias(index=f"{self.alias}-v*").body
        aliases = {name: frozenset(one.get("aliases", {})) for name, one in there.items()}

        def with_alias(alias: str) -> Generation | None:
            names = sorted(name for name, mine in aliases.items() if alias in mine)
            return self._generation(self._number(names[0]), names) if names else None

        return Layout(
            with_alias(self.alias),
            with_alias(self.building_alias),
            with_alias(self.previous_alias),
            aliases,
        )

    def refresh(self) -> None:
        """Make what was written visible, also in a generation that is being built."""
        both = [self.alias, self.building_alias]
        self._client.indices.refresh(index=both, ignore_unavailable=True)

    def install_templates(self) -> None:
        """Put the component templates and the index template that combines them."""
        parts = {
            f"{self.alias}-settings": {"settings": _SETTINGS},
            f"{self.alias}-mappings": {"mappings": elasticsearch_mapping()},
        }
        meta = {"made_by": "shoalwatch", "format": FORMAT}
        for name, template in parts.items():
            self._client.cluster.put_component_template(name=name, template=template, meta=meta)
        self._client.indices.put_index_template(
            name=self.alias,
            index_patterns=[f"{self.alias}-v*"],
            composed_of=list(parts),
            priority=200,
            # An index that a late write made by itself would be behind no alias: never found.
            allow_auto_create=False,
            meta=meta,
        )

    def _create(self, name: str, token: str, alias: str) -> None:
        mark = {"_meta": {"generation": token, "format": FORMAT}}
        try:
            self._client.indices.create(index=name, mappings=mark, aliases={alias: {}})
        except BadRequestError as error:
            if "resource_already_exists" not in str(error):
                raise

    def _name(self, number: int, month: str) -> str:
        return f"{self.alias}-v{MAPPING_VERSION}-{number:06d}-{month}"

    def index_for(self, generation: Generation, month: str) -> str:
        """Return the index of a month, made where it is missing."""
        name = self._name(generation.number, month)
        if name in generation.indices:
            return name
        token = str(self._mark(generation.indices[0])["generation"])
        self._create(name, token, self._role(self.layout(), generation.number))
        # The generation may have become current meanwhile: then the new index must be searched.
        now = self.layout()
        role = self._role(now, generation.number)
        if role not in now.aliases.get(name, frozenset()):
            self._client.indices.put_alias(index=name, name=role)
        return name

    def _role(self, layout: Layout, number: int) -> str:
        building = layout.building is not None and layout.building.number == number
        return self.building_alias if building else self.alias

    def _mark(self, index: str) -> dict[str, Any]:
        found = self._client.indices.get_mapping(index=index)
        return dict(next(iter(found.body.values()))["mappings"].get("_meta") or {})

    def meta(self) -> dict[str, Any] | None:
        """Read token and format of the generation that is searched; None where there is none."""
        try:
            found = self._client.indices.get_mapping(index=self.alias)
        except NotFoundError:
            return None
        marks = [dict(one["mappings"].get("_meta") or {}) for one in found.body.values()]
        tokens = {str(mark.get("generation")) for mark in marks}
        if len(tokens) != 1 or "generation" not in marks[0]:
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
            self.install_templates()
            layout = self.layout()
            if layout.current is None:
                number = max(map(self._number, layout.aliases), default=0) + 1
                self._create(self._name(number, _this_month()), uuid.uuid4().hex, self.alias)
            return
        if mark.get("format") != FORMAT:
            raise IndexFormatError(
                f"The index '{self.alias}' in Elasticsearch at {self._where} has format "
                f"{mark.get('format')}; this version reads {FORMAT}: run `shoalwatch engine "
                "reindex`, or `shoalwatch index --rebuild` to make it anew from the archive"
            )

    def begin(self) -> Generation:
        """Return the generation that is being built, begun where there is none of this format.

        Deletes indices behind no alias, which an interrupted swap leaves, and a generation of
        another format that was being built.
        """
        self.install_templates()
        layout = self.layout()
        self.delete([name for name, aliases in layout.aliases.items() if not aliases])
        if layout.building is not None:
            if self._mark(layout.building.indices[0]).get("format") == FORMAT:
                return layout.building
            self.delete(layout.building.indices)
        number = max(map(self._number, layout.aliases), default=0) + 1
        name = self._name(number, _this_month())
        self._create(name, uuid.uuid4().hex, self.building_alias)
        return self._generation(number, [name])

    def swap(self) -> None:
        """Make the generation that is being built the searched one; the old one stays aside."""
        layout = self.layout()
        if layout.building is None:
            raise IndexBrokenError(
                f"Nothing is being built beside '{self.alias}' at {self._where}: another process "
                "has finished or stopped it"
            )
        number = layout.building.number
        built = [name for name in layout.aliases if self._number(name) == number]
        old = [] if layout.current is None else layout.current.indices
        self._move({self.alias: built, self.previous_alias: old}, layout)
        self.delete([] if layout.previous is None else layout.previous.indices)

    def roll_back(self) -> None:
        """Search the generation before again; the present one stays aside."""
        layout = self.layout()
        if layout.previous is None or layout.current is None:
            raise IndexBrokenError(
                f"There is no generation before the present one of '{self.alias}' at "
                f"{self._where} to go back to"
            )
        roles = {self.alias: layout.previous.indices, self.previous_alias: layout.current.indices}
        self._move(roles, layout)

    def _move(self, roles: Mapping[str, Sequence[str]], layout: Layout) -> None:
        """Set aliases to exactly these indices, in one step."""
        remove = [
            {"remove": {"index": name, "alias": alias}}
            for name, aliases in layout.aliases.items()
            for alias in aliases
        ]
        add = [
            {"add": {"index": name, "alias": alias}}
            for alias, names in roles.items()
            for name in names
        ]
        self._client.indices.update_aliases(actions=[*remove, *add])

    def delete(self, names: Sequence[str]) -> None:
        """Delete indices by name, a few at a time."""
        for start in range(0, len(names), 20):
            some = list(names[start : start + 20])
            self._client.options(ignore_status=404).indices.delete(index=some)

    def replace(self) -> None:
        """Make an empty index, move the alias to it in one step, and delete the old ones."""
        self.install_templates()
        layout = self.layout()
        number = max(map(self._number, layout.aliases), default=0) + 1
        made = self._name(number, _this_month())
        self._create(made, uuid.uuid4().hex, self.building_alias)
        self._move({self.alias: [made]}, self.layout())
        self.delete(list(layout.aliases))


def _this_month() -> str:
    return datetime.now(UTC).strftime("%Y.%m")
