from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.errors import SettingsError
from shoalwatch.settings import known_variables, load_settings, overridden
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_need_no_setting() -> None:
    settings = load_settings()
    assert settings.storage.archive == str(Path("shoalwatch-data") / "archive")
    assert overridden(settings) == {}


def test_an_unknown_setting_is_refused_with_the_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOALWATCH_SERCH_URL", "http://x")
    with pytest.raises(SettingsError, match=r"SERCH_URL: did you mean SHOALWATCH_SEARCH_URL\?"):
        load_settings()


def test_an_unknown_setting_in_the_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOALWATCH_COLOUR_OF_SEA=blue\n")
    with pytest.raises(SettingsError, match="Unknown setting SHOALWATCH_COLOUR_OF_SEA"):
        load_settings()


def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOALWATCH_CRAWL_DELAY", "soon")
    with pytest.raises(SettingsError, match=r"SHOALWATCH_CRAWL_DELAY: .*number"):
        load_settings()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("10.1.0.0/33", "'10.1.0.0/33' is no network: give it like 10.1.0.0/16"),
        ("10.1.0.300", "'10.1.0.300' is no host"),
        ("http://10.1.0.3", "'http://10.1.0.3' is no host"),
        ("nas:8080", "'nas:8080' is no host"),
        ("", "'' is no host"),
    ],
)
def test_a_private_host_that_is_none_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, entry: str, said: str
) -> None:
    monkeypatch.setenv("SHOALWATCH_ALLOWED_PRIVATE_HOSTS", json.dumps(["10.0.0.0/8", entry]))
    with pytest.raises(SettingsError, match=f"ALLOWED_PRIVATE_HOSTS: Value error, {said}"):
        load_settings()


def test_private_hosts_and_networks_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = ["Intranet.example.", "my_nas", "10.1.0.5/16", "::1", "fd00::/8", "báo.example"]
    monkeypatch.setenv("SHOALWATCH_ALLOWED_PRIVATE_HOSTS", json.dumps(given))
    assert load_settings().crawl.allowed_private_hosts == (
        "intranet.example",
        "my_nas",
        "10.1.0.5/16",
        "::1",
        "fd00::/8",
        "xn--bo-mia.example",
    )


def test_the_env_file_is_read_and_secrets_are_hidden(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOALWATCH_HOME=data\nSHOALWATCH_SEARCH_API_KEY=very-secret\n")
    shown = overridden(load_settings())
    assert shown["SHOALWATCH_HOME"] == "data"
    assert "very-secret" not in str(shown)


def test_every_setting_is_documented_with_its_description() -> None:
    page = " ".join((ROOT / "docs" / "settings.md").read_text(encoding="utf-8").split())
    for variable, description in known_variables().items():
        assert description, f"{variable} has no description"
        assert f"`{variable}`" in page
        assert " ".join(description.replace("|", "\\|").split()) in page


def test_no_secret_has_a_default() -> None:
    settings = load_settings()
    assert settings.search.search_api_key is None
    assert settings.search.search_password is None
    assert settings.digest.smtp_password is None


def test_an_empty_line_in_the_env_file_leaves_the_default(tmp_path: Path) -> None:
    names = "\n".join(f"{name}=" for name in known_variables())
    (tmp_path / ".env").write_text(names)
    assert load_settings().crawl.crawl_delay == pytest.approx(1.0)
    assert load_settings().storage.home == Path("shoalwatch-data")
