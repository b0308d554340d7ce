"""The promise that a day's digest goes to a recipient once, and its keeper in memory.

A digest is entered after the server took it, not before: a crash in between sends it a second
time (under the same Message-ID, so that mailboxes can tell), where the other order would lose
it without a word. A digest too many is the lesser harm.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol


class Ledger(Protocol):
    """Remembers which day's digest went to whom. `articles.state` keeps it in the database."""

    def was_sent(self, day: date, recipient: str) -> bool:
        """Say whether the mail server took this day's digest for this recipient."""
        ...

    def record(self, day: date, recipient: str, message_id: str) -> None:
        """Enter that the mail server took it; entering it twice is no error."""
        ...


class MemoryLedger:
    """A ledger that forgets when the process ends: for tests and for sends by hand."""

    def __init__(self) -> None:
        self._sent: dict[tuple[date, str], str] = {}

    def was_sent(self, day: date, recipient: str) -> bool:
        """Say whether this day's digest was entered for this recipient."""
        return (day, recipient) in self._sent

    def record(self, day: date, recipient: str, message_id: str) -> None:
        """Enter a digest as sent."""
        self._sent.setdefault((day, recipient), message_id)
