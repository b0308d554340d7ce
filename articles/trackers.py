"""Trackers: which parameters of an address say where a reader came from, and name no article."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_CLICKS = "fbclid|gclid|dclid|yclid|ysclid|twclid|msclkid|gbraid|wbraid|igshid|clickid"
_CAMPAIGNS = (
    "mc_[ce]id|mkt_tok|ml_subscriber(?:_hash)?|oly_(?:enc|anon)_id|vero_(?:id|conv)|xtor"
    "|pk_(?:campaign|cid|content|keyword|kwd|medium|source)"
    "|ga_(?:campaign|content|medium|place|source|term)"
    "|ns_(?:campaign|source)|_ga|_gl|gad_(?:campaignid|source)"
    "|traffic_source|referr?er|ref_(?:src|url)"
)
_DOUBTFUL = "ref|source|src|from|via|medium|campaign|share|output"
_WHENCE = (
    "rss2?|rss[-_ ]?feeds?|feeds?|atom|newsletter|email|social|google[-_ ]?news"
    "|facebook|fb|instagram|linkedin|telegram|twitter|whatsapp"
)
_TRACKER = re.compile(
    rf"(?:(?:utm|at|itm|mtm)_[^=]*|{_CLICKS}|{_CAMPAIGNS})(?:=.*)?"
    rf"|spm=[^.]+\..*"  # Alibaba's has dots (a2o.home.1); SPM is a Malaysian examination too
    rf"|(?:{_DOUBTFUL})(?:=(?:{_WHENCE})?)?",
    re.DOTALL,
)
"""Whole parameters, name and value, in small letters.

courlan's list has no ends, so that it takes `cid`, `galleryid` and `article_uid` for trackers.
Some names are a tracker at one outlet and an article's, a source's or a session's number at the
next (`ref`, `source`, `from`, `cid`, `eid`, `uid`, `cmp`). Two articles under one address are lost
to each other, while two addresses of one article are found by what the page states as canonical
and by their text, so these count as trackers only where they say nothing, or that the reader
comes from a feed, a mail or a network.
"""
_SWITCH = re.compile(
    r"(?:lang|language|locale)(?:=.*)?"
    r"|(?:amp|desktop|m|mobile)(?:=(?:[01]|true|false|yes|no|on|off)?)?"
    r"|404=?|(?:error|status)=404",
    re.DOTALL,
)


def without_trackers(query: str) -> list[str]:
    """Return a query's parameters, as they stand there, that may name an article."""
    return [each for each in query.split("&") if each and not _TRACKER.fullmatch(_plain(each))]


def names_no_page(query: str) -> bool:
    """Whether a query says only who comes, in which language or on which screen, or that it erred.

    Outlets lead the addresses of articles that are gone to such forms of their front page.
    """
    return all(_SWITCH.fullmatch(_plain(each)) for each in without_trackers(query))


def _plain(parameter: str) -> str:
    return unquote_plus(parameter).casefold()
