"""Settings of the digest: who gets it, over which mail server, and how much it holds."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from articles.errors import SettingsError
from articles.settings import FROM_ENVIRONMENT
from digests.addresses import parse_address
from digests.grouping import ALIKE
from digests.names import REGION_LANGUAGES

SMTPSecurity = Literal["none", "starttls", "tls"]
_PORTS: dict[SMTPSecurity, int] = {"none": 25, "starttls": 587, "tls": 465}

WordList = Annotated[tuple[str, ...], NoDecode]
"""Several values in one variable, separated by commas."""


class DigestSettings(BaseSettings):
    """Whom the digest goes to and how."""

    model_config = FROM_ENVIRONMENT

    digest_to: WordList = Field(
        default=(),
        description="Recipients, separated by commas; each gets a mail of their own. "
        "Empty: the digest is only written to a folder",
    )
    digest_from: str = Field(
        default="Shoalwatch <shoalwatch@localhost>",
        description="Sender, as an address or 'Name <address>'",
    )
    digest_limit: int = Field(
        default=25, ge=0, description="Items shown in each category; 0 shows all"
    )
    digest_languages: WordList = Field(
        default=REGION_LANGUAGES,
        description="Languages that ought to be covered, separated by commas; "
        "the digest says which of them no working source covers",
    )
    digest_searches: WordList = Field(
        default=("*",),
        description="Saved searches whose new results have a section in the digest, separated by "
        "commas; * is all of them, empty is none",
    )
    digest_alike: float = Field(
        default=ALIKE,
        ge=50,
        le=100,
        description="Similarity of two titles, in percent, from which they are shown as one item",
    )
    smtp_host: str | None = Field(default=None, description="Mail server; unset: nothing is sent")
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="Port of the mail server; by SMTP_SECURITY 587, 465 or 25 if unset",
    )
    smtp_security: SMTPSecurity = Field(
        default="starttls",
        description="'starttls' and 'tls' encrypt; 'none' only for a server on this machine "
        "or one that asks for no password",
    )
    smtp_user: str | None = Field(default=None, description="Name to log in to the mail server")
    smtp_password: SecretStr | None = Field(
        default=None, description="Password for SMTP_USER; never sent unencrypted to another host"
    )
    smtp_ca_file: Path | None = Field(
        default=None,
        description="PEM file of the authority that signed the mail server's certificate, "
        "where the system does not know it",
    )
    smtp_timeout: float = Field(
        default=30.0, gt=0, description="Seconds to wait for each answer of the mail server"
    )

    @field_validator("digest_to", "digest_languages", "digest_searches", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return (
            tuple(filter(None, map(str.strip, value.split(","))))
            if isinstance(value, str)
            else value
        )

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        for address in (*self.digest_to, self.digest_from):
            parse_address(address)
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise SettingsError(
                "SHOALWATCH_SMTP_USER and SHOALWATCH_SMTP_PASSWORD go together, and only one of "
                "them is set; set both, or neither for a server without log-in"
            )
        if self.smtp_password and self.smtp_security == "none" and not self._on_this_machine:
            raise SettingsError(
                f"SHOALWATCH_SMTP_PASSWORD would travel unencrypted to {self.smtp_host}: "
                "set SHOALWATCH_SMTP_SECURITY to 'starttls' or 'tls'"
            )
        return self

    @property
    def port(self) -> int:
        """The mail server's port, by the kind of security where none is set."""
        return self.smtp_port or _PORTS[self.smtp_security]

    @property
    def _on_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.smtp_host or "").is_loopback
        except ValueError:
            return self.smtp_host == "localhost"
