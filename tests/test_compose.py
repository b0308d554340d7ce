"""docker-compose.yml, Dockerfile and .env.example, checked without a Docker engine."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from shoalwatch.settings import FREE_PREFIXES, known_variables
from tests.conftest import ROOT

COMPOSE = ROOT / "docker-compose.yml"
TEXT = COMPOSE.read_text(encoding="utf-8")
WHOLE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = WHOLE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
each_service = pytest.mark.parametrize("name", SERVICES)


def asked_for(text: str) -> set[str]:
    """Names of the variables that a compose file takes from .env."""
    return set(re.findall(r"(?<!\$)\$\{(\w+)", text))


def offered() -> dict[str, str]:
    """Variables of .env.example with their values."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_file_keeps_to_the_compose_specification() -> None:
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            COMPOSE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_the_schema_would_find_a_slip(tmp_path: Path) -> None:
    slip = tmp_path / "docker-compose.yml"
    slip.write_text(TEXT.replace("healthcheck:", "health_check:", 1), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", slip],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode != 0
    assert "health_check" in checked.stdout


@each_service
def test_versions_are_pinned(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image
    assert re.fullmatch(r"v?\d+(\.\d+)+(-[a-z]+)?", tag)


@each_service
def test_ports_are_for_this_machine_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


@each_service
def test_each_service_tells_how_it_is_or_why_not(name: str) -> None:
    service = SERVICES[name]
    if service["restart"] == "no":
        assert service["labels"]["shoalwatch.why-no-healthcheck"]
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@each_service
def test_each_service_runs_with_little_power(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


def test_all_but_elastics_own_run_on_a_read_only_disk() -> None:
    writable = {name for name, service in SERVICES.items() if not service.get("read_only")}
    assert writable == {"elasticsearch", "kibana"}


@each_service
def test_services_wait_for_what_exists_and_is_checked(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        ends = SERVICES[other]["restart"] == "no"
        wanted = "service_completed_successfully" if ends else "service_healthy"
        assert wait["condition"] == wanted


def test_every_variable_is_explained_without_a_value() -> None:
    assert set(offered()) == asked_for(TEXT)
    assert set(offered().values()) == {""}
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in offered():
        assert re.search(rf"^#.+\n{name}=$", text, re.MULTILINE), f"{name} has no comment"


def test_no_variable_has_a_default_and_each_says_what_is_missing() -> None:
    assert re.findall(r"(?<!\$)\$\{\w+(?!\w|:\?\w)", TEXT) == []


def test_secrets_are_written_nowhere_else() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|_KEY|TOKEN", key):
                assert str(value).startswith("${"), f"{name}: {key}"
    assert not re.search(r"PASSWORD|SECRET|TOKEN|FERNET", DOCKERFILE)


def test_only_settings_that_shoalwatch_knows_are_set() -> None:
    known = known_variables()
    for service in SERVICES.values():
        for key in service.get("environment", {}):
            if key.startswith("SHOALWATCH_") and service["image"].startswith("shoalwatch"):
                assert key in known, key
    for name in offered():
        assert not name.startswith("SHOALWATCH_") or name in known or name.startswith(FREE_PREFIXES)


def test_mounted_files_and_volumes_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (
                (ROOT / source).exists() if source.startswith(".") else source in WHOLE["volumes"]
            )
    assert {str(script.relative_to(ROOT)) for script in (ROOT / "docker").iterdir()} == set(
        re.findall(r"docker/[\w-]+\.sh", TEXT + DOCKERFILE)
    )


def test_the_images_run_without_root_and_are_pinned() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    finals = {stage.split(" AS ")[1].split()[0]: stage for stage in stages}
    for target in ("shoalwatch", "airflow"):
        assert re.findall(r"^USER (.+)$", finals[target], re.MULTILINE)[-1] == "10001:10001"
        assert "HEALTHCHECK" in finals[target]
    assert re.search(r"^ARG PYTHON=3\.\d+\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    targets = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert targets == {"shoalwatch", "airflow"}


def test_what_the_dockerfile_copies_reaches_the_builder() -> None:
    let_in = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert {path for line in copied for path in line.split()} == let_in
    assert [path for path in sorted(let_in) if not (ROOT / path).exists()] == []
    assert ".env" not in let_in


class _Elasticsearch(BaseHTTPRequestHandler):
    """Takes down what the setup asks of Elasticsearch."""

    asked: list[tuple[str, str, str, dict[str, Any]]] = []  # noqa: RUF012 - one server a test

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        user = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.asked.append((self.command, self.path, user, json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_PUT = do_POST = _take  # noqa: N815 - http.server names them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elasticsearch() -> Iterator[str]:
    _Elasticsearch.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Elasticsearch)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_setup_of_elasticsearch_takes_any_password(elasticsearch: str) -> None:
    passwords = {
        "ELASTIC_PASSWORD": 'a"b\\c',
        "KIBANA_PASSWORD": "k $(id) `id` 'x'",
        "SHOALWATCH_SEARCH_PASSWORD": '密\\"码',
    }
    done = subprocess.run(
        ["sh", ROOT / "docker" / "elasticsearch-setup.sh"],
        env={"PATH": "/usr/bin:/bin", "ELASTICSEARCH_URL": elasticsearch} | passwords,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kibana, role, user = _Elasticsearch.asked
    assert {asked[2] for asked in _Elasticsearch.asked} == {'elastic:a"b\\c'}
    assert kibana[1:2] + kibana[3:] == (
        "/_security/user/kibana_system/_password",
        {"password": "k $(id) `id` 'x'"},
    )
    assert role[3]["indices"] == [{"names": ["shoalwatch-*"], "privileges": ["all"]}]
    assert (user[1], user[3]) == (
        "/_security/user/shoalwatch",
        {"password": '密\\"码', "roles": ["shoalwatch"]},
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_setup_fails_without_a_password() -> None:
    done = subprocess.run(
        ["sh", ROOT / "docker" / "elasticsearch-setup.sh"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "ELASTIC_PASSWORD" in done.stderr


def test_airflows_pins_name_no_place() -> None:
    lines = (ROOT / "constraints-airflow.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", pin) for pin in pins)
    assert any(pin.startswith("apache-airflow==3.3.") for pin in pins)
