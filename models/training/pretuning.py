"""Contrastive pre-tuning: headlines drawn to their own summaries before any label is seen.

A headline of the unlabelled pool often names what only its summary explains ("Begum loses appeal").
Learning which summary belongs to which headline, among those of one batch, puts that knowledge of
the world into the encoder; the labels come after (`models.training.fit`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import structlog
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.corpus import LabelledItem, near_any
from models.gazetteer import load_gazetteer
from models.reading import clean
from models.tagger import TaggerInput
from models.training.batches import pad
from models.training.fit import PADDING, Progress, save_whole
from models.training.network import NewsEncoder
from models.training.publish import PREFIX
from models.training.settings import TrainingSettings

PRETUNED, UNFINISHED = "pretuned.pt", "pretuning.pt"
STEPS_BETWEEN_CHECKPOINTS = 50
HOME = frozenset({"US", "GB", "CA", "AU"})
"""Home countries of the pool's outlets: most of what names no other is far from what we tag."""
MIN_TITLE_WORDS, MIN_SUMMARY_WORDS = 4, 7
TITLE_TOKENS, SUMMARY_TOKENS = 32, 64
TEMPERATURE = 0.05
HEAD_START = 0.1
"""Share of the steps in which the learning rate rises."""

_CAPTION = re.compile(
    r"\((?:[^()]*/)?[^()]*\b(?:AP|AFP|Getty|Reuters|Press|Shutterstock|Photo|Images)\b[^()]*\)"
    r"|\bfile photo\b",
    re.IGNORECASE,
)

log = structlog.get_logger()


def foreign_pairs(pool: Sequence[TaggerInput], apart: Sequence[LabelledItem]) -> list[TaggerInput]:
    """Return the pool headlines worth learning from, each with its summary, each title once.

    Left out: those that name no country but the outlets' own, photo captions, very short ones, and
    those that share words with an item of `apart` (the real test part).
    """
    find = load_gazetteer().find
    telling = {
        given.title: given
        for given in pool
        if len(given.title.split()) >= MIN_TITLE_WORDS
        and len(given.text.split()) >= MIN_SUMMARY_WORDS
        and not _CAPTION.search(given.text)
        and set(find(given).countries) - HOME
    }
    texts = [f"{given.title} {given.text}" for given in telling.values()]
    near = near_any(texts, [f"{item.title} {item.summary}" for item in apart])
    return [pair for pair, close in zip(telling.values(), near, strict=True) if not close]


def pretune(
    network: NewsEncoder,
    pairs: Sequence[TaggerInput],
    settings: TrainingSettings,
    progress: Progress,
) -> None:
    """Train the encoder in place, one pass over the pairs; heads and space stay as they are.

    A call that was stopped goes on from its last checkpoint (UNFINISHED in `out`). The result is
    kept there too (PRETUNED): a training that is stopped later does not do it again.
    """
    done, unfinished = settings.out / PRETUNED, settings.out / UNFINISHED
    if done.exists():
        network.encoder.load_state_dict(torch.load(done, weights_only=True), strict=False)
        return
    stage = _Pretuning(network, pairs, settings)
    stage.resume(unfinished)
    while stage.step < len(stage.batches):
        loss = stage.one_step()
        progress(stage.step, len(stage.batches), loss)
        if stage.step % STEPS_BETWEEN_CHECKPOINTS == 0:
            save_whole(stage.state(), unfinished)
    save_whole(_trained(network), done)
    unfinished.unlink(missing_ok=True)
    log.info("pretuned", pairs=len(pairs), steps=len(stage.batches))


def _trained(network: NewsEncoder) -> dict[str, Tensor]:
    """Return the encoder's tensors but for the words, which are frozen."""
    named = network.encoder.named_parameters()
    return {name: value.detach() for name, value in named if value.requires_grad}


class _Pretuning:
    """State of the stage between steps."""

    def __init__(
        self, network: NewsEncoder, pairs: Sequence[TaggerInput], settings: TrainingSettings
    ) -> None:
        torch.manual_seed(settings.seed)
        chance = random.Random(settings.seed)  # noqa: S311 - an order, no secret
        self.network, self.step = network, 0
        self.tokens = _Tokens(settings.out)
        self.batches = _batches(pairs, settings.pretuning_batch, chance)[: settings.steps]
        groups = network.parameter_groups(settings.pretuning_rate, settings.layer_decay, 0.0)
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate_at)
        network.train()

    def _rate_at(self, step: int) -> float:
        total = len(self.batches)
        warm = max(1, int(total * HEAD_START))
        return min((step + 1) / warm, max(0.02, (total - step) / max(1, total - warm)))

    def one_step(self) -> float:
        loss = _loss(self.network, self.tokens, self.batches[self.step])
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.encoder.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.step += 1
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """Return what a later call needs to go on from here."""
        parts = {"optimizer": self.optimizer, "schedule": self.schedule}
        state: dict[str, Any] = {name: part.state_dict() for name, part in parts.items()}
        random_state = {"random": torch.get_rng_state(), "step": self.step}
        return state | random_state | {"encoder": _trained(self.network)}

    def resume(self, path: Path) -> None:
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.network.encoder.load_state_dict(state["encoder"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])
        self.step = state["step"]
        log.info("pretuning_resumed", step=self.step)


class _Tokens:
    """Token ids of headlines and of summaries."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.glossed = load_gazetteer().glossed

    def __call__(self, texts: Sequence[str], most: int) -> tuple[Tensor, Tensor]:
        self.tokenizer.enable_truncation(most)
        read = [PREFIX + self.glossed(clean(text)) for text in texts]
        return pad([one.ids for one in self.tokenizer.encode_batch(read)], PADDING)


def _batches(
    pairs: Sequence[TaggerInput], size: int, chance: random.Random
) -> list[list[TaggerInput]]:
    """Return batches of one language each, of like length: else telling apart would be too easy."""
    speaking: dict[str | None, list[TaggerInput]] = {}
    for pair in chance.sample(list(pairs), len(pairs)):
        speaking.setdefault(pair.language, []).append(pair)
    batches = [batch for each in speaking.values() for batch in _cut(each, size)]
    chance.shuffle(batches)
    return batches


def _cut(pairs: Sequence[TaggerInput], size: int) -> Iterator[list[TaggerInput]]:
    for start in range(0, len(pairs) - 1, size * 16):
        pool = sorted(pairs[start : start + size * 16], key=lambda pair: len(pair.text))
        yield from (pool[at : at + size] for at in range(0, len(pool) - 1, size))


def _loss(network: NewsEncoder, tokens: _Tokens, batch: Sequence[TaggerInput]) -> Tensor:
    """Return InfoNCE in both directions over the batch's headlines and summaries."""
    with torch.autocast("cpu", torch.bfloat16):
        titles = network.pooled(*tokens([pair.title for pair in batch], TITLE_TOKENS))
        summaries = network.pooled(*tokens([pair.text for pair in batch], SUMMARY_TOKENS))
    normal = nn.functional.normalize
    likeness = normal(titles, dim=-1) @ normal(summaries, dim=-1).T / TEMPERATURE
    own = torch.arange(len(batch))
    both = nn.functional.cross_entropy(likeness, own) + nn.functional.cross_entropy(likeness.T, own)
    return both / 2
