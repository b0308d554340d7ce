"""YAML that remembers its lines, so that a wrong value can be pointed at."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import yaml

Path = tuple[Hashable, ...]


class PositionedYAML:
    """A YAML document: its plain value, and the line on which each part of it stands.

    Aliases are refused. Lists of aliases of lists multiply: a file of 500 bytes can stand for more
    parts than memory holds, and who reads the value goes through all of them.
    """

    def __init__(self, text: str) -> None:
        """Parse a document.

        Raises:
            yaml.YAMLError: it is no YAML, has an alias, a date or number that cannot be, or a key
                that stands twice in a mapping.
            RecursionError: it has brackets within brackets, hundreds deep.
        """
        self._lines: dict[Path, int] = {(): 1}
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            self.value = loader.construct_document(node) if node else None
        finally:
            loader.dispose()
        if node:
            self._walk(node, ())

    def line(self, path: Sequence[Any]) -> int:
        """Return the line of a part, or of the nearest part around it; counted from 1.

        Steps of the path that name no part (a union's tag in a pydantic location) are passed over.
        """
        place: Path = ()
        for step in path:
            if (*place, step) in self._lines:
                place = (*place, step)
        return self._lines[place]

    def _walk(self, node: yaml.Node, place: Path) -> None:
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                self._walk(child, (*place, index))
        elif isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                here = (*place, key.value)
                if here in self._lines:
                    raise yaml.MarkedYAMLError(
                        problem=f"key {key.value!r} stands twice", problem_mark=key.start_mark
                    )
                self._lines[here] = key.start_mark.line + 1
                self._walk(child, here)


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"alias *{alias.anchor}: write out what it stands for, or put a text that "
                "begins with * between quotes",
                problem_mark=alias.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError) as problem:
            # what looks like a date or a number and is none: 2026-13-45, !!int ''
            raise yaml.MarkedYAMLError(
                problem=str(problem), problem_mark=node.start_mark
            ) from problem
