"""E-mail addresses that can stand in a header without breaking out of it."""

from __future__ import annotations

from email.headerregistry import Address
from email.policy import SMTP

from digests.errors import MailAddressError


def parse_address(text: str) -> Address:
    """Return the one address in `text` ('a@b.example' or 'Name <a@b.example>').

    Raises:
        MailAddressError: Not exactly one address with a domain, or control characters in it.
    """
    problem = f"{text[:200]!r} is no e-mail address; write one like 'name@example.org'"
    if not text.isprintable():
        raise MailAddressError(problem)
    header = SMTP.header_factory("To", text)
    found: tuple[Address, ...] = header.addresses
    if header.defects or len(found) != 1 or not (found[0].username and found[0].domain):
        raise MailAddressError(problem)
    return found[0]
