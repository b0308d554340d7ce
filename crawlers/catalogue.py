"""The catalogue: which outlets are watched, and how each can be reached.

It is a folder of YAML files, each a list of entries (see docs/add_a_source.md). A mistake is named
with its file and line, all mistakes at once, before anything is crawled.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from articles.errors import InvalidURLError, ShoalwatchError
from articles.identity import canonical_url
from articles.positions import PositionedYAML
from crawlers.hosts import as_host

SHIPPED = Path(__file__).parent / "sources"
"""The catalogue that ships with Shoalwatch."""


class CatalogueError(ShoalwatchError):
    """A catalogue file is missing or wrong; the message names each mistake by file and line."""


def _web_address(url: str) -> str:
    try:
        canonical_url(url)
    except InvalidURLError as problem:
        raise ValueError(str(problem)) from problem
    return url


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"no regular expression: {problem}") from problem
    return pattern


def _not_empty(ways: tuple[Access, ...]) -> tuple[Access, ...]:
    # Not min_length: pydantic counts only valid items, and would call one wrong way no way at all.
    if not ways:
        raise ValueError("at least one way of access is needed")
    return ways


def _listed(languages: object) -> object:
    if isinstance(languages, str):
        raise ValueError(f"a list is needed: [{languages}]")  # noqa: TRY004 - pydantic wants it so
    return languages


def _distinct(languages: tuple[str, ...]) -> tuple[str, ...]:
    if not languages:
        raise ValueError("at least one language is needed")
    twice = sorted({tag for tag in languages if languages.count(tag) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands twice")
    return languages


WebAddress = Annotated[str, AfterValidator(_web_address)]
Host = Annotated[str, AfterValidator(as_host)]
"""A host alone, without scheme, port and path."""
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""BCP 47: `en`, `zh-Hant`."""


def primary_subtag(tag: str) -> str:
    """Return the language alone of a BCP 47 tag: `zh` of `zh-Hant`."""
    return tag.partition("-")[0].lower()


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedAccess(_Entry):
    """An RSS, Atom or JSON feed."""

    kind: Literal["feed"]
    url: WebAddress


class SitemapAccess(_Entry):
    """A sitemap, news sitemap or sitemap index."""

    kind: Literal["sitemap"]
    url: WebAddress
    days: float = Field(default=2.0, gt=0, le=3650)
    """Pages last touched longer ago are passed over, unless the source was down since."""


class ListingAccess(_Entry):
    """A section page whose links to articles match a pattern."""

    kind: Literal["listing"]
    url: WebAddress
    pattern: Annotated[str, AfterValidator(_regular_expression)]
    """A regular expression, searched in the links' absolute addresses."""
    hosts: tuple[Host, ...] = ()
    """Hosts of the outlet's articles that do not lie under the domain of `url`."""


class ArchiveAccess(_Entry):
    """A WARC file of recorded responses, to fill in what was before."""

    kind: Literal["archive"]
    url: str = Field(min_length=1)
    """A path or fsspec URL (s3://bucket/file.warc.gz)."""
    hosts: tuple[Host, ...] = Field(min_length=1)
    """Hosts whose pages are the outlet's; everything else in the file is passed over."""


Access = FeedAccess | SitemapAccess | ListingAccess | ArchiveAccess
"""A way to an outlet's articles."""
KINDS = ("feed", "sitemap", "listing", "archive")


class Politeness(_Entry):
    """What an outlet's host can bear."""

    delay: float | None = Field(default=None, ge=0, le=600)
    """Seconds between requests at the least; SHOALWATCH_CRAWL_DELAY where null."""


class Source(_Entry):
    """One outlet."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=64)
    name: str = Field(min_length=1, max_length=200)
    names: dict[LanguageTag, str] = {}
    """The name in other languages, by BCP 47 tag."""
    country: str = Field(pattern=r"^[A-Z]{2}$")
    """ISO 3166-1 alpha-2 code of the place the outlet reports from."""
    languages: Annotated[
        tuple[LanguageTag, ...], BeforeValidator(_listed), AfterValidator(_distinct)
    ]
    """What it writes in, the most used first. Which of them an article is in, its page decides."""
    owner: str | None
    state_media: bool
    access: Annotated[
        tuple[Annotated[Access, Field(discriminator="kind")], ...], AfterValidator(_not_empty)
    ]
    expected_per_day: float | None = Field(default=None, ge=0)
    """Articles a day, once 14 days of crawling have measured it; never a guess."""
    browser: bool = False
    """Whether its pages show their text by JavaScript only (the extra `browser` renders them)."""
    politeness: Politeness = Politeness()
    topics: tuple[str, ...] = ()
    disabled: str | None = Field(default=None, min_length=3)
    """The reason why the outlet is not crawled; null for one that is."""
    notes: str | None = None

    def writes_in(self, language: str) -> bool:
        """Whether a language is among its own, by itself or less closely told: `zh` of `zh-Hant`.

        Capitals count for nothing (BCP 47; RFC 4647, 3.3.1).
        """
        wanted = language.lower()
        return any(f"{tag.lower()}-".startswith(f"{wanted}-") for tag in self.languages)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of all ways of access: sources that share one are not crawled side by side."""
        hosts: set[str] = set()
        for access in self.access:
            if isinstance(access, ArchiveAccess | ListingAccess):
                hosts.update(access.hosts)
            if not isinstance(access, ArchiveAccess):
                hosts.add(urlsplit(canonical_url(access.url)).hostname or "")
        return frozenset(hosts)


_Sources = TypeAdapter(list[Source])


def load_catalogue(place: Path | None = None) -> tuple[Source, ...]:
    """Return all entries of a catalogue folder or file, disabled ones too, in the files' order.

    Raises:
        CatalogueError: there is none, or entries are wrong; names every mistake's file and line.
    """
    files = _files(place or SHIPPED)
    sources: list[Source] = []
    places: dict[str, str] = {}
    mistakes: list[str] = []
    for file in files:
        found, lines, wrong = _read(file)
        mistakes += wrong
        for source, line in zip(found, lines, strict=True):
            here = f"{file}:{line}"
            if source.id in places:
                mistakes.append(f"{here}: id {source.id!r} is already used at {places[source.id]}")
            places.setdefault(source.id, here)
        sources += found
    if mistakes:
        raise CatalogueError(_message(mistakes))
    return tuple(sources)


def select(
    sources: Iterable[Source], ids: Sequence[str], *, disabled: bool = False
) -> tuple[Source, ...]:
    """Return the entries with these ids, in the catalogue's order, or all enabled ones for none.

    Args:
        sources: The catalogue.
        ids: Which of its entries.
        disabled: Whether an id may name a disabled entry, to look at it or to try it.

    Raises:
        CatalogueError: an id is not in the catalogue, or names a disabled entry that it may not.
    """
    by_id = {source.id: source for source in sources}
    if not ids:
        return tuple(source for source in by_id.values() if source.disabled is None)
    unknown = sorted(set(ids) - by_id.keys())
    if unknown:
        raise CatalogueError(
            f"No source {', '.join(unknown)} in the catalogue; "
            f"`shoalwatch sources list` shows the {len(by_id)} there are"
        )
    chosen = tuple(source for source in by_id.values() if source.id in set(ids))
    for source in chosen:
        if source.disabled is not None and not disabled:
            raise CatalogueError(f"Source {source.id} is disabled: {source.disabled}")
    return chosen


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        files = sorted([*place.glob("*.yml"), *place.glob("*.yaml")])
        if not files:
            raise CatalogueError(f"The catalogue folder {place} holds no .yml file")
        return files
    if not place.is_file():
        raise CatalogueError(
            f"No catalogue at {place}; set SHOALWATCH_SOURCES to a folder or file of sources, "
            "or unset it for the catalogue that ships with Shoalwatch"
        )
    return [place]


def _read(file: Path) -> tuple[list[Source], list[int], list[str]]:
    """Return a file's entries, their lines, and its mistakes (then no entries)."""
    try:
        document = PositionedYAML(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as problem:
        return [], [], [_unreadable(file, problem)]
    except RecursionError:
        return [], [], [f"{file}:1: brackets within brackets, hundreds deep"]
    try:
        found = _Sources.validate_python(document.value)
    except ValidationError as problem:
        return [], [], [_mistake(file, document, error) for error in problem.errors()]
    return found, [document.line((index,)) for index in range(len(found))], []


def _unreadable(file: Path, problem: Exception) -> str:
    mark = getattr(problem, "problem_mark", None)
    place = f"{file}:{mark.line + 1}" if mark else f"{file}:1"
    return f"{place}: {getattr(problem, 'problem', None) or problem}"


def _mistake(file: Path, document: PositionedYAML, error: object) -> str:
    location, kind, said = error["loc"], error["type"], error["msg"]  # type: ignore[index]
    # pydantic puts the kind of a way of access into the path of its mistakes.
    location = tuple(s for n, s in enumerate(location) if not (n == 3 and s in KINDS))
    if kind == "union_tag_invalid":
        location, said = (*location, "kind"), f"Input should be one of {', '.join(KINDS)}"
    steps = [str(step) for step in location if not isinstance(step, int)]
    name = ".".join(steps) or "the file"
    if kind == "extra_forbidden":
        known = ", ".join(Source.model_fields)
        said = f"unknown key; an entry knows {known}" if len(steps) == 1 else "unknown key"
        if steps == ["language"]:
            said = "unknown key; languages are a list: `languages: [en]`"
    return f"{file}:{document.line(location)}: {name}: {said}"


def _message(mistakes: list[str]) -> str:
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return f"The catalogue has {count}:\n" + "\n".join(mistakes)


def source_locks(sources: Iterable[Source]) -> list[str]:
    """Return a lock for each source, for work that asks nobody."""
    return [f"crawl-{source.id}" for source in sources]


def crawl_locks(sources: Sequence[Source]) -> list[str]:
    """Return the locks of a crawl: of its sources and of their hosts, which only it may ask.

    Sources of other hosts can be crawled meanwhile. In sorted order sources come first, so that a
    second crawl of a source is told so, and not that its host is locked.
    """
    hosts = {host for source in sources for host in source.hosts}
    return source_locks(sources) + [f"host-{_file_name(host)}" for host in sorted(hosts)]


def _file_name(host: str) -> str:
    """Return a name that a file may have; many systems allow 255 bytes."""
    quoted = quote(host, safe="")
    return quoted if len(quoted) <= 200 else hashlib.sha256(host.encode()).hexdigest()
