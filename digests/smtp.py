"""Hand messages to a mail server over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential

from digests.errors import (
    MailDeferredError,
    MailError,
    MailRefusedError,
    MailServerUnreachableError,
)
from digests.settings import DigestSettings

_log = structlog.get_logger()

ATTEMPTS = 3
FIRST_WAIT = 2.0
"""Seconds before the second attempt; doubled before the third."""


class Mailer(Protocol):
    """Takes messages to their recipients."""

    def send(self, mail: EmailMessage) -> None:
        """Return once the mail server took the message. Raises MailError."""
        ...


class NullMailer:
    """A mailer that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def send(self, mail: EmailMessage) -> None:
        """Keep the message."""
        self.sent.append(mail)


class SMTPMailer:
    """Sends by the mail server of the settings, one connection for each message."""

    def __init__(self, settings: DigestSettings, first_wait: float = FIRST_WAIT) -> None:
        if not settings.smtp_host:
            raise MailError("No mail server is set: set SHOALWATCH_SMTP_HOST to send the digest")
        self._settings = settings
        self._host = settings.smtp_host
        self._place = f"{settings.smtp_host}:{settings.port}"
        self._first_wait = first_wait

    def send(self, mail: EmailMessage) -> None:
        """Return once the server took the message; 'later' (4xx) and dead lines are tried 3 times.

        Raises:
            MailRefusedError: The server said no for good, or its certificate is not trusted.
            MailServerUnreachableError: No answer at every attempt.
            MailDeferredError: 'Later' at every attempt.
        """
        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=self._first_wait),
            retry=retry_if_exception(_is_transient),
            before_sleep=self._say_again,
            reraise=True,
        )
        try:
            attempts(self._send_once, mail)
        except (OSError, smtplib.SMTPException) as problem:
            raise self._explained(problem, str(mail["To"])) from problem

    def _send_once(self, mail: EmailMessage) -> None:
        with self._connected() as server:
            if self._settings.smtp_user and self._settings.smtp_password:
                server.login(
                    self._settings.smtp_user, self._settings.smtp_password.get_secret_value()
                )
            server.send_message(mail)

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(
                self._host, settings.port, timeout=settings.smtp_timeout, context=self._trust()
            )
        server = smtplib.SMTP(self._host, settings.port, timeout=settings.smtp_timeout)
        if settings.smtp_security == "starttls":
            try:
                server.starttls(context=self._trust())
            except BaseException:
                server.close()
                raise
        return server

    def _trust(self) -> ssl.SSLContext:
        authority = self._settings.smtp_ca_file
        try:
            return ssl.create_default_context(cafile=str(authority) if authority else None)
        except OSError as problem:
            raise MailRefusedError(
                f"SHOALWATCH_SMTP_CA_FILE names {authority}, which cannot be read as a PEM "
                f"certificate: {problem}"
            ) from problem

    def _say_again(self, state: RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        _log.warning(
            "mail_retry",
            server=self._place,
            attempt=state.attempt_number,
            reason=_reply(problem) if problem else "",
        )

    def _explained(self, problem: Exception, recipient: str) -> MailError:
        said = _reply(problem)
        if isinstance(problem, ssl.SSLCertVerificationError):
            return MailRefusedError(
                f"The certificate of mail server {self._place} is not trusted "
                f"({problem.verify_message}); name its authority in SHOALWATCH_SMTP_CA_FILE"
            )
        if isinstance(problem, smtplib.SMTPNotSupportedError):
            return MailRefusedError(
                f"Mail server {self._place} cannot do what is asked of it ({said}); "
                "check SHOALWATCH_SMTP_SECURITY and SHOALWATCH_SMTP_USER"
            )
        if _is_transient(problem):
            kind = MailDeferredError if _replies(problem) else MailServerUnreachableError
            return kind(
                f"Mail server {self._place} did not take the digest for {recipient} in "
                f"{ATTEMPTS} attempts: {said}; check SHOALWATCH_SMTP_HOST and SHOALWATCH_SMTP_PORT "
                "or try again later"
            )
        return MailRefusedError(
            f"Mail server {self._place} refused the digest for {recipient}: {said}"
        )


def _replies(problem: BaseException) -> list[tuple[int, bytes | str]]:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return list(problem.recipients.values())
    if isinstance(problem, smtplib.SMTPResponseException):
        return [(problem.smtp_code, problem.smtp_error)]
    return []


def _is_transient(problem: BaseException) -> bool:
    """Whether a later attempt may succeed: a 4xx reply (RFC 5321, 4.2.1), or no connection."""
    replies = _replies(problem)
    if replies:
        return all(400 <= code < 500 for code, _ in replies)
    if isinstance(problem, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return False
    if isinstance(problem, smtplib.SMTPException):
        return isinstance(problem, smtplib.SMTPServerDisconnected)
    return isinstance(problem, OSError)


def _reply(problem: BaseException) -> str:
    texts = [
        f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
        for code, said in _replies(problem)
    ]
    return " ".join("; ".join(texts).split())[:300] or str(problem) or type(problem).__name__
