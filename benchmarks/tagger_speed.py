"""Speed and memory of the shipped tagger, by default on the project's own items.

    python -m benchmarks.tagger_speed [--texts 2000] [--pages gold.jsonl] [--torch ENCODER_FOLDER]

`--pages` takes bodies of news pages (JSON Lines with `title` and `body`), the longest texts there
are. `--torch` also times the transformers pipeline with the fp32 encoder (batch 16, the same
truncation, two threads) on the same texts; it needs the train extra.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from models.corpus import read_items
from models.onnx_tagger import OnnxTagger
from models.reading import lead
from models.tagger import TaggerInput, load


def texts(count: int, pages: Path | None) -> list[TaggerInput]:
    if pages is None:
        given = [item.given() for item in read_items()]
    else:
        rows = [json.loads(line) for line in pages.read_text(encoding="utf-8").split("\n") if line]
        given = [TaggerInput(row.get("title") or "", row.get("body") or "") for row in rows]
    return list(islice(cycle(given), count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--torch", type=Path)
    options = parser.parse_args()
    given = texts(options.texts, options.pages)
    began = time.perf_counter()
    tagger = load()
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    tagger.tag(given)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"load {loaded:.2f} s; {len(given)} texts in {seconds:.1f} s: ", end="")
    print(f"{len(given) / seconds:.1f} texts/s; peak memory {peak:.0f} MB")
    if options.torch and isinstance(tagger, OnnxTagger):
        slow = torch_seconds(options.torch, tagger, given)
        print(f"fp32 torch pipeline: {len(given) / slow:.1f} texts/s; ", end="")
        print(f"the tagger is {slow / seconds:.2f} times as fast")


def torch_seconds(folder: Path, tagger: OnnxTagger, given: list[TaggerInput]) -> float:
    import torch  # noqa: PLC0415
    from transformers import AutoModel, AutoTokenizer, pipeline  # noqa: PLC0415

    torch.set_num_threads(2)
    model: Any = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=tagger.card.max_tokens)
    features = pipeline("feature-extraction", model=model, tokenizer=tokenizer, batch_size=16)
    prefixed = [tagger.card.prefix + lead(one) for one in given]
    began = time.perf_counter()
    with torch.inference_mode():
        features(prefixed, tokenize_kwargs={"truncation": True}, return_tensors=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
