"""Forms of an Indonesian or Malay word: `larangan` also finds melarang, dilarang and larang.

Both languages build words by affixes around a root, and a headline takes any of them for the same
thing. The forms are made when a query is read and looked for in Indonesian and Malay articles only,
so the index stays as it is and no other language pays with false finds. Rules, no dictionary: a
form that is no word is in no article. What is covered are the verb and noun forms of Sneddon,
Indonesian: A Comprehensive Grammar (1996), chapter 1; not reduplication and infixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

LANGUAGES = ("id", "ms")
"""Base languages of the articles in which forms are looked for."""

MIN_ROOT = 4
"""Letters of a root: of three, too many forms are other words."""

MAX_FORMS = 200
"""Forms of one word that are looked for."""

_WORD = re.compile(r"[a-z]{4,20}")
_CLITICS = ("nya", "lah", "kah", "pun")
_SUFFIXES = ("kan", "an", "i")
# Behind the nasal of me- and pe- some first letters of a root are lost: tulis, menulis.
_LOST = {"mem": "p", "men": "t", "meny": "s", "meng": "k"}
_KEPT = {"mem": "bfp", "men": "cdjz", "meng": "aeioughk", "me": "lmnrwy"}
_PLAIN = ("memper", "diper", "ber", "per", "ter", "di", "ke", "se", "pe")
# Prefix (me- and pe- with their nasal), and the endings that go with it.
_PATTERNS = (
    ("", ("", "kan", "i", "an", "nya", "annya", "lah", "kanlah")),
    ("me", ("", "kan", "i", "nya", "kannya", "inya")),
    ("di", ("", "kan", "i", "nya", "kannya")),
    ("ter", ("", "kan", "i", "nya")),
    ("ber", ("", "an", "kan", "nya")),
    ("pe", ("", "an", "nya", "annya")),
    ("per", ("an", "annya")),
    ("memper", ("", "kan", "i")),
    ("diper", ("", "kan", "i")),
    ("ke", ("an", "annya")),
)


def _nasal(prefix: str, root: str) -> str:
    """Put me- or pe- before a root, with the nasal that its first letter asks for."""
    for nasal, lost in _LOST.items():
        if root.startswith(lost):
            return f"{prefix}{nasal[2:]}{root[1:]}"
    for nasal, kept in _KEPT.items():
        if root[0] in kept:
            return f"{prefix}{nasal[2:]}{root}"
    return f"{prefix}{root}"


def _bare(word: str) -> Iterator[str]:
    """Give what is left of a word without its endings; the word itself first."""
    yield word
    for clitic in _CLITICS:
        if word.endswith(clitic) and len(word) - len(clitic) >= MIN_ROOT:
            word = word.removesuffix(clitic)
            yield word
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= MIN_ROOT:
            yield word.removesuffix(suffix)


def _without_nasal(word: str, first: str) -> Iterator[str]:
    """Give the roots of which a word with me- or pe- (`first`) may be made."""
    for nasal, lost in _LOST.items():
        prefix = first + nasal[1:]
        if word.startswith(prefix):
            rest = word.removeprefix(prefix)
            if rest[:1] in tuple("aeiou"):
                yield lost + rest
            if rest[:1] in tuple(_KEPT.get(nasal, "")):
                yield rest
    if word.startswith(f"{first}e") and word[2:3] in tuple(_KEPT["me"]):
        yield word[2:]


def _roots(word: str) -> list[str]:
    """List the roots that a word may have, the barest first."""
    found: dict[str, None] = {}
    for bare in _bare(word):
        found.setdefault(bare)
        for first in "mp":
            found |= dict.fromkeys(_without_nasal(bare, first))
        for prefix in _PLAIN:
            if bare.startswith(prefix):
                found.setdefault(bare.removeprefix(prefix))
                break
    return sorted((root for root in found if len(root) >= MIN_ROOT), key=len)


def _of_root(root: str) -> Iterator[str]:
    for prefix, endings in _PATTERNS:
        starts = {_nasal(prefix, root)} if prefix in ("me", "pe") else {prefix + root}
        if prefix == "pe":
            starts.add(prefix + root)  # Malay pelari beside Indonesian penulis
        for start in sorted(starts):
            yield from (start + ending for ending in endings)


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[str, ...]:
    """Return other forms that a word in small letters without marks may stand in, at most 200.

    Empty for what cannot be a word of these languages: shorter than four letters, or not a-z.
    """
    if not _WORD.fullmatch(word):
        return ()
    made = dict.fromkeys(form for root in _roots(word) for form in _of_root(root))
    made.pop(word, None)
    return tuple(made)[:MAX_FORMS]
