from __future__ import annotations

import socket
from datetime import date, timedelta

import pytest

from digests.deliver import deliver
from digests.errors import (
    MailAddressError,
    MailDeferredError,
    MailRefusedError,
    MailServerUnreachableError,
)
from digests.ledger import MemoryLedger
from digests.render import Rendered
from digests.settings import DigestSettings
from digests.smtp import ATTEMPTS, NullMailer, SMTPMailer
from tests.digests.mail_servers import Mailbox, serving
from tests.digests.samples import DAY, NOON

SENDER = "watch@desk.example"
ONE, TWO = "one@desk.example", "two@desk.example"


def rendered(day: date = DAY) -> Rendered:
    return Rendered(day=day, subject="Digest", text="text", html="<p>html</p>", left_out=0)


def test_each_reader_gets_a_mail_of_their_own_once() -> None:
    mailer, ledger = NullMailer(), MemoryLedger()
    first = deliver(rendered(), SENDER, [ONE, TWO, ONE], mailer, ledger, NOON)
    second = deliver(rendered(), SENDER, [ONE, TWO], mailer, ledger, NOON)
    assert [d.outcome for d in first] == ["sent", "sent"]
    assert [d.outcome for d in second] == ["already_sent", "already_sent"]
    assert [str(m["To"]) for m in mailer.sent] == [ONE, TWO]


def test_another_day_and_a_new_reader_are_served() -> None:
    mailer, ledger = NullMailer(), MemoryLedger()
    deliver(rendered(), SENDER, [ONE], mailer, ledger, NOON)
    next_day = deliver(rendered(DAY + timedelta(days=1)), SENDER, [ONE], mailer, ledger, NOON)
    late = deliver(rendered(), SENDER, [ONE, TWO], mailer, ledger, NOON)
    assert [d.outcome for d in (*next_day, *late)] == ["sent", "already_sent", "sent"]
    assert len({m["Message-ID"] for m in mailer.sent}) == 3


def test_one_readers_failure_keeps_nobody_from_theirs_and_can_be_made_good() -> None:
    box, ledger = Mailbox({ONE: ["550 Mailbox full"]}), MemoryLedger()
    with serving(box) as port:
        mailer = SMTPMailer(
            DigestSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
        )
        first = deliver(rendered(), SENDER, [ONE, TWO], mailer, ledger, NOON)
        second = deliver(rendered(), SENDER, [ONE, TWO], mailer, ledger, NOON)
    assert [d.outcome for d in first] == ["failed", "sent"]
    assert isinstance(first[0].error, MailRefusedError)
    assert "550 Mailbox full" in str(first[0].error)
    assert [d.outcome for d in second] == ["sent", "already_sent"]
    assert [str(m["To"]) for m in box.mails] == [TWO, ONE]
    assert first[0].message_id == second[0].message_id


def test_a_mail_that_was_sent_but_not_entered_goes_again_under_the_same_id() -> None:
    mailer = NullMailer()
    deliver(rendered(), SENDER, [ONE], mailer, MemoryLedger(), NOON)
    deliver(rendered(), SENDER, [ONE], mailer, MemoryLedger(), NOON)
    first, again = mailer.sent
    assert first["Message-ID"] == again["Message-ID"]


def test_a_server_that_is_down_is_not_asked_again_for_each_reader() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = DigestSettings(
            smtp_host="127.0.0.1",
            smtp_port=silent.getsockname()[1],
            smtp_security="none",
            smtp_timeout=0.05,
        )
        done = deliver(
            rendered(), SENDER, [ONE, TWO], SMTPMailer(settings, 0.001), MemoryLedger(), NOON
        )
        silent.setblocking(False)
        asked = [silent.accept() for _ in range(ATTEMPTS)]
        with pytest.raises(BlockingIOError):
            silent.accept()
    for connection, _ in asked:
        connection.close()
    assert [d.outcome for d in done] == ["failed", "failed"]
    assert isinstance(done[1].error, MailServerUnreachableError)


def test_later_for_one_reader_is_no_reason_to_skip_the_next() -> None:
    box = Mailbox({ONE: ["451 Greylisted"] * 9})
    with serving(box) as port:
        settings = DigestSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
        mailer = SMTPMailer(settings, first_wait=0.001)
        done = deliver(rendered(), SENDER, [ONE, TWO], mailer, MemoryLedger(), NOON)
    assert [d.outcome for d in done] == ["failed", "sent"]
    assert isinstance(done[0].error, MailDeferredError)


def test_an_impossible_reader_is_refused_before_anything_is_sent() -> None:
    mailer = NullMailer()
    with pytest.raises(MailAddressError):
        deliver(rendered(), SENDER, [ONE, "nobody"], mailer, MemoryLedger(), NOON)
    assert mailer.sent == []
