"""Cuts a text into sentences, in scripts with and without spaces, keeping character offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop ends a sentence only before space or end, so that 3.5 and example.com stay whole;
# the marks of Chinese, Khmer (។ ៕), Burmese (။) and Hindi (।) end one wherever they stand. The
# Khmer for "and so on", ។ល។, is one word.
_END = re.compile(
    r"(?P<word>។\u200b?ល\u200b?។)|(?P<plain>(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$))|[。！？｡!?；]+[」』”’）]*"
    r"|[៕។။।]+(?:[”’»)\]]|[\"'](?=[\s”’»)\]]|$))*|\n\s*\n",
    re.UNICODE,
)
_ABBREVIATIONS = (
    # English and Filipino: forms of address, ranks, offices, places, firms, months.
    "Mr|Mrs|Ms|Dr|Prof|Rev|Fr|Hon|Jr|Sr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Brig|Cpl|Pvt|Pfc|Cmdr|Cdr|Supt"
    "|Insp|SSgt|TSgt|MSgt|LtGen|MGen|BGen|VAdm|RAdm|PCol|PLt|PMaj|PCapt|PCpl|PBGen|Gov|Sen|Rep|Pres"
    "|Sec|Usec|Asec|Amb|Atty|Engr|Cong|Gng|Bb|Kgg|St|Sta|Sto|Mt|Ft|Brgy|Bgy|Rs|Nos?|vs|etc|Inc|Ltd"
    "|Pte|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    # Indonesian and Malay.
    "|Tn|Pn|En|Ir|Drs|Dra|Hj|Ust|Tgk|Kol|Mej|Kpt|Sjn|Kpl|Jend|Letjen|Mayjen|Brigjen|Irjen|Komjen"
    "|Kombes|Pol|Laksda|Laksma|Marsda|Marsma|Letkol|Jl|Jln|Kab|Kec|Kel|Prov|Kg|Bt|Sg|Sdn|Bhd|Rp"
    # Vietnamese.
    "|GS|PGS|TS|TSKH|ThS|Ths|BS|KS|LS|TP|Tp|TX|Tx"
)
_STATES = (
    "Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb"
    "|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo"
)
"""Several are words as well: abbreviations only behind a comma, as in 'El Monte, Calif.'."""
_LAO = "[\u0e80-\u0eff]{1,2}"
"""An initial or a title: Lao words are longer, and a full stop behind them ends a sentence."""
_ABBREVIATION = re.compile(
    rf"(?:(?:^|[\s(\"“./-])(?:[A-ZĐ]|(?:[A-Za-z]\.)+[A-Za-z]|{_LAO}|{_ABBREVIATIONS})"
    rf"|,\s(?:{_STATES}))\.$"
)
_SPACED_CLAUSES = re.compile("[\u0e00-\u0eff]")
"""Thai and Lao: no mark ends a sentence of its own script, spaces part clauses."""
_THAI = re.compile("[\u0e00-\u0e7f]")
"""Thai: a full stop only shortens words; in Lao it ends sentences as well."""
_SHORTENED = re.compile("[\u0e00-\u0eff]\\.$")
_MONTH = re.compile("\\s+[\u0e00-\u0eff]{1,2}\\.[\u0e00-\u0eff]{1,2}\\.")
CLAUSE_CHARACTERS = 60
"""Shortest run of Thai or Lao clauses taken as one sentence; a clause of news is 20 to 60 long."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence, without the white space around it."""
    spans = [clause for start, end in _marked(text) for clause in _clauses(text, start, end)]
    trimmed = (_trim(text, start, end) for start, end in spans)
    return [(start, end) for start, end in trimmed if start < end]


def _marked(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        if mark["word"] or (mark["plain"] and mark[0] == "." and _shortens(text, start, mark)):
            continue
        yield start, mark.end()
        start = mark.end()
    yield start, len(text)


def _shortens(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a full stop stands behind an abbreviation, or beside Thai."""
    head = text[max(start, stop.start() - 12) : stop.end()]
    beside = text[stop.start() - 1 : stop.start()] + text[stop.end() : stop.end() + 2].strip()
    return bool(_THAI.search(beside) or _ABBREVIATION.search(head))


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a long Thai or Lao stretch at spaces into runs of at least CLAUSE_CHARACTERS."""
    if end - start <= 2 * CLAUSE_CHARACTERS or not _SPACED_CLAUSES.search(text, start, end):
        yield start, end
        return
    base = start
    for space in re.finditer(r"\s+", text[start:end]):
        at = base + space.start()
        long = at - start >= 2 * CLAUSE_CHARACTERS or not _inside(text, at)
        if at - start >= CLAUSE_CHARACTERS and end - at >= CLAUSE_CHARACTERS // 2 and long:
            yield start, at
            start = at
    yield start, end


def _inside(text: str, space: int) -> bool:
    """Whether a space stands within a rank, a name or a date, not between two clauses."""
    if _SHORTENED.search(text[max(0, space - 2) : space]):
        return True
    return text[space - 1].isdigit() and bool(_MONTH.match(text, space))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
