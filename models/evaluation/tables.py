"""The score card as tables: Markdown for the project's page, plain rows for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from models.evaluation.records import BaselineScore, Estimate, GroupScore, RiskScore, ScoreCard
from models.tagger import RISKS, SENTIMENTS

NAMES = {
    risk: risk.replace("_", " ").replace("south china sea", "South China Sea") for risk in RISKS
}


def as_table(card: ScoreCard) -> Table:
    """Return F1 per group as a table for the terminal."""
    title = f"Tagger {card.model_version}: F1 with 95 % interval (positives)"
    table = Table(title=title)
    for column in ("corpus", "language", "items", *NAMES.values(), "mean", "sentiment macro-F1"):
        table.add_column(column)
    for group in card.groups:
        table.add_row(*_f1_row(group))
    return table


def as_markdown(card: ScoreCard) -> str:
    """Return the whole score card as a Markdown page."""
    f1_head = ["corpus", "language", "items", *NAMES.values(), "mean", "sentiment macro-F1"]
    parts = [
        *_opening(card),
        *_tested(card),
        "## F1\n",
        _table(f1_head, [_f1_row(group) for group in card.groups]),
        "## Precision, recall, average precision, calibration\n",
        *_per_risk(card),
        "## Sentiment\n",
        *_sentiment(card),
        "## Reliability\n",
        *_reliability(card),
        "## Evidence\n",
        _evidence(card),
        "## Beside simpler methods\n",
        *_baselines(card),
        *_not_measured(card),
    ]
    return "\n".join(parts)


def _opening(card: ScoreCard) -> Iterator[str]:
    yield f"# Score card of {card.model_version}\n"
    yield (
        "Written by `shoalwatch model evaluate --out FOLDER`, not by hand. The items are the "
        f"test part of split seed {card.split_seed}, which these weights never saw. In brackets "
        f"stand 95 % intervals by {card.resamples} bootstrap draws of events, then the positives; "
        "a score without a positive is a dash.\n"
    )
    yield "![F1 with intervals beside the baselines, and reliability](score_card.png)\n"


def _not_measured(card: ScoreCard) -> Iterator[str]:
    yield "## Not measured\n"
    yield (
        f"Read, but not measured, as no test item is in them: {', '.join(card.not_measured)}. "
        "Take tags in these languages, and in any other that is not in the tables, as hints.\n"
    )


def _tested(card: ScoreCard) -> Iterator[str]:
    rows = [
        [group.corpus, str(group.items), f"`{card.tested[group.corpus][:16]}`"]
        for group in card.groups
        if group.language == "all"
    ]
    yield _table(["corpus", "items", "digest"], rows)
    yield (
        f"{card.texts_per_second:.0f} texts a second in this run, evidence and places included "
        "(benchmarks measure speed on a quiet machine).\n"
    )


def _per_risk(card: ScoreCard) -> Iterator[str]:
    head = ["corpus", "language", "positives", "precision", "recall", "average precision", "ECE"]
    for risk, name in NAMES.items():
        yield f"### {name}\n"
        yield _table(head, [_risk_row(group, group.risks[risk]) for group in card.groups])


def _risk_row(group: GroupScore, score: RiskScore) -> list[str]:
    ratios = (score.precision, score.recall, score.average_precision)
    cells = [_cell(one) if score.positives else "-" for one in ratios]
    error = f"{score.calibration_error:.3f}"
    return [group.corpus, group.language, str(score.positives), *cells, error]


def _sentiment(card: ScoreCard) -> Iterator[str]:
    for group in card.groups:
        if group.language == "all":
            tone = group.sentiment
            yield (
                f"{group.corpus}: macro-F1 {_cell(tone.macro_f1)}, calibration error "
                f"{tone.calibration_error:.3f}. Rows are the truth, columns the answer.\n"
            )
            rows = [
                [name, *map(str, row)] for name, row in zip(SENTIMENTS, tone.confusion, strict=True)
            ]
            yield _table(["truth", *SENTIMENTS], rows)


def _reliability(card: ScoreCard) -> Iterator[str]:
    for group in card.groups:
        if group.language == "all":
            named = {NAMES[risk]: score.reliability for risk, score in group.risks.items()}
            named["sentiment"] = group.sentiment.reliability
            rows = [
                [name, f"{one.said:.2f}", f"{one.seen:.2f}", str(one.items)]
                for name, bins in named.items()
                for one in bins
            ]
            yield f"{group.corpus}:\n"
            yield _table(["label", "mean probability", "share true", "items"], rows)


def _evidence(card: ScoreCard) -> str:
    score = card.evidence
    return (
        f"Of {score.tags} tags given to the project's test items, the evidence sentence read alone "
        f"is tagged the same in {_percent(score.agreement)}; of the {score.of_several_tags} of "
        f"items with more than one sentence, in {_percent(score.of_several)}.\n"
    )


def _baselines(card: ScoreCard) -> Iterator[str]:
    if card.baselines_missing:
        yield f"{card.baselines_missing}\n"
    if card.baselines:
        head = ["corpus", "language", "method", *NAMES.values(), "mean", "sentiment macro-F1"]
        yield "F1 on the same items; the methods are in benchmarks/tagger_baselines.py.\n"
        yield _table(head, list(_beside(card)))


def _beside(card: ScoreCard) -> Iterator[list[str]]:
    for group in card.groups:
        mine = [
            s for s in card.baselines if (s.corpus, s.language) == (group.corpus, group.language)
        ]
        if mine:
            corpus, language, _, *scores = _f1_row(group)
            yield [corpus, language, "**this tagger**", *scores]
            yield from (_baseline_row(one) for one in mine)


def _baseline_row(score: BaselineScore) -> list[str]:
    cells = [_cell(score.f1[risk]) for risk in RISKS]
    ends = [_cell(score.mean_risk_f1), _cell(score.sentiment_macro_f1)]
    return [score.corpus, score.language, score.method, *cells, *ends]


def _f1_row(group: GroupScore) -> list[str]:
    cells = [
        f"{_cell(score.f1)}, {score.positives}" if score.positives else "-"
        for score in group.risks.values()
    ]
    ends = [_cell(group.mean_risk_f1), _cell(group.sentiment.macro_f1)]
    return [group.corpus, group.language, str(group.items), *cells, *ends]


def _cell(one: Estimate) -> str:
    return f"{one.value:.2f} ({one.low:.2f}-{one.high:.2f})"


def _percent(one: Estimate) -> str:
    return f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
