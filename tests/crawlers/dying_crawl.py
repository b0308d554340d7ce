"""A crawl process that is killed between the archive's journal and the state, as a program."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from articles.settings import StorageSettings
from articles.state import State
from crawlers.crawl_spec import CrawlSpec
from crawlers.process import crawl_here
from crawlers.settings import CrawlSettings
from tests.crawlers.conftest import LOOPBACK, source


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    storage = StorageSettings(home=Path(told["home"]))
    State.open(storage.state).close()
    setattr(State, "save_pages", _die)  # noqa: B010 - a method is replaced
    spec = CrawlSpec(
        sources=tuple(source(name, url) for name, url in told["feeds"].items()),
        settings=CrawlSettings(crawl_delay=0, allowed_private_hosts=LOOPBACK),
        archive=storage.archive,
        state=storage.state,
    )
    crawl_here(spec, lambda _: None)


if __name__ == "__main__":
    main()
