from __future__ import annotations

import os
from typing import Any

import pytest
from pydantic import ValidationError

from articles.errors import SettingsError
from digests.errors import MailAddressError
from digests.settings import DigestSettings

SECRET = {"smtp_user": "watch", "smtp_password": "hunter2-hunter2"}


def test_nothing_needs_to_be_set_and_no_secret_has_a_default() -> None:
    settings = DigestSettings()
    assert (settings.digest_to, settings.smtp_host, settings.smtp_password) == ((), None, None)
    assert {"en", "zh", "th"} <= set(settings.digest_languages)


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOALWATCH_DIGEST_TO", "a@b.example, c@d.example,")
    monkeypatch.setenv("SHOALWATCH_DIGEST_LANGUAGES", "th,km")
    settings = DigestSettings()
    assert settings.digest_to == ("a@b.example", "c@d.example")
    assert settings.digest_languages == ("th", "km")


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DigestSettings.model_fields:
        monkeypatch.setitem(os.environ, f"SHOALWATCH_{name.upper()}", "")
    assert DigestSettings() == DigestSettings(_env_file=None)
    assert DigestSettings().smtp_port is None


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_port_follows_the_security(security: Any, port: int) -> None:
    assert DigestSettings(smtp_security=security).port == port
    assert DigestSettings(smtp_security=security, smtp_port=2525).port == 2525


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.5", "128.0.0.1"])
def test_a_password_is_never_sent_in_the_clear_to_another_machine(host: str) -> None:
    with pytest.raises(SettingsError, match=rf"unencrypted to {host}: .*SMTP_SECURITY") as raised:
        DigestSettings(smtp_host=host, smtp_security="none", **SECRET)  # type: ignore[arg-type]
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_on_this_machine_a_password_may_go_in_the_clear(host: str) -> None:
    assert DigestSettings(smtp_host=host, smtp_security="none", **SECRET).smtp_user  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["smtp_user", "smtp_password"])
def test_user_and_password_go_together(name: str) -> None:
    with pytest.raises(SettingsError, match="go together, and only one of them is set"):
        DigestSettings(**{name: SECRET[name]})  # type: ignore[arg-type]


def test_the_password_is_not_printed() -> None:
    settings = DigestSettings(smtp_host="mail.example", **SECRET)  # type: ignore[arg-type]
    assert "hunter2" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("name", ["digest_to", "digest_from"])
def test_addresses_are_checked_at_the_start(name: str) -> None:
    with pytest.raises(MailAddressError, match="'nobody' is no e-mail address"):
        DigestSettings(**{name: "nobody"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"), [("digest_limit", -1), ("smtp_port", 0), ("smtp_security", "ssl")]
)
def test_values_out_of_range_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        DigestSettings(**{name: value})
