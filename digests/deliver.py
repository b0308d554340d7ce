"""Send a day's digest to each recipient once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict

from digests.errors import MailError
from digests.ledger import Ledger
from digests.mail import message
from digests.render import Rendered
from digests.smtp import Mailer

_log = structlog.get_logger()


class Delivery(BaseModel):
    """How the digest fared with one recipient; `error` tells why it failed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    recipient: str
    outcome: Literal["sent", "already_sent", "failed"]
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

    One recipient's failure does not keep the others from theirs: it is reported, not raised.

    Raises:
        MailAddressError: The sender or a recipient is no e-mail address; nothing was sent to
            that recipient or to those after.
    """
    return tuple(
        _deliver_one(rendered, sender, recipient, mailer, ledger, now)
        for recipient in dict.fromkeys(recipients)
    )


def _deliver_one(
    rendered: Rendered, sender: str, recipient: str, mailer: Mailer, ledger: Ledger, now: datetime
) -> Delivery:
    if ledger.was_sent(rendered.day, recipient):
        return Delivery(recipient=recipient, outcome="already_sent")
    mail = message(rendered, sender, recipient, now)
    name = str(mail["Message-ID"])
    try:
        mailer.send(mail)
    except MailError as problem:
        _log.error("digest_not_sent", recipient=recipient, reason=str(problem))
        return Delivery(recipient=recipient, outcome="failed", message_id=name, error=problem)
    ledger.record(rendered.day, recipient, name)
    _log.info("digest_sent", recipient=recipient, message_id=name)
    return Delivery(recipient=recipient, outcome="sent", message_id=name)
