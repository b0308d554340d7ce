"""Languages in which the tagger's rightness is measured; in others a tag is a hint."""

from __future__ import annotations

MEASURED_LANGUAGES = frozenset({"en", "zh", "id", "ms", "vi", "th", "fil", "km", "lo", "my"})
"""Those with test items in models/data; tests/models/test_evaluate.py holds the two together."""


def measured(language: str) -> bool:
    """Whether tags of an article in a language (BCP 47) are measured; unknown counts as measured.

    The region of a code plays no part (`zh-Hant` is Chinese); `tl` is the older code of Filipino.
    """
    code = language.split("-", maxsplit=1)[0].lower()
    return code in MEASURED_LANGUAGES | {"tl", "und", ""}
