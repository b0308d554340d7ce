"""YAML that remembers its lines, so that a wrong value can be pointed at."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import yaml

Path = tuple[Hashable, ...]


class PositionedYAML:
    """A YAML document: its plain value, and the line on which each part of it stands."""

    def __init__(self, text: str) -> None:
        """Parse a document.

        Raises:
            yaml.YAMLError: it is no YAML, or a key stands twice in a mapping.
        """
        self._lines: dict[Path, int] = {(): 1}
        loader = yaml.SafeLoader(text)
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
