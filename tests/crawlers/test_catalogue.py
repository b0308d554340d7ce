"""The catalogue: the shipped one reads, and mistakes are named by file and line."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from crawlers.catalogue import (
    CatalogueError,
    ListingAccess,
    crawl_locks,
    load_catalogue,
    primary_subtag,
    select,
)
from crawlers.feeds import Entry, MalformedFeedError
from crawlers.listings import read_listing

GOOD = """\
- id: harbour_mail
  name: The Harbour Mail
  country: PH
  languages: [en]
  owner: null
  state_media: false
  access:
    - kind: feed
      url: https://harbour.example/feed.xml
"""


def _written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def _mistakes(place: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(place)
    return str(caught.value)


def test_the_shipped_catalogue_reads_and_covers_the_region() -> None:
    sources = load_catalogue()
    assert sum(source.disabled is None for source in sources) >= 100
    region = {"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"}
    assert region | {"CN", "HK", "MO", "TW"} <= {source.country for source in sources}
    assert all(source.expected_per_day is None for source in sources)
    addresses = [access.url for source in sources for access in source.access]
    assert len(addresses) == len(set(addresses))
    assert all(source.disabled is None for source in select(sources, []))
    assert {"JP", "KR", "IN", "AU", "US", "GB"} <= {source.country for source in sources}
    assert all(source.notes and re.search(r"2026-11-\d\d", source.notes) for source in sources)


def test_ten_languages_have_an_outlet_that_is_crawled() -> None:
    """Which of their addresses were never asked, the notes say."""
    enabled = [source for source in load_catalogue() if source.disabled is None]
    written = {primary_subtag(tag) for source in enabled for tag in source.languages}
    assert {"en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my"} <= written


def test_every_shipped_address_was_found_and_none_is_known_dead(shared: Path) -> None:
    def rows(name: str) -> list[list[str]]:
        lines = (shared / name).read_text(encoding="utf-8").splitlines()[1:]
        return [line.split("\t") for line in lines]

    states = {row[0].rstrip("/"): row[1] for row in rows("sources_status.tsv")}
    found = {row[4].rstrip("/") for row in rows("sources_found.tsv")} | states.keys()
    gone = ("HTTP 4", "404", "URL_ERROR", "XML_ERROR")
    for source in load_catalogue():
        notes = source.notes or ""
        if "from general knowledge" in notes:
            assert source.disabled
            continue
        if "in public code beside the lists" in notes:
            assert "not verified live" in notes
            continue
        for access in source.access:
            address = access.url.rstrip("/")
            assert address in found, f"{source.id}: {address}"
            if source.disabled is None:
                assert not states.get(address, "").startswith(gone), source.id


def test_an_entry_reads_with_its_defaults(tmp_path: Path) -> None:
    (source,) = load_catalogue(_written(tmp_path, "a.yml", GOOD))
    assert (source.id, source.hosts, source.politeness.delay) == (
        "harbour_mail",
        frozenset({"harbour.example"}),
        None,
    )
    assert source.disabled is None


def test_an_unknown_key_names_file_and_line(tmp_path: Path) -> None:
    file = _written(
        tmp_path, "a.yml", GOOD.replace("  owner: null\n", "  owner: null\n  colour: red\n")
    )
    said = _mistakes(tmp_path)
    assert f"{file}:6: colour: unknown key; an entry knows id, name, names" in said


def test_an_outlet_may_write_in_several_languages(tmp_path: Path) -> None:
    several = GOOD.replace("[en]", "[fil, en, zh-Hant]")
    (source,) = load_catalogue(_written(tmp_path, "a.yml", several))
    assert source.languages == ("fil", "en", "zh-Hant")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("languages: en", ":4: languages: Value error, a list is needed: [en]"),
        ("languages: []", ":4: languages: Value error, at least one language is needed"),
        ("languages: [en, fil, en]", ":4: languages: Value error, en stands twice"),
        ("languages: [en, English]", ":4: languages: String should match pattern"),
        ("languages: null", ":4: languages: Input should be a valid tuple"),
        ("language: en", ":4: language: unknown key; languages are a list: `languages: [en]`"),
    ],
)
def test_mistakes_in_languages_are_named(tmp_path: Path, given: str, said: str) -> None:
    _written(tmp_path, "a.yml", GOOD.replace("languages: [en]", given))
    assert said in _mistakes(tmp_path)


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    wrong = (
        GOOD.replace("country: PH", "country: Philippines")
        .replace("kind: feed", "kind: carrier_pigeon")
        .replace("  state_media: false\n", "")
    )
    file = _written(tmp_path, "a.yml", wrong)
    said = _mistakes(tmp_path)
    assert "3 mistakes" in said
    assert f"{file}:3: country:" in said
    assert f"{file}:7: access.kind: Input should be one of feed, sitemap, listing, archive" in said
    assert f"{file}:1: state_media: Field required" in said


@pytest.mark.parametrize(
    ("access", "said"),
    [
        ("kind: feed\n      url: ftp://harbour.example/feed.xml", ":9: access.url: Value error, "),
        ("kind: listing\n      url: https://o.example/\n      pattern: '('", ":10: access.pattern"),
        ("kind: sitemap\n      url: https://o.example/\n      days: 0", ":10: access.days"),
        ("kind: archive\n      url: a.warc.gz", ":8: access.hosts: Field required"),
        (
            "kind: archive\n      url: a.warc.gz\n      hosts: ['https://o.example']",
            ":10: access.hosts: Value error, 'https://o.example' is no host: give its name alone",
        ),
        (
            "kind: listing\n      url: https://o.example/\n      pattern: a\n      hosts: [a.b/c]",
            ":11: access.hosts: Value error, 'a.b/c' is no host",
        ),
        ("kind: feed\n      url: https://o.example/\n      days: 3", "access.days: unknown key"),
    ],
)
def test_mistakes_in_ways_of_access_are_named(tmp_path: Path, access: str, said: str) -> None:
    written = GOOD.replace("kind: feed\n      url: https://harbour.example/feed.xml", access)
    _written(tmp_path, "a.yml", written)
    assert said in _mistakes(tmp_path)


def test_every_way_of_access_reads(tmp_path: Path) -> None:
    ways = """
    - kind: sitemap
      url: https://harbour.example/news.xml
      days: 3
    - kind: listing
      url: https://harbour.example/politics
      pattern: /2026/
    - kind: archive
      url: s3://recorded/2026.warc.gz
      hosts: [harbour.example]
"""
    (source,) = load_catalogue(_written(tmp_path, "a.yml", GOOD.rstrip() + ways))
    assert [access.kind for access in source.access] == ["feed", "sitemap", "listing", "archive"]


def test_ids_used_twice_are_named_with_both_places(tmp_path: Path) -> None:
    first = _written(tmp_path, "a.yml", "# one\n" + GOOD)
    second = _written(tmp_path, "b.yml", GOOD)
    assert f"{second}:1: id 'harbour_mail' is already used at {first}:2" in _mistakes(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD + "  name: Again\n", 10, "key 'name' stands twice"),
        (GOOD + "  notes: [unclosed\n", 11, "expected ',' or ']'"),
        ("id: no_list\n", 1, "the file: Input should be a valid list"),
        ("", 1, "the file: Input should be a valid list"),
        (GOOD + "  notes: 2026-13-45\n", 10, "month must be in 1..12"),
        ("[" * 3000, 1, "brackets within brackets, hundreds deep"),
        (GOOD + "  notes: &a [x]\n  disabled: *a\n", 11, "alias *a: write out what it stands for"),
    ],
)
def test_a_file_that_is_no_list_of_entries(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = _written(tmp_path, "a.yml", text)
    message = _mistakes(tmp_path)
    assert f"{file}:{line}: " in message
    assert said in message


def test_a_missing_or_empty_catalogue_says_what_to_do(tmp_path: Path) -> None:
    assert "holds no .yml file" in _mistakes(tmp_path)
    assert "set SHOALWATCH_SOURCES" in _mistakes(tmp_path / "nowhere")


def test_selection_knows_unknown_and_disabled_sources(tmp_path: Path) -> None:
    closed = GOOD.replace("harbour_mail", "closed_mail") + "  disabled: closed in 2024\n"
    sources = load_catalogue(_written(tmp_path, "a.yml", GOOD + closed))
    assert [source.id for source in select(sources, [])] == ["harbour_mail"]
    assert [source.id for source in select(sources, ["harbour_mail"])] == ["harbour_mail"]
    with pytest.raises(CatalogueError, match="No source nobody in the catalogue"):
        select(sources, ["nobody"])
    with pytest.raises(CatalogueError, match="closed_mail is disabled: closed in 2024"):
        select(sources, ["closed_mail"])
    assert [source.id for source in select(sources, ["closed_mail"], disabled=True)] == [
        "closed_mail"
    ]
    assert [source.id for source in select(sources, [], disabled=True)] == ["harbour_mail"]


def test_every_owner_and_state_flag_of_the_shipped_catalogue_says_how_it_is_known() -> None:
    for entry in load_catalogue():
        if entry.owner or entry.state_media:
            assert "Owner as publicly known, 20" in (entry.notes or ""), entry.id


def test_no_address_of_the_shipped_catalogue_stands_in_two_entries() -> None:
    ways = (way for entry in load_catalogue() for way in entry.access)
    addresses = Counter(way.url for way in ways)
    assert [url for url, count in addresses.items() if count > 1] == []


def test_an_owner_that_is_not_known_is_said_to_be_so() -> None:
    for entry in load_catalogue():
        if entry.owner is None:
            assert "Owner not known" in (entry.notes or ""), entry.id


def test_two_entries_of_one_owner_are_state_media_alike() -> None:
    """The flag follows from the owner: it cannot differ between two outlets of one."""
    flags: dict[str, set[bool]] = {}
    for entry in load_catalogue():
        if entry.owner:
            flags.setdefault(entry.owner, set()).add(entry.state_media)
    assert [owner for owner, said in flags.items() if len(said) > 1] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [("zh", True), ("ZH-hant", True), ("fil", True), ("fi", False), ("zh-Hans", False)],
)
def test_a_language_is_found_by_its_primary_subtag_and_whatever_its_capitals(
    tmp_path: Path, asked: str, found: bool
) -> None:
    (source,) = load_catalogue(
        _written(tmp_path, "a.yml", GOOD.replace("[en]", "[fil, zh-Hant-TW]"))
    )
    assert source.writes_in(asked) is found


@pytest.mark.parametrize(
    ("outlet", "address", "article"),
    [
        ("kpl_lao", "http://kpl.gov.la/detail.aspx?id=84232", True),
        ("kpl_lao", "https://kpl.gov.la/Detail.aspx?id=77966", True),
        ("kpl_lao", "https://kpl.gov.la/En/detail.aspx?id=101848", False),
        ("kpl_lao", "http://kpl.gov.la/News.aspx?cat=4", False),
        ("pasaxon", "https://pasaxon.org.la/economy/a-title-1900.html", True),
        ("pasaxon", "https://pasaxon.org.la/search/china-1900.html", False),
        ("pasaxon", "https://pasaxon.org.la/epaper.html?page=2", False),
        ("vientiane_mai", "https://www.vientianemai.net/khao/23041.html", True),
        ("vientiane_mai", "https://www.vientianemai.net/site/column/2.html", False),
    ],
)
def test_links_to_articles_of_shipped_listings(outlet: str, address: str, article: bool) -> None:
    (source,) = select(load_catalogue(), [outlet])
    (way,) = source.access
    assert isinstance(way, ListingAccess)
    found: tuple[Entry, ...] = ()
    with suppress(MalformedFeedError):
        page = f'<a href="{address}">A title</a>'.encode()
        found = read_listing(page, way.url, None, way.pattern, 10, way.hosts).entries
    assert ([address] == [entry.address for entry in found]) is article


def test_a_host_s_lock_has_a_name_that_a_file_may_have(tmp_path: Path) -> None:
    host = ".".join(["a" * 60] * 4) + ".example"
    file = _written(tmp_path, "long.yml", GOOD.replace("harbour.example", host))
    locks = crawl_locks(load_catalogue(file))
    assert len(locks) == 2
    assert all(len(lock) < 200 for lock in locks)
