"""Three simpler methods on the tagger's test items: keywords, TF-IDF, the encoder left frozen.

    python -m benchmarks.tagger_baselines [--encoder FOLDER] [--news real.jsonl] [--pool pool.gz]
        [--out models/data/baselines.json]

All learn from the tagger's own training part and choose thresholds on its development part. The
frozen encoder needs the train extra and `--encoder`, the folder of multilingual-e5-small; without
them its stored figures stay if the items are the same, and are left out if not.
`shoalwatch model evaluate` shows the figures beside its own while the items are the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_union

from models.corpus import (
    ITEMS,
    LabelledItem,
    away_from_test,
    digest_of,
    hold_back,
    read_items,
    read_news,
    read_pool,
    read_pool_labels,
    split,
)
from models.evaluation.judging import BASELINES, held_out, shared_news, stored_baselines
from models.evaluation.records import Baselines
from models.evaluation.scoring import TONES, Verdicts, brief, score_groups
from models.reading import lead
from models.tagger import RISKS
from models.training.calibration import best_threshold
from models.weights import default_folder, read_card

KEYWORDS = ITEMS / "keywords.yml"
Items = Sequence[LabelledItem]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--news", type=Path, default=shared_news())
    parser.add_argument("--pool", type=Path)
    parser.add_argument("--out", type=Path, default=BASELINES)
    options = parser.parse_args()
    seed = int(read_card(default_folder()).training["settings"]["seed"])
    train, development = learnt_from(seed, options.news, options.pool)
    parts = held_out(seed, options.news)
    methods: dict[str, Any] = {"keyword list": Keywords(), "TF-IDF": Linear(tfidf())}
    if options.encoder:
        methods["frozen encoder"] = Linear(FrozenEncoder(options.encoder))
    else:
        print("The frozen encoder is not measured now: give its folder with --encoder.")
    tested = {name: digest_of(items) for name, items in parts.items()}
    scores = [one for one in stored_baselines(tested, options.out)[0] if one.method not in methods]
    for name, method in methods.items():
        method.fit(train, development)
        for corpus, items in parts.items():
            groups = score_groups(items, method.verdicts(items), corpus)
            scores += [brief(group, name) for group in groups]
            print(name, corpus, {r: s.value for r, s in scores[-len(groups)].f1.items()})
    stored = Baselines(
        tested=tested,
        trained=digest_of([*train, *development]),
        libraries={"scikit-learn": version("scikit-learn"), "numpy": version("numpy")},
        scores=tuple(scores),
    )
    options.out.write_text(stored.model_dump_json(indent=1) + "\n", encoding="utf-8")


def learnt_from(seed: int, news: Path | None, pool: Path | None) -> tuple[Items, Items]:
    """Return the training and development parts, with labelled pool headlines if given.

    As in the tagger's own training, pool headlines near one of the test part are left out.
    """
    parts = hold_back(split(read_items() + (read_news(news) if news else []), seed))
    rows = read_pool(pool) if pool else []
    return (*parts.train, *away_from_test(read_pool_labels(rows), parts)), parts.development


class Keywords:
    """Tags where a keyword of the item's language, or of English, stands in the text."""

    def __init__(self) -> None:
        self.lists = yaml.safe_load(KEYWORDS.read_text(encoding="utf-8"))

    def fit(self, train: Items, development: Items) -> None:
        """Nothing is learnt."""

    def verdicts(self, items: Items) -> Verdicts:
        found = np.array([[self._stands(risk, item) for risk in RISKS] for item in items])
        tones = np.array([self._tone(item) for item in items], np.int64)
        return Verdicts(found.astype(np.float64), found, tones, np.ones(len(items)))

    def _stands(self, label: str, item: LabelledItem) -> bool:
        text = lead(item.given()).lower()
        words = self.lists[label]
        return any(word in text for word in [*words["en"], *words.get(item.language, [])])

    def _tone(self, item: LabelledItem) -> int:
        negative, positive = self._stands("negative", item), self._stands("positive", item)
        return 1 + int(positive) - int(negative)


class Linear:
    """Logistic regression on features, a threshold per label from the development part."""

    def __init__(self, features: Any) -> None:
        self.features = features
        self.thresholds: dict[str, float] = {}
        self.models: dict[str, LogisticRegression] = {}

    def fit(self, train: Items, development: Items) -> None:
        rows = self.features.fit_transform(texts(train))
        new = self.features.transform(texts(development))
        for risk in RISKS:
            model = _regression().fit(rows, [item.label(risk) for item in train])
            truth = np.array([item.label(risk) == 1 for item in development])
            self.thresholds[risk] = best_threshold(model.predict_proba(new)[:, 1], truth)
            self.models[risk] = model
        self.models["tone"] = _regression().fit(rows, [TONES.index(i.sentiment) for i in train])

    def verdicts(self, items: Items) -> Verdicts:
        rows = self.features.transform(texts(items))
        risks = np.stack([self.models[risk].predict_proba(rows)[:, 1] for risk in RISKS], 1)
        tones = self.models["tone"].predict_proba(rows)
        least = np.array([self.thresholds[risk] for risk in RISKS])
        return Verdicts(risks, risks >= least, tones.argmax(1).astype(np.int64), tones.max(1))


class FrozenEncoder:
    """Mean-pooled embeddings of the base encoder as it was found."""

    def __init__(self, folder: Path) -> None:
        import torch  # noqa: PLC0415
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415

        self.torch = torch
        self.model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=96)

    def fit_transform(self, given: Sequence[str]) -> Any:
        return self.transform(given)

    def transform(self, given: Sequence[str]) -> Any:
        order = sorted(range(len(given)), key=lambda i: len(given[i]))
        out = np.zeros((len(given), self.model.config.hidden_size), np.float32)
        with self.torch.inference_mode():
            for start in range(0, len(order), 32):
                rows = order[start : start + 32]
                batch = self.tokenizer(
                    ["query: " + given[i] for i in rows],
                    padding=True,
                    truncation=True,
                    return_tensors="pt",
                )
                hidden = self.model(**batch).last_hidden_state
                mask = batch["attention_mask"].unsqueeze(-1)
                out[rows] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
        # E5's embeddings lie in a narrow cone; longer steps let the regression use the differences.
        return 20 * out / np.linalg.norm(out, axis=1, keepdims=True)


def tfidf() -> FeatureUnion:
    """Words and pairs of words, and character 2- to 4-grams for scripts without spaces."""
    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True),
    )


def texts(items: Items) -> list[str]:
    return [lead(item.given()) for item in items]


def _regression() -> LogisticRegression:
    return LogisticRegression(C=4, max_iter=400, class_weight="balanced")


if __name__ == "__main__":
    main()
