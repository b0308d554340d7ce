"""Contrastive pre-tuning: which pairs are learnt from, what changes, and what a stop leaves."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from models.corpus import LabelledItem
from models.tagger import TaggerInput
from models.training import pretuning
from models.training.network import NewsEncoder
from models.training.pretuning import PRETUNED, foreign_pairs, pretune
from models.training.settings import TrainingSettings
from models.weights import TOKENIZER, default_folder

PIECES = 110_000
TESTED = LabelledItem(
    id="t",
    event="t",
    batch="news",
    language="en",
    date="2023-05-01",
    title="Vietnam opens reef airstrip to visiting frigates",
    south_china_sea=1,
    terrorism=0,
    policy_divergence=0,
    sentiment="neu",
)
SUMMARY = "Officials in Jakarta said on Monday that the palm oil harvest was late."


def english(title: str, text: str = SUMMARY) -> TaggerInput:
    return TaggerInput(title, text, "en")


def test_pairs_name_a_country_abroad_and_say_something() -> None:
    kept = english("Indonesia delays its palm oil levy")
    left_out = [
        english("Council in Ohio delays its levy again", "The mayor said that the levy was late."),
        english("Indonesia delays"),
        english("Indonesia delays its levy", "Late."),
        english("Malaysia names a finance minister", f"{SUMMARY} (Ann Lee/AFP via Getty Images)"),
        english("Thailand names a finance minister", f"A man walks in Bangkok in a file photo {2}"),
        english(TESTED.title, "The airstrip on the reef welcomes visiting frigates of Vietnam."),
    ]
    assert foreign_pairs([*left_out, kept, kept], [TESTED]) == [kept]


def network() -> NewsEncoder:
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=PIECES,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        pad_token_id=1,
    )
    encoder = BertModel(config, add_pooling_layer=False)
    encoder.embeddings.word_embeddings.weight.requires_grad = False
    return NewsEncoder(encoder)


PAIRS = [
    TaggerInput(f"{name} {verb} the {thing}", f"The {thing} is what {name} {verb}.", language)
    for language, names in (("en", ("Hanoi", "Manila", "Jakarta")), ("id", ("Dili", "Bali")))
    for name in names
    for verb in ("buys", "sells", "paints", "hides")
    for thing in ("boat", "bridge", "school", "lamp")
]


@pytest.fixture
def settings(tmp_path: Path) -> TrainingSettings:
    shutil.copy(default_folder() / TOKENIZER, tmp_path / TOKENIZER)
    return TrainingSettings(encoder=tmp_path, out=tmp_path, pretuning_rate=3e-3, pretuning_batch=8)


def test_a_headline_finds_its_summary_better_after_pretuning(settings: TrainingSettings) -> None:
    trained, losses = network(), []
    heads = trained.risk.weight.clone(), trained.space.weight.clone()
    words = trained.encoder.get_input_embeddings().weight.clone()
    pretune(trained, PAIRS * 10, settings, lambda *told: losses.append(told))
    assert [told[0] for told in losses] == list(range(1, len(losses) + 1))
    assert {told[1] for told in losses} == {len(losses)}
    first, last = (sum(told[2] for told in part) for part in (losses[:10], losses[-10:]))
    assert last < 0.7 * first
    assert torch.equal(trained.risk.weight, heads[0])
    assert torch.equal(trained.space.weight, heads[1])
    assert torch.equal(trained.encoder.get_input_embeddings().weight, words)


def test_a_later_call_takes_what_the_first_has_learnt(settings: TrainingSettings) -> None:
    first, again = network(), network()
    pretune(first, PAIRS, settings, lambda *_: None)
    pretune(again, PAIRS, settings, lambda *_: pytest.fail("learnt twice"))
    for name, tensor in first.encoder.state_dict().items():
        assert torch.equal(tensor, again.encoder.state_dict()[name]), name
    assert (settings.out / PRETUNED).stat().st_size < 1e6  # without the words, which are frozen


def test_a_stopped_pretuning_ends_like_an_undisturbed_one(
    settings: TrainingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretuning, "STEPS_BETWEEN_CHECKPOINTS", 3)
    stopped, again, whole = network(), network(), network()

    def stop(done: int, _total: int, _loss: float) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretune(stopped, PAIRS, settings, stop)
    steps: list[int] = []
    pretune(again, PAIRS, settings, lambda done, *_: steps.append(done))
    assert steps[0] == 7  # after the checkpoint of step 6
    (settings.out / PRETUNED).unlink()
    pretune(whole, PAIRS, settings, lambda *_: None)
    for name, tensor in whole.encoder.state_dict().items():
        assert torch.equal(tensor, again.encoder.state_dict()[name]), name
    assert [path.name for path in settings.out.glob("*.pt")] == [PRETUNED]


def test_a_batch_speaks_one_language(settings: TrainingSettings) -> None:
    batches = pretuning._batches(PAIRS, 8, random.Random(1))
    assert all(len({pair.language for pair in batch}) == 1 for batch in batches)
    assert sum(map(len, batches)) == len(PAIRS)
