"""A real Elasticsearch 8.19 with its launcher: plain, or with TLS, users and roles from files.

Elastic's own distribution for integration tests, from Maven (221 MB). It refuses root, so under
root it runs as `nobody`, from a folder that `nobody` may read.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import yaml
from filelock import FileLock

from tests.certificates import make_certificate
from tests.services.node import NodeMissingError, find_jdk, run_tool, wait_for_port

VERSION = "8.19.21"
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_AS_ROOT = os.geteuid() == 0
# The node lives as long as the pipe on its standard input: however the tests die, it goes.
_LAUNCH = "bin/elasticsearch & cat > /dev/null; kill -KILL 0"


@dataclass(frozen=True, slots=True)
class SecuredNode:
    """Where the node answers, and the certificate to trust (None without TLS)."""

    url: str
    certificate: Path | None


def _program() -> Path:
    """Unpack the distribution once, where the user who runs it may read it."""
    own = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    cache = (Path("/var/tmp") if _AS_ROOT else own) / "shoalwatch"
    cache.mkdir(parents=True, exist_ok=True)
    program = cache / f"elasticsearch-{VERSION}"
    with FileLock(cache / f"elasticsearch-{VERSION}.lock", timeout=900):
        if not program.exists():
            maven = shutil.which("mvn")
            if maven is None:
                raise NodeMissingError("no Maven (mvn) on the path")
            building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
            try:
                goal = "org.apache.maven.plugins:maven-dependency-plugin:copy"
                run_tool([maven, "-B", "-q", goal, f"-Dartifact={_ARTIFACT}",
                          f"-DoutputDirectory={building}"])  # fmt: skip
                _unzip(building / f"elasticsearch-{VERSION}.zip", building)
                building.chmod(0o755)
                (building / f"elasticsearch-{VERSION}").rename(program)
            finally:
                shutil.rmtree(building, ignore_errors=True)
    return program


def _unzip(file: Path, into: Path) -> None:
    """Unpack with the files' modes, which zipfile leaves out."""
    with zipfile.ZipFile(file) as packed:
        for one in packed.infolist():
            unpacked = Path(packed.extract(one, into))
            unpacked.chmod(
                0o755 if unpacked.is_dir() else (one.external_attr >> 16 & 0o755) | 0o444
            )


def _certificate(config: Path) -> Path:
    """Make the node's key and certificate; gives the certificate's file."""
    certificate = config / "http.crt"
    make_certificate(certificate, config / "http.key")
    return certificate


def _settings(run: Path, *, secured: bool) -> dict[str, object]:
    made: dict[str, object] = {
        "path.data": str(run / "data"),
        "path.logs": str(run / "logs"),
        "discovery.type": "single-node",
        "node.portsfile": True,
        "http.host": "127.0.0.1",
        "http.port": 0,
        "transport.host": "127.0.0.1",
        "transport.port": 0,
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "cluster.info.update.interval": "1h",
        "xpack.security.enabled": secured,
    }
    if secured:
        made |= {
            "xpack.security.http.ssl.enabled": True,
            "xpack.security.http.ssl.key": "http.key",
            "xpack.security.http.ssl.certificate": "http.crt",
        }
    return made


def _configure(
    program: Path, run: Path, users: Mapping[str, tuple[str, str]], roles: Mapping[str, object]
) -> Path | None:
    """Write the configuration folder; users are passwords and roles by name."""
    config = run / "config"
    shutil.copytree(program / "config", config)
    settings = _settings(run, secured=bool(users))
    (config / "elasticsearch.yml").write_text(yaml.safe_dump(settings))
    # Through JSON: Elasticsearch reads each role apart, and cannot follow YAML's references.
    (config / "roles.yml").write_text(yaml.safe_dump(json.loads(json.dumps(dict(roles)))))
    certificate = _certificate(config) if users else None
    environment = _environment(run)
    for name, (password, role) in users.items():
        tool = program / "bin" / "elasticsearch-users"
        command = [str(tool), "useradd", name, "-p", password, "-r", role]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NodeMissingError(f"no user could be made: {done.stdout}{done.stderr}")
    return certificate


def _environment(run: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(run),
        "ES_JAVA_HOME": str(find_jdk()),
        "ES_PATH_CONF": str(run / "config"),
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
        "ES_TMPDIR": str(run / "tmp"),
    }


def _own(run: Path) -> None:
    """Hand the run's folder to the user that the node runs as."""
    if _AS_ROOT:
        nobody = pwd.getpwnam("nobody")
        for path in (run, *run.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


@contextmanager
def running_old_node(
    users: Mapping[str, tuple[str, str]] | None = None,
    roles: Mapping[str, object] | None = None,
) -> Iterator[SecuredNode]:
    """Start a node: with users it has TLS and security, without it has neither.

    Raises NodeMissingError where it cannot be started.
    """
    program = _program()
    run = Path(tempfile.mkdtemp(prefix="shoalwatch-elasticsearch8-"))
    (run / "logs").mkdir()
    (run / "tmp").mkdir()
    certificate = _configure(program, run, users or {}, roles or {})
    _own(run)
    spare = pwd.getpwnam("nobody") if _AS_ROOT else None
    with (run / "output.log").open("wb") as output:
        node = subprocess.Popen(
            ["/bin/sh", "-c", _LAUNCH],
            cwd=program,
            env=_environment(run),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=spare and spare.pw_uid,
            group=spare and spare.pw_gid,
            extra_groups=[] if spare else None,
        )
    try:
        address = wait_for_port(node, run).removeprefix("http://")
        yield SecuredNode(f"{'https' if users else 'http'}://{address}", certificate)
    finally:
        if node.stdin:
            with suppress(OSError):
                node.stdin.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(node.pid, signal.SIGKILL)
        node.wait(timeout=30)
        shutil.rmtree(run, ignore_errors=True)
