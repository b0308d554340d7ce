"""Least-privilege roles for Shoalwatch in Elasticsearch, and API keys that are bound to them.

Two roles: the writer runs `crawl`, `tag`, `index`, `engine reindex`; the reader only searches. Both
reach Shoalwatch's own indices and nothing else. Creating them needs a user who may manage security
(`manage_security`), once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

READER = "shoalwatch_reader"
WRITER = "shoalwatch_writer"


@dataclass(frozen=True, slots=True)
class Keys:
    """API keys in the encoded form that SHOALWATCH_SEARCH_API_KEY takes."""

    writer: str
    reader: str


def roles(prefix: str) -> dict[str, dict[str, Any]]:
    """Describe both roles for the indices that begin with this prefix.

    `monitor` is what `shoalwatch doctor` and `engine health` need; `view_index_metadata` shows the
    format of the index. The writer manages its own indices and the templates they are made from.
    """
    names = [f"{prefix}-articles*"]
    reading = ["read", "view_index_metadata", "monitor"]
    return {
        READER: {
            "cluster": ["monitor"],
            "indices": [{"names": names, "privileges": reading}],
        },
        WRITER: {
            "cluster": ["monitor", "manage_index_templates"],
            "indices": [
                {
                    "names": names,
                    "privileges": [*reading, "write", "create_index", "delete_index", "manage"],
                }
            ],
        },
    }


def set_up(client: Elasticsearch, prefix: str) -> Keys:
    """Create or replace both roles, and make a new API key for each."""
    keys = {}
    for name, role in roles(prefix).items():
        client.security.put_role(name=name, **role)
        made = client.security.create_api_key(
            name=f"{name}-{prefix}", role_descriptors={name: role}
        )
        keys[name] = str(made["encoded"])
    return Keys(writer=keys[WRITER], reader=keys[READER])
