"""What the day lacks: sources that gave nothing, and languages that nobody covered."""

from __future__ import annotations

from collections.abc import Sequence

from digests.cleaning import MAX_NAME, clean
from digests.content import MissingLanguage, SourceReport
from digests.names import base_language, language_name

_GRAVEST_FIRST = {"blocked": 0, "failed": 1, "silent": 2, "not_crawled": 3}
MAX_DETAIL = 200


def missing_sources(sources: Sequence[SourceReport]) -> tuple[SourceReport, ...]:
    """Return the sources that did not work, gravest first, then by name, with clean texts."""
    missing = [source for source in sources if source.status != "ok"]
    missing.sort(key=lambda s: (_GRAVEST_FIRST[s.status], s.name.casefold(), s.source_id))
    return tuple(
        source.model_copy(
            update={
                "name": clean(source.name, MAX_NAME) or source.source_id,
                "detail": clean(source.detail, MAX_DETAIL),
            }
        )
        for source in missing
    )


def missing_languages(
    sources: Sequence[SourceReport], expected: Sequence[str]
) -> tuple[MissingLanguage, ...]:
    """Return the expected languages that no working source covers, in the order expected.

    Without a catalogue that states its sources' languages nothing can be said, and nothing is.
    """
    if not any(source.languages for source in sources):
        return ()
    missing = []
    for language in dict.fromkeys(base_language(tag) for tag in expected):
        mine = [s for s in sources if language in {base_language(tag) for tag in s.languages}]
        if any(source.status == "ok" for source in mine):
            continue
        missing.append(
            MissingLanguage(
                language=language, name=language_name(language), reason=_reason(len(mine))
            )
        )
    return tuple(missing)


def _reason(sources: int) -> str:
    if sources == 0:
        return "no source in the catalogue"
    if sources == 1:
        return "the only source gave nothing"
    return f"none of {sources} sources gave anything"
