from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from digests.errors import (
    MailDeferredError,
    MailError,
    MailRefusedError,
    MailServerUnreachableError,
)
from digests.mail import message
from digests.render import Rendered
from digests.settings import DigestSettings
from digests.smtp import ATTEMPTS, SMTPMailer
from tests.digests.mail_servers import Mailbox, certificate, login, serving
from tests.digests.samples import DAY, NOON

READER = "analyst@desk.example"
MAIL = message(
    Rendered(day=DAY, subject="南海", text="Tëxt", html="<p>ทะเล</p>", left_out=0),
    "watch@desk.example",
    READER,
    NOON,
)


def mailer(port: int, **settings: Any) -> SMTPMailer:
    chosen: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
    } | settings
    return SMTPMailer(DigestSettings(**chosen), first_wait=0.001)


def test_mail_arrives_whole() -> None:
    with serving(box := Mailbox()) as port:
        mailer(port).send(MAIL)
    (got,) = box.mails
    assert (got["Subject"], got["Message-ID"]) == ("南海", MAIL["Message-ID"])
    html = got.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>ทะเล</p>"


def test_starttls_with_a_private_authority_and_log_in(tmp_path: Path) -> None:
    public, context = certificate(tmp_path)
    options = login("watch", "s3cret-pass") | {"tls_context": context, "require_starttls": True}
    with serving(box := Mailbox(), **options) as port:
        mailer(
            port,
            smtp_security="starttls",
            smtp_ca_file=public,
            smtp_user="watch",
            smtp_password="s3cret-pass",
        ).send(MAIL)
    assert box.secured == [True]


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    public, context = certificate(tmp_path)
    with serving(box := Mailbox(), ssl_context=context) as port:
        mailer(port, smtp_security="tls", smtp_ca_file=public).send(MAIL)
    assert [str(mail["Subject"]) for mail in box.mails] == ["南海"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_unknown_certificate_is_not_trusted(tmp_path: Path, security: str) -> None:
    _, context = certificate(tmp_path)
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with (
        serving(box := Mailbox(), **options) as port,
        pytest.raises(MailRefusedError, match=r"not trusted .*SHOALWATCH_SMTP_CA_FILE"),
    ):
        mailer(port, smtp_security=security).send(MAIL)
    assert box.mails == []


def test_a_certificate_file_that_is_none_is_named(tmp_path: Path) -> None:
    with (
        serving(Mailbox()) as port,
        pytest.raises(
            MailRefusedError, match=r"CA_FILE names .*missing\.pem, which cannot be read"
        ),
    ):
        mailer(port, smtp_security="starttls", smtp_ca_file=tmp_path / "missing.pem").send(MAIL)


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear() -> None:
    with (
        serving(box := Mailbox()) as port,
        pytest.raises(MailRefusedError, match=r"cannot do what is asked.*SHOALWATCH_SMTP_SECURITY"),
    ):
        mailer(port, smtp_security="starttls").send(MAIL)
    assert box.mails == []


def test_a_wrong_password_is_told_without_showing_it(tmp_path: Path) -> None:
    public, context = certificate(tmp_path)
    options = login("watch", "right") | {"tls_context": context}
    with (
        serving(box := Mailbox(), **options) as port,
        pytest.raises(MailRefusedError, match=r"refused the digest for .*: 535") as raised,
    ):
        mailer(
            port,
            smtp_security="starttls",
            smtp_ca_file=public,
            smtp_user="watch",
            smtp_password="wr0ng-secret",
        ).send(MAIL)
    assert "wr0ng-secret" not in str(raised.value)
    assert box.mails == []


def test_a_refused_recipient_is_named_with_the_servers_words_and_not_asked_again() -> None:
    with (
        serving(box := Mailbox({READER: ["550 No such user here"] * 9})) as port,
        pytest.raises(
            MailRefusedError,
            match=rf"127.0.0.1:{port} refused the digest for {READER}: 550 No such user here",
        ),
    ):
        mailer(port).send(MAIL)
    assert box.asked == 1


def test_later_is_asked_again_and_then_taken() -> None:
    with serving(box := Mailbox({READER: ["451 Greylisted"]})) as port, capture_logs() as logs:
        mailer(port).send(MAIL)
    assert (len(box.mails), box.asked) == (1, 2)
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("mail_retry", "451 Greylisted")
    ]


def test_always_later_is_given_up_after_three_attempts() -> None:
    with (
        serving(box := Mailbox({READER: ["451 Greylisted"] * 9})) as port,
        pytest.raises(MailDeferredError, match=r"in 3 attempts: 451 Greylisted; check"),
    ):
        mailer(port).send(MAIL)
    assert box.asked == ATTEMPTS


def test_a_dead_port_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(MailServerUnreachableError, match=rf"127.0.0.1:{port} .*refused.*SMTP_HOST"):
        mailer(port).send(MAIL)


def test_a_server_that_hangs_up_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Thread(target=hang_up, args=(listener, ATTEMPTS))
        stop.start()
        with pytest.raises(MailServerUnreachableError, match="in 3 attempts"):
            mailer(listener.getsockname()[1]).send(MAIL)
        stop.join()


def hang_up(listener: socket.socket, times: int) -> None:
    for _ in range(times):
        listener.accept()[0].close()


def test_a_server_that_says_nothing_is_given_up_after_the_timeout() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(MailServerUnreachableError, match="timed out"),
    ):
        mailer(listener.getsockname()[1], smtp_timeout=0.05).send(MAIL)


def test_without_a_server_the_setting_is_named() -> None:
    with pytest.raises(MailError, match="set SHOALWATCH_SMTP_HOST"):
        SMTPMailer(DigestSettings())
