"""Real mail servers on loopback for the tests, with and without TLS."""

from __future__ import annotations

import ssl
from asyncio.base_events import Server
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.certificates import make_certificate


class Mailbox:
    """Takes mail, or answers as it is told: `replies` by recipient, each used once, then taken."""

    def __init__(self, replies: dict[str, list[str]] | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.secured: list[bool] = []
        self.asked = 0
        self._replies = replies or {}

    async def handle_RCPT(  # noqa: N802 (aiosmtpd names it)
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        waiting = self._replies.get(address, [])
        if waiting:
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = BytesParser(policy=default).parsebytes(content)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.secured.append(session.ssl is not None)
        return "250 Taken"


class AnyPortController(Controller):
    """aiosmtpd's server on a free port: port 0 is known only once it listens."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Run a mail server for the block; gives its port."""
    controller = AnyPortController(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def login(user: str, password: str) -> dict[str, Any]:
    """Options of a server that wants this name and password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = data == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return {"authenticator": check, "auth_required": True}


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a self-signed certificate for 127.0.0.1; gives its file and the server's context."""
    public, private = folder / "server.pem", folder / "server.key"
    make_certificate(public, private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
