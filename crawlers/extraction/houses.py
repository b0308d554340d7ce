"""Outlets, desks and agencies that stand where a page names its author."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence, fold

_OUTLETS = {"Organization", "NewsMediaOrganization", "WebSite", "WebPage", "Corporation"}
_STAFF = re.compile(
    r"\s*\b(?:staff|team|desk|correspondents?|reporters?|editors?|editorial|bureau|writers?|"
    r"news|online|redaksi|redazione|redaction|wire services?|reports?)\b\s*",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"\b(?:redacci[oó]n|redação|redaksi|redaktion|redakcja|redazione|r[ée]daction|newsroom|"
    r"(?:our|staff|special|news) (?:reporters?|correspondents?|bureau|desk)|"
    r"agenc(?:y|ies|ias?)|agences|media|online|news|newspaper|times|team)\b|"
    r"^(?:the )?(?:associated press|reuters|afp|ap|dpa|efe|ansa|lusa|xinhua|bernama|antara|pti|"
    r"ttxvn|yonhap|kyodo)$|"
    r"^(?:báo|tạp chí|tòa soạn|ban biên tập|nhóm pv)\b|"
    r"(?:[网網报報社]|中心|新闻|新聞|编辑部|編輯部|編集部|取材班)$|"
    r"(?:일보|신문|뉴스|방송|편집국|취재팀|온라인팀)$|^(?:กองบรรณาธิการ|ทีมข่าว|สำนักข่าว)",
    re.IGNORECASE,
)
_PAPER = re.compile(r"^(?:báo|the)\s+", re.IGNORECASE)
_MARKS = re.compile(r"[\u0300-\u036f]")
_TITLE_END = re.compile(r"\s+[-–—|]\s+")
MIN_OWN = 4
"""Letters of the shortest own name that counts within a longer one."""


class Houses:
    """What is known of a page's outlet, to tell its name from a person's."""

    def __init__(self, evidence: Evidence) -> None:
        authors = list(_authors_that_are_no_people(evidence))
        self._organisations = {_name(node) for node in authors if _is_organisation(node)}
        # an agency that is only named as the author is not the outlet
        own = {_plain(name) for name in evidence.site_names} - self._organisations
        own |= {_plain(name) for name in (*_declared(evidence), *evidence.host_names)}
        self._own = own - {""}
        self._odd = {_name(node) for node in authors} - self._organisations
        self._closing = (*evidence.site_names, *_closing_title(evidence))

    def owns(self, name: str) -> bool:
        """Tell whether a name is the outlet's own, or that and 'staff'; marks do not count."""
        plain = _plain(name)
        return plain in self._odd or not self._own.isdisjoint(
            (plain, _plain(_STAFF.sub(" ", name)))
        )

    def resembles(self, name: str) -> bool:
        """Tell whether a name is likely an outlet's, a desk's or an agency's, not a person's."""
        known = _plain(name) in self._organisations
        return known or bool(_HOUSE.search(name)) or self.resembles_own(name)

    def resembles_own(self, name: str) -> bool:
        """Tell whether a name is a form of the outlet's: longer, cut short, or its initials."""
        plain = _plain(name)
        initials = "".join(word[0] for word in _plain_words(_PAPER.sub("", name)))
        return (len(initials) >= 3 and initials in self._own) or any(
            plain.startswith(own) or plain.endswith(own) or own.startswith(plain)
            for own in self._own
            if min(len(own), len(plain)) >= MIN_OWN
        )

    def cut_from(self, name: str) -> str:
        """Cut the outlet's name off a person's ('Mei Tan Shore Post'), if two words are left."""
        for outlet in self._closing:
            shorter = name.removesuffix(outlet).rstrip(" .,-–—")
            if shorter != name.rstrip(" .,-–—") and len(shorter.split()) >= 2:
                return shorter
        return name


def is_person(node: jsonld.Node) -> bool:
    """Tell a person from an outlet or agency by @type; an untyped or odd one by its name."""
    kinds = set(jsonld.types(node))
    if "Person" in kinds:
        return True
    name = jsonld.string(node.get("name"))
    return not _is_organisation(node) and not ("Thing" in kinds and name.isupper())


def _is_organisation(node: jsonld.Node) -> bool:
    return not _OUTLETS.isdisjoint(jsonld.types(node))


def _authors_that_are_no_people(evidence: Evidence) -> Iterator[jsonld.Node]:
    for node in evidence.articles:
        authors = node.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if isinstance(author, dict) and not is_person(author):
                yield author


def _name(node: jsonld.Node) -> str:
    return _plain(jsonld.string(node.get("name")))


def _declared(evidence: Evidence) -> Iterator[str]:
    yield from evidence.meta.get("og:site_name", ())
    yield from (jsonld.string(node.get("publisher")) for node in evidence.nodes)


def _closing_title(evidence: Evidence) -> list[str]:
    """List the outlet's name as it closes <title>, for a page that declares none."""
    title = evidence.tree.find(".//head/title")
    parts = _TITLE_END.split(title.text or "") if title is not None else []
    return [parts[-1].strip()] if len(parts) > 1 and len(parts[-1].strip()) > 3 else []


def _plain(name: str) -> str:
    """Fold a name, without the marks of Latin letters ('Tuổi Trẻ' is 'TUOI TRE' to its server)."""
    return fold(_without_marks(name))


def _plain_words(name: str) -> list[str]:
    return [word for part in _without_marks(name).split() if (word := fold(part))]


def _without_marks(name: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", name)).replace("đ", "d").replace("Đ", "D")
