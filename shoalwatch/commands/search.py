"""shoalwatch search: find articles by words, category, country, time and language."""

from __future__ import annotations

from typing import Annotated

import typer

from search.engine import FACETS, Filters, Query, Result, Sort
from shoalwatch.commands.options import workspace
from shoalwatch.console import output
from shoalwatch.found import Format, as_csv, as_json, print_table
from shoalwatch.moments import moment
from shoalwatch.workspace import Workspace

Many = list[str] | None


def search(  # noqa: PLR0913, PLR0917 - one argument for each option
    text: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='Words (all must occur), "a phrase", OR, -without, (groups), field:value, '
            "misspelt~, or ~ and a question; '' finds all.",
        ),
    ] = "",
    category: Annotated[
        Many, typer.Option(help="Risk category, such as terrorism. May be repeated.")
    ] = None,
    country: Annotated[Many, typer.Option(help="ISO code of a country written about: PH.")] = None,
    language: Annotated[Many, typer.Option(help="Language of the article: zh, th, id.")] = None,
    source: Annotated[Many, typer.Option(help="Id of the outlet.")] = None,
    sentiment: Annotated[Many, typer.Option(help="negative, neutral or positive.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="12h, 7d, 2w ago, or a day like 2026-11-24.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Before this moment.")] = None,
    similar: Annotated[
        str | None, typer.Option(metavar="ID", help="Find articles like the one with this id.")
    ] = None,
    sort: Annotated[Sort, typer.Option(help="Order of the results.")] = "relevance",
    size: Annotated[int, typer.Option(min=1, max=1000, help="Results on a page.")] = 10,
    after: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="Go on after the page that said this.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="table for people; json, csv for programs.")
    ] = Format.TABLE,
) -> None:
    """Find articles: shoalwatch search 'scarborough OR 黄岩岛' --country PH --since 7d.

    Values of one option are alternatives; different options must all hold. In the table a '?'
    marks what the tagger is unsure of ('terrorism 0.48?' has the tag, 'terrorism?' just misses it).
    """
    with workspace() as opened:
        timezone = opened.settings.storage.timezone
        query = Query(
            text=text,
            similar_to=similar,
            filters=Filters(
                categories=tuple(category or ()),
                countries=tuple(code.upper() for code in country or ()),
                languages=tuple(language or ()),
                sources=tuple(source or ()),
                sentiments=tuple(sentiment or ()),
                since=moment(since, timezone) if since else None,
                until=moment(until, timezone) if until else None,
            ),
            sort=sort,
            size=size,
            after=after,
            facets=FACETS if form is Format.JSON else (),
            timeline="day" if form is Format.JSON else None,
        )
        show(opened, opened.engine.search(query), form)


def show(opened: Workspace, result: Result, form: Format) -> None:
    """Print a result in the form asked for."""
    if form is Format.JSON:
        typer.echo(as_json(result))
    elif form is Format.CSV:
        typer.echo(as_csv(result, opened.outlet_names, opened.zone), nl=False)
    else:
        print_table(output(), result, opened.outlet_names, opened.zone)
