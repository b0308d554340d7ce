"""One pass over the catalogue: crawl, tag, index, digest; a stopped pass goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from articles.corrections import Verdicts
from articles.lock import hold
from articles.whole_files import write_whole
from crawlers.catalogue import Source, crawl_locks
from crawlers.report import CrawlReport
from shoalwatch import indexing, tagging
from shoalwatch.console import stage
from shoalwatch.crawling import crawl
from shoalwatch.digesting import DigestReport, digest
from shoalwatch.indexing import IndexReport
from shoalwatch.reindexing import engine_to_fill
from shoalwatch.tagging import TagReport
from shoalwatch.workspace import Workspace


class RunReport(BaseModel):
    """What one pass did, stage by stage, and how many seconds each stage took."""

    model_config = ConfigDict(frozen=True)

    crawl: CrawlReport
    tag: TagReport
    index: IndexReport
    digest: DigestReport | None
    seconds: dict[str, float] = Field(default_factory=dict)

    def write(self, file: Path) -> None:
        """Write the report as JSON, moved into place whole. Raises OSError."""
        write_whole(file, self.model_dump_json(indent=1))


def run(workspace: Workspace, sources: Sequence[Source], day: date | None) -> RunReport:
    """Do one pass; `day` is the reader's day of the digest, None for no digest.

    Raises:
        LockedError: another command is at one of these stages.
        ShoalwatchError: a stage cannot be done at all; what the stages before did is kept.
    """
    seconds: dict[str, float] = {}
    home = workspace.settings.storage.home
    with hold(home, ["run"]):
        with hold(home, crawl_locks(sources)), stage("crawl", 0, seconds) as progress:
            crawled = crawl(workspace, sources, progress)
        tagged = tag_stage(workspace, seconds=seconds)
        indexed = index_stage(workspace, seconds=seconds)
        written = None
        if day is not None:
            with hold(home, ["digest"]), stage("digest", 1, seconds) as progress:
                written = digest(workspace, day)
                progress.advance(1)
    return RunReport(crawl=crawled, tag=tagged, index=indexed, digest=written, seconds=seconds)


def tag_stage(
    workspace: Workspace, day: date | None = None, seconds: dict[str, float] | None = None
) -> TagReport:
    """Tag what was crawled and is not tagged yet, of one archive day or of all."""
    with hold(workspace.settings.storage.home, ["tag"]):
        version = workspace.tagger.model_version
        archive = workspace.archive
        verdicts = Verdicts.of_state(workspace.state, workspace.taxonomy.ids)
        parts = tagging.pending(archive, version, day, verdicts)
        total = sum(part.manifest.count for part in parts)
        with stage("tag", total, seconds) as progress:
            return tagging.tag(archive, workspace.tagger, parts, progress, verdicts)


def index_stage(workspace: Workspace, seconds: dict[str, float] | None = None) -> IndexReport:
    """Index what was tagged and is not in the index as it is."""
    with hold(workspace.settings.storage.home, ["index"]):
        engine = engine_to_fill(workspace)
        parts = indexing.pending(workspace.archive, workspace.state, engine)
        total = sum(part.manifest.count for part in parts)
        with stage("index", total, seconds) as progress:
            return indexing.index(workspace.archive, workspace.state, engine, parts, progress)
