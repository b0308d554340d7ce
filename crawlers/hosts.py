"""Hosts and networks, as people write them in the catalogue and in settings."""

from __future__ import annotations

import ipaddress
import re

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def as_host(given: str) -> str:
    """Return a host as it stands in addresses: in small letters, its name in IDNA.

    Raises:
        ValueError: it is no host name and no IP address, but an address, a pattern or the like.
    """
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        name = _in_idna(given)
    # A name whose last part is a number would be an IP address, and is none.
    if not _NAME.fullmatch(name) or name.rpartition(".")[2].isdigit():
        raise ValueError(
            f"{given!r} is no host: give its name alone, like news.example, "
            "without scheme, port and path"
        )
    return name


def as_host_or_network(given: str) -> str:
    """Return a host as `as_host` does, or a network (CIDR) as it is given. Raises ValueError."""
    try:
        ipaddress.ip_network(given, strict=False)
    except ValueError:
        if "/" in given and "://" not in given:
            raise ValueError(f"{given!r} is no network: give it like 10.1.0.0/16") from None
        return as_host(given)
    return given


def _in_idna(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:  # a part of it is empty or too long
        return ""
