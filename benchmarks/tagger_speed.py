"""Speed and memory of the tagger, by default on the project's own items.

    python -m benchmarks.tagger_speed [--texts 2000] [--pages gold.jsonl] [--weights FOLDER]
        [--torch] [--growth]

`--pages` takes bodies of news pages (JSON Lines with `title` and `body`), the longest texts there
are. `--torch` also times the transformers pipeline with the same weights in fp32 (batch 16, the
same truncation, two threads) on the same texts in the same run; it needs the train extra and the
fp32.pt that training kept beside the weights. The pipeline makes embeddings only; the tagger is
timed twice: for its verdicts, and with the second pass that finds evidence. `--growth` times 500,
1,000, 2,000 and 4,000 texts: the cost is linear where the time a text stays.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from models.corpus import read_items
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import TaggerInput
from models.weights import TOKENIZER, default_folder

Answer = TypeVar("Answer")
LEAST_TIMES = 2.5
"""Times the documents a second of the fp32 pipeline that the tagger must reach."""


def texts(count: int, pages: Path | None) -> list[TaggerInput]:
    if pages is None:
        given = [item.given() for item in read_items()]
    else:
        rows = [json.loads(line) for line in pages.read_text(encoding="utf-8").split("\n") if line]
        given = [TaggerInput(row.get("title") or "", row.get("body") or "") for row in rows]
    return list(islice(cycle(given), count))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--weights", type=Path, default=default_folder())
    parser.add_argument("--torch", action="store_true")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    given = texts(options.texts, options.pages)
    loaded, tagger = timed(lambda: OnnxTagger(options.weights))
    tagger.verdicts(given[:64])
    seconds, _ = timed(lambda: tagger.verdicts(given))
    whole, _ = timed(lambda: tagger.tag(given))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"load {loaded:.2f} s; {len(given)} texts: {len(given) / seconds:.1f} texts/s verdicts, ")
    print(f"{len(given) / whole:.1f} texts/s with evidence; peak memory {peak:.0f} MB")
    if options.growth:
        growth(tagger, options.pages)
    if options.torch:
        slow = torch_seconds(options.weights, tagger, given)
        print(f"fp32 torch pipeline: {len(given) / slow:.1f} texts/s; the tagger is ", end="")
        print(f"{slow / seconds:.2f} times as fast, {slow / whole:.2f} times with evidence", end="")
        print(f" (bar: {LEAST_TIMES})")
        return int(slow / seconds < LEAST_TIMES)
    return 0


def growth(tagger: OnnxTagger, pages: Path | None) -> None:
    for count in (500, 1000, 2000, 4000):
        given = texts(count, pages)
        seconds, _ = timed(lambda some=given: tagger.tag(some))
        print(f"{count:5} texts: {seconds:.1f} s, {1000 * seconds / count:.1f} ms a text")


def torch_seconds(folder: Path, tagger: OnnxTagger, given: list[TaggerInput]) -> float:
    """Time transformers' feature-extraction pipeline on the encoder of the fp32 network."""
    import torch  # noqa: PLC0415
    from transformers import PreTrainedTokenizerFast, pipeline  # noqa: PLC0415

    from models.training.full_precision import load_full_precision  # noqa: PLC0415

    torch.set_num_threads(2)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / TOKENIZER),
        unk_token="<unk>",
        pad_token="<pad>",
        model_max_length=tagger.card.max_tokens,
    )
    features = pipeline(
        "feature-extraction",
        model=load_full_precision(folder).encoder,
        tokenizer=tokenizer,
        batch_size=16,
    )
    prefixed = [tagger.card.prefix + lead(one) for one in given]
    arguments = {"tokenize_kwargs": {"truncation": True}, "return_tensors": True}
    with torch.inference_mode():
        features(prefixed[:16], **arguments)
        return timed(lambda: features(prefixed, **arguments))[0]


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


if __name__ == "__main__":
    raise SystemExit(main())
