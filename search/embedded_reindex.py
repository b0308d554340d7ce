"""Builds the embedded index anew in a folder beside the old one, and swaps by one rename.

The writer's lock is held meanwhile: another process that wants to write is told to wait, so nothing
is missed; searches go on in the old folder. Killed anywhere, the old one is still current, and what
was begun is removed by the next rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import tantivy

from articles.record import Article
from search.embedded_folder import TANTIVY, Generation, IndexFolder, unusable
from search.embedded_reading import all_articles
from search.embedded_schema import EMBEDDED_FORMAT
from search.embedded_writing import committing, put_all
from search.engine import IndexBrokenError, SearchError


class Rebuild:
    """One rebuild of one folder. `say` is told of each step: begun, copied, agreed, swapped."""

    def __init__(self, folder: IndexFolder, say: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder
        self._say = say

    def run(self, articles: Iterable[Article] | None) -> int:
        """Rebuild from these articles, or from the old index; returns how many there are.

        Raises IndexBrokenError when the old one cannot be read, SearchError when the new one does
        not hold every article: nothing is swapped then.
        """
        with self._folder.writing():
            old = self._folder.any_format()
            made = self._folder.begin()
            self._say("begun")
            ids: set[str] = set()
            given = self._read(old) if articles is None else articles
            self._fill(made, _noted(given, ids))
            self._say("copied")
            count = int(self._open(made).num_docs)
            if count != len(ids):
                raise SearchError(
                    f"The new index in {self._folder.path} holds {count:,} of {len(ids):,} "
                    "articles; the old one is searched as before"
                )
            self._say("agreed")
            before = old and old.model_copy(update={"previous": None})
            self._folder.point_at(made.model_copy(update={"previous": before}))
            self._say("swapped")
        return count

    def _open(self, generation: Generation) -> tantivy.Searcher:
        try:
            index = tantivy.Index.open(str(self._folder.data(generation.generation)))
            index.reload()
            return index.searcher()
        except (ValueError, OSError) as error:
            raise unusable(self._folder.path, error) from error

    def _read(self, old: Generation | None) -> Iterator[Article]:
        if old is None:
            return iter(())
        rows = self._folder.data(old.generation) / "embeddings.f32"
        return all_articles(self._open(old), rows)

    def _fill(self, made: Generation, articles: Iterable[Article]) -> None:
        folder = self._folder.data(made.generation)
        index = tantivy.Index.open(str(folder))
        with committing(index, self._guarded) as writer:
            _, refused = put_all(writer, folder / "embeddings.f32", articles, self._guarded)
        if refused:
            article_id, reason = next(iter(refused.items()))
            raise SearchError(
                f"The new index refuses {len(refused)} articles, the first is {article_id} "
                f"({reason}); the old one is searched as before"
            )

    def _guarded(self, ask: Callable[[], object]) -> object:
        try:
            return ask()
        except (ValueError, OSError) as error:
            raise unusable(self._folder.path, error) from error

    def roll_back(self) -> None:
        """Make the generation before the last rebuild current; the present one stays aside.

        Raises IndexBrokenError where there is none that this version can read.
        """
        with self._folder.writing():
            current = self._folder.current()
            before = current and current.previous
            readable = before and (before.format, before.tantivy) == (EMBEDDED_FORMAT, TANTIVY)
            if current is None or before is None or not readable:
                raise IndexBrokenError(
                    f"There is no index before the present one in {self._folder.path} that this "
                    "version can go back to"
                )
            aside = current.model_copy(update={"previous": None})
            self._folder.point_at(before.model_copy(update={"previous": aside}))


def _noted(articles: Iterable[Article], ids: set[str]) -> Iterator[Article]:
    for article in articles:
        ids.add(article.id)
        yield article
