"""The digest as an e-mail message, and as files."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from articles.whole_files import write_whole
from digests.addresses import parse_address
from digests.cleaning import clean
from digests.errors import DigestError
from digests.render import Rendered

MAX_SUBJECT = 200

# Not every server passes 8-bit bodies on; this encodes them (base64 or quoted-printable).
_POLICY = SMTP.clone(cte_type="7bit")


class WrittenFiles(BaseModel):
    """Where the digest was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    eml: Path
    html: Path


def message(rendered: Rendered, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """Return the digest as a message with a text and an HTML part.

    The Message-ID depends on the day, the sender's domain and the recipient only, so that a mail
    sent again is known as the same one.

    Raises:
        MailAddressError: `sender` or `recipient` is no e-mail address.
    """
    from_address, to_address = parse_address(sender), parse_address(recipient)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = from_address
    mail["To"] = to_address
    mail["Subject"] = clean(rendered.subject, MAX_SUBJECT)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(rendered.day, from_address, to_address)
    mail["List-Id"] = f"Shoalwatch digest <shoalwatch-digest.{from_address.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(rendered.text, charset="utf-8")
    mail.add_alternative(rendered.html, subtype="html", charset="utf-8")
    mail.set_boundary(_boundary(rendered))
    return mail


def _boundary(rendered: Rendered) -> str:
    # Of the content, so that a replay gives the same bytes and no text can hold its own boundary.
    return f"=_{hashlib.sha256((rendered.text + rendered.html).encode()).hexdigest()[:40]}"


def message_id(day: date, sender: Address, recipient: Address) -> str:
    """Return the Message-ID (RFC 5322) of a day's digest to one recipient."""
    token = hashlib.sha256(recipient.addr_spec.casefold().encode()).hexdigest()[:20]
    return f"<digest.{day.isoformat()}.{token}@{sender.domain}>"


def write(
    folder: Path, rendered: Rendered, sender: str, recipient: str, now: datetime
) -> WrittenFiles:
    """Write the day's digest as `digest-<day>.eml` and `.html` into the folder, replacing them.

    Raises:
        DigestError: The folder cannot be written to.
        MailAddressError: `sender` or `recipient` is no e-mail address.
    """
    mail = message(rendered, sender, recipient, now)
    stem = folder / f"digest-{rendered.day.isoformat()}"
    files = WrittenFiles(eml=stem.with_suffix(".eml"), html=stem.with_suffix(".html"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(files.eml, mail.as_bytes())
        write_whole(files.html, rendered.html)
    except OSError as problem:
        raise DigestError(
            f"The digest of {rendered.day} cannot be written to {folder}: {problem.strerror}; "
            "name a folder that can be written to"
        ) from problem
    return files
