"""Names in Korean bylines: who stands before 'reporter', behind the paper or the place."""

from __future__ import annotations

import re

ROLE = r"(?:선임|인턴|수습|전문)?(?:기자|특파원|논설위원)"
_RUN = r"(?P<names>(?:[가-힣]{2,8}(?:\s?[·,]\s?|\s)){0,4}[가-힣]{2,4})"
_DATELINE = re.compile(rf"{_RUN}\s?{ROLE}(?=\s*(?:=|$|\]|[\w.+-]+@|\(|/))")
_BYLINE = re.compile(rf"(?:글|취재|글·사진)?\s?{_DATELINE.pattern}")
_OUTLET = re.compile(
    r"\[[^\[\]=]{2,20}=(?:[가-힣]{2,6}\s)??(?P<names>[가-힣]{2,4}?)(?:의\s[^\]]{1,20}|\s?[가-힣]{0,4}기자)\]"
)
"""'[Outlet=Name 기자]' opens a Korean text; a columnist's name has the column's behind it."""
_NAME = re.compile(
    # a surname and two syllables; the Hankyoreh's name looks like it
    r"(?!한겨레)[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민나진지엄채원"
    r"천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모][가-힣]{2}"
)
_GAP = re.compile(r"\s?[·,]\s?|\s")


def korean_names(byline: str) -> list[str]:
    """List the reporters that a byline names before their role; empty where it is none."""
    match = _BYLINE.match(byline)
    return _reporters(match["names"]) if match else []


def dateline_names(text: str) -> list[str]:
    """List the reporters whom the dateline or signature in a stretch of text names."""
    if match := _OUTLET.search(text):
        return [match["names"]]
    match = _DATELINE.search(text)
    return _reporters(match["names"]) if match else []


def _reporters(run: str) -> list[str]:
    """Keep the names among the words before a role: an outlet or a place may precede them."""
    *before, last = _GAP.split(run)
    return [*(word for word in before if _NAME.fullmatch(word)), last]
