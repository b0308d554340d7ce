"""Fixtures for all tests: the network closed except loopback, and the shared real material."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C and hands that on to our children, whom tests stop so.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the machine's own Shoalwatch settings, so that a test sees only what it sets."""
    for name in [n for n in os.environ if n.startswith("SHOALWATCH_")]:
        if not name.startswith(("SHOALWATCH_TEST_", "SHOALWATCH_REQUIRE_")):
            monkeypatch.delenv(name)


class ClosedNetworkError(OSError):
    """A test tried to reach an address that is not loopback."""


@pytest.fixture(autouse=True, scope="session")
def _closed_network() -> Iterator[None]:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host and not host.startswith(("127.", "::1", "localhost")):
            raise ClosedNetworkError(f"the test suite runs with the network closed: {address!r}")
        return real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout; the test skips where it is missing."""
    folder = Path(os.environ.get("SHOALWATCH_TEST_SHARED", ROOT.parent / "shared"))
    if not (folder / "pages" / "gold.jsonl").exists():
        pytest.skip(f"no shared real material at {folder}")
    return folder
