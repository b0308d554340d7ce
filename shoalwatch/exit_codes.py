"""The exit codes of every command, as `docs/exit_codes.md` and the Airflow DAG know them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the number says that a command ends with."""

    OK = 0
    """All done."""
    FAILED = 1
    """Something foreseen went wrong; the message says what to do."""
    USAGE = 2
    """A wrong command line, setting, catalogue or query: trying again does not help."""
    PARTLY = 3
    """Done, but some sources failed: the report says which and why."""
    LOCKED = 4
    """Another command is at the same work; the message says which."""
    UNREACHABLE = 5
    """A service (search engine, mail server) does not answer: try again later."""
    BUG = 70
    """Something unforeseen: the traceback belongs in a bug report."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; run the same command again to go on."""
