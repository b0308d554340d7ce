"""Connect to the Elasticsearch that the settings name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from articles.errors import SettingsError
from search.settings import SearchSettings


def _with_port(url: str) -> str:
    """Write the scheme's port out: the client insists on one."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise SettingsError(
            "SHOALWATCH_SEARCH_URL must not contain a user or password (addresses end up in logs): "
            "use SHOALWATCH_SEARCH_USERNAME and SHOALWATCH_SEARCH_PASSWORD"
        )
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = 0
    if not parts.hostname or not port:
        raise SettingsError(f"SHOALWATCH_SEARCH_URL has no valid host and port: {url!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"


def _credentials(settings: SearchSettings) -> dict[str, Any]:
    key, password = settings.search_api_key, settings.search_password
    if key is not None and settings.search_username is not None:
        raise SettingsError(
            "Both SHOALWATCH_SEARCH_API_KEY and SHOALWATCH_SEARCH_USERNAME are set: unset one"
        )
    if (settings.search_username is None) != (password is None):
        raise SettingsError(
            "SHOALWATCH_SEARCH_USERNAME and SHOALWATCH_SEARCH_PASSWORD go together: set both"
        )
    if key is not None:
        return {"api_key": key.get_secret_value()}
    if settings.search_username is not None and password is not None:
        return {"basic_auth": (settings.search_username, password.get_secret_value())}
    return {}


def connect(settings: SearchSettings) -> tuple[Elasticsearch, str]:
    """Make a client, without asking the server anything yet; also return its address for messages.

    Raises SettingsError for settings that contradict each other.
    """
    if settings.search_url is None:
        raise SettingsError("SHOALWATCH_SEARCH_URL is not set: nothing to connect to")
    url = _with_port(settings.search_url)
    options = _credentials(settings)
    if settings.search_ca_certs is not None:
        if not url.startswith("https:"):
            raise SettingsError("SHOALWATCH_SEARCH_CA_CERTS needs an https SHOALWATCH_SEARCH_URL")
        if not settings.search_ca_certs.is_file():
            raise SettingsError(f"SHOALWATCH_SEARCH_CA_CERTS: no file {settings.search_ca_certs}")
        options["ca_certs"] = str(settings.search_ca_certs)
    client = Elasticsearch(
        url,
        request_timeout=settings.search_timeout,
        max_retries=2,
        retry_on_timeout=True,
        retry_on_status=(502, 503, 504),
        **options,
    )
    return client, url
