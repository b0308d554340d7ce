"""Send a day's digest to each recipient once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict

from digests.errors import MailDeferredError, MailError, MailServerUnreachableError
from digests.ledger import Ledger
from digests.mail import message
from digests.render import Rendered
from digests.smtp import Mailer

_log = structlog.get_logger()

Outcome = Literal["sent", "already_sent", "failed"]


class Delivery(BaseModel):
    """How the digest fared with one recipient; `error` tells why it failed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    recipient: str
    outcome: Outcome
    message_id: str = ""
    error: MailError | None = None


def deliver(
    rendered: Rendered,
    sender: str,
    recipients: Sequence[str],
    mailer: Mailer,
    ledger: Ledger,
    now: datetime,
) -> tuple[Delivery, ...]:
    """Send the digest to every recipient that the ledger does not name; return what came of each.

    One recipient's failure does not keep the others from theirs: it is reported, not raised. A
    server that does not answer at all is not asked again for the others: that would only take
    longer.

    Raises:
        MailAddressError: The sender or a recipient is no e-mail address; nothing was sent.
    """
    mails = {to: message(rendered, sender, to, now) for to in recipients}
    delivered: list[Delivery] = []
    dead: MailError | None = None
    for recipient, mail in mails.items():
        if ledger.was_sent(rendered.day, recipient):
            delivered.append(Delivery(recipient=recipient, outcome="already_sent"))
            continue
        problem = dead or _problem(mailer, mail)
        dead = problem if _is_dead_server(problem) else None
        if problem is None:
            ledger.record(rendered.day, recipient, str(mail["Message-ID"]))
        delivered.append(_reported(recipient, mail, problem))
    return tuple(delivered)


def _problem(mailer: Mailer, mail: EmailMessage) -> MailError | None:
    try:
        mailer.send(mail)
    except MailError as problem:
        return problem
    return None


def _is_dead_server(problem: MailError | None) -> bool:
    return isinstance(problem, MailServerUnreachableError) and not isinstance(
        problem, MailDeferredError
    )


def _reported(recipient: str, mail: EmailMessage, problem: MailError | None) -> Delivery:
    name = str(mail["Message-ID"])
    if problem:
        _log.error("digest_not_sent", recipient=recipient, reason=str(problem))
    else:
        _log.info("digest_sent", recipient=recipient, message_id=name)
    outcome: Outcome = "failed" if problem else "sent"
    return Delivery(recipient=recipient, outcome=outcome, message_id=name, error=problem)
