"""The page's language: as declared, unless the script of its text says otherwise."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from justext.utils import get_stoplist  # type: ignore[import-untyped]

from crawlers.extraction import jsonld
from crawlers.extraction.evidence import Evidence

SAMPLE = 4_000

_SCRIPTS = [
    ("Kana", re.compile(r"[\u3041-\u30ff]")),
    ("Hang", re.compile(r"[\uac00-\ud7af]")),
    ("Hani", re.compile(r"[\u4e00-\u9fff]")),
    ("Thai", re.compile(r"[\u0e01-\u0e5b]")),
    ("Laoo", re.compile(r"[\u0e81-\u0edf]")),
    ("Khmr", re.compile(r"[\u1780-\u17ff]")),
    ("Mymr", re.compile(r"[\u1000-\u109f]")),
    ("Taml", re.compile(r"[\u0b80-\u0bff]")),
    ("Deva", re.compile(r"[\u0900-\u097f]")),
    ("Arab", re.compile(r"[\u0600-\u06ff]")),
    ("Cyrl", re.compile(r"[\u0400-\u04ff]")),
    ("Latn", re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
]
_TAG = re.compile(
    r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:$|[-_])", re.IGNORECASE
)
_ALIASES = {"in": "id", "tl": "fil", "cn": "zh", "jp": "ja", "kr": "ko", "vn": "vi", "iw": "he"}
_ONLY = {"Kana": "ja", "Hang": "ko", "Thai": "th", "Laoo": "lo", "Khmr": "km", "Taml": "ta"}
_WRITTEN_IN = {
    "ja": {"Kana", "Hani"}, "ko": {"Hang"}, "zh": {"Hani"}, "yue": {"Hani"}, "th": {"Thai"},
    "lo": {"Laoo"}, "km": {"Khmr"}, "my": {"Mymr"}, "ta": {"Taml"}, "hi": {"Deva"}, "ne": {"Deva"},
    "mr": {"Deva"}, "ar": {"Arab"}, "fa": {"Arab"}, "ur": {"Arab"}, "ru": {"Cyrl"}, "uk": {"Cyrl"},
    "bg": {"Cyrl"},
}  # fmt: skip
_DEFAULT = {"Hani": "zh", "Mymr": "my", "Deva": "hi", "Arab": "ar", "Cyrl": "ru"}
_LATIN_LISTS = {
    "en": "English", "id": "Indonesian", "ms": "Malay", "fil": "Tagalog", "vi": "Vietnamese",
    "fr": "French", "es": "Spanish", "pt": "Portuguese", "de": "German", "it": "Italian",
    "nl": "Dutch", "tr": "Turkish",
}  # fmt: skip
"""Latin-script languages told apart by their function words (jusText's lists)."""
_WORD = re.compile(r"[^\W\d_]+")
MIN_WORDS = 40
MIN_SHARE = 0.2
"""Share of function words from which a text counts as written in a language; running text of the
listed languages has .35 to .65, lists of names under .1."""


def find_language(evidence: Evidence, text: str) -> str | None:
    """Find the language of a page as a BCP 47 tag; None where it is neither declared nor plain.

    The declaration (html lang, meta, og:locale, JSON-LD) is kept where the text agrees with it in
    script and, for Latin script, in function words; otherwise the text decides.
    """
    declared = next(iter(declared_languages(evidence)), None)
    sample = text[:SAMPLE]
    script = _script(sample)
    if script is None:
        return declared
    primary = declared.split("-")[0] if declared else ""
    if script != "Latn":
        return declared if script in _WRITTEN_IN.get(primary, ()) else _by_script(script)
    return _by_words(sample, declared if primary not in _WRITTEN_IN else None)


def declared_languages(evidence: Evidence) -> list[str]:
    """Return the languages (BCP 47) that a page declares, rightly or not, the likeliest first."""
    return list(dict.fromkeys(filter(None, map(_canonical_tag, _declarations(evidence)))))


def _declarations(evidence: Evidence) -> list[str]:
    root = evidence.tree
    html = root if root.tag == "html" else root.find(".//html")
    values = [] if html is None else [html.get("lang"), html.get("xml:lang")]
    values += [jsonld.string(node.get("inLanguage")) for node in evidence.articles]
    values += [evidence.first("og:locale", "language", "dc.language", "content-language")]
    for element in root.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "content-language":
            values.append(element.get("content"))
    return [value.strip() for value in values if value]


def _canonical_tag(value: str) -> str | None:
    match = _TAG.match(value)
    if not match:
        return None
    language, script, region = match.groups()
    language = _ALIASES.get(language.lower(), language.lower())
    parts = [language, script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def _script(sample: str) -> str | None:
    patterns = _SCRIPTS[-1:] if sample.isascii() else _SCRIPTS
    counts = Counter({name: len(pattern.findall(sample)) for name, pattern in patterns})
    letters = sum(counts.values())
    if letters < 20:
        return None
    # kana and hangul stand beside Han characters in Japanese and Korean, never in Chinese
    for name in ("Kana", "Hang"):
        if counts[name] > 0.1 * letters:
            return name
    return counts.most_common(1)[0][0]


def _by_script(script: str) -> str:
    return _ONLY.get(script) or _DEFAULT[script]


def _by_words(sample: str, declared: str | None) -> str | None:
    words = _WORD.findall(sample.lower())
    if len(words) < MIN_WORDS:
        return declared
    listed = Counter(code for word in words for code in _languages_of().get(word, ()))
    shares = {code: listed[code] / len(words) for code in _LATIN_LISTS}
    best = max(shares, key=lambda code: shares[code])
    own = shares.get(declared.split("-")[0]) if declared else None
    if declared and (own is None or own >= 0.6 * shares[best]):
        return declared
    return best if shares[best] >= MIN_SHARE else declared


@cache
def _languages_of() -> dict[str, list[str]]:
    """Return the languages of each function word."""
    languages: dict[str, list[str]] = defaultdict(list)
    for code, name in _LATIN_LISTS.items():
        for word in get_stoplist(name):
            languages[word].append(code)
    return dict(languages)
