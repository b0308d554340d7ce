"""A real Elasticsearch node for tests, from Maven artifacts: no Docker, one download.

The program (server core and HTTP transport, 44 MB) is put together once, in the user's cache.
Each node has data in a temporary folder and a loopback port of its own, and dies with the tests.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

VERSION = "9.5.3"
OLDEST_JAVA = 21
START_SECONDS = 180.0
_ARTIFACTS = ("org.elasticsearch:elasticsearch", "org.elasticsearch.plugin:transport-netty4")
_STARTER = Path(__file__).with_name("StartNode.java")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>shoalwatch</groupId><artifactId>node</artifactId><version>1</version>
<dependencies>{dependencies}</dependencies></project>"""
_DESCRIPTOR = f"""name=transport-netty4
description=HTTP and transport over Netty
version={VERSION}
elasticsearch.version={VERSION}
java.version={OLDEST_JAVA}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
modulename=org.elasticsearch.transport.netty4
"""
_NATIVE_MODULES = (
    "org.elasticsearch.foreign",
    "org.elasticsearch.nativeaccess",
    "org.apache.lucene.core",
)
_FLAGS = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=" + ",".join(_NATIVE_MODULES),
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
)


class NodeMissingError(Exception):
    """No node can be started here; the message names what is missing."""


def find_jdk(system: Path = Path("/usr/lib/jvm")) -> Path:
    """Find a JDK of version 21 or newer: JAVA_HOME, the one on the path, the system's."""
    javac = shutil.which("javac")
    places = [
        *([Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []),
        *([Path(javac).resolve().parent.parent] if javac else []),
        *sorted(system.glob("*"), reverse=True),
    ]
    for place in places:
        with suppress(OSError):
            version = re.search(
                r'^JAVA_VERSION="(\d+)', (place / "release").read_text(), re.MULTILINE
            )
            if version and int(version[1]) >= OLDEST_JAVA and (place / "bin/javac").exists():
                return place
    raise NodeMissingError(f"no JDK of version {OLDEST_JAVA} or newer (set JAVA_HOME)")


def run_tool(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise NodeMissingError(f"{Path(command[0]).name} failed ({done.returncode}): {said}")


def _fetch_jars(into: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NodeMissingError("no Maven (mvn) on the path")
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{VERSION}</version></dependency>"
        for group, artifact in (name.split(":") for name in _ARTIFACTS)
    )
    pom = into.parent / "pom.xml"
    pom.write_text(_POM.format(dependencies=dependencies))
    goal = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
    run_tool([maven, "-B", "-q", "-f", pom, goal, f"-DoutputDirectory={into}"])


def _put_together(program: Path, jdk: Path) -> None:
    """Lay the jars out as a server that finds its transport among its modules."""
    for name in ("lib", "config", "plugins", "native", "classes"):
        (program / name).mkdir(parents=True)
    _fetch_jars(program / "lib")
    netty = program / "modules" / "transport-netty4"
    netty.mkdir(parents=True)
    (netty / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    for jar in sorted((program / "lib").glob("*.jar")):
        if jar.name.startswith(("netty-", "transport-netty4", "elasticsearch-ssl-config")):
            jar.rename(netty / jar.name)
    for library in sorted(Path("/usr/lib").glob("*/libzstd.so.1"))[:1]:
        (program / "native" / "libzstd.so").symlink_to(library)
    classes = program / "classes"
    run_tool([jdk / "bin/javac", "-cp", f"{program}/lib/*", "-d", classes, _STARTER])


def program_folder(jdk: Path) -> Path:
    """Put the program together in the cache folder, once, however many processes ask."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "shoalwatch"
    recipe = "".join([_STARTER.read_text(), _DESCRIPTOR, _POM, *_ARTIFACTS]).encode()
    program = cache / f"elasticsearch-{VERSION}-{hashlib.sha256(recipe).hexdigest()[:8]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"elasticsearch-{VERSION}.lock", timeout=900):
        if not program.exists():
            building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
            try:
                _put_together(building / "program", jdk)
                (building / "program").rename(program)
            finally:
                shutil.rmtree(building, ignore_errors=True)
    return program


def _command(jdk: Path, program: Path, run: Path) -> list[str]:
    native = program / "native"
    return [
        str(jdk / "bin/java"),
        *_FLAGS,
        f"-Djava.library.path={native}",
        f"-Des.nativelibs.path={native}",
        "--module-path",
        str(program / "lib"),
        "--add-modules=ALL-MODULE-PATH",
        "-cp",
        str(program / "classes"),
        "StartNode",
        str(program),
        str(run),
    ]


def wait_for_port(node: subprocess.Popen[bytes], run: Path) -> str:
    ports, deadline = run / "logs" / "http.ports", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and node.poll() is None:
        with suppress(OSError):
            lines = ports.read_text().split()
            if lines:
                return f"http://{lines[0]}"
        time.sleep(0.1)
    said = (run / "output.log").read_text(errors="replace")[-3000:]
    raise NodeMissingError(f"the node did not start (exit code {node.poll()}): {said}")


def _stop(node: subprocess.Popen[bytes]) -> None:
    if node.stdin:
        with suppress(OSError):
            node.stdin.close()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(node.pid, signal.SIGKILL)
    node.wait(timeout=30)


@contextmanager
def running_node() -> Iterator[str]:
    """Start a node and give its address. Raises NodeMissingError where that cannot be done."""
    jdk = find_jdk()
    program = program_folder(jdk)
    run = Path(tempfile.mkdtemp(prefix="shoalwatch-elasticsearch-"))
    (run / "logs").mkdir()
    with (run / "output.log").open("wb") as output:
        node = subprocess.Popen(
            _command(jdk, program, run),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    atexit.register(_stop, node)
    try:
        yield wait_for_port(node, run)
    finally:
        atexit.unregister(_stop)
        _stop(node)
        shutil.rmtree(run, ignore_errors=True)
