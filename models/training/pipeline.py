"""From labelled items to a folder of weights, in one call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
import torch

from models.corpus import LabelledItem, digest_of
from models.gazetteer import COUNTRIES, SHIPPED
from models.lexical import LexicalHead
from models.reading import lead
from models.tagger import TaggerInput
from models.training.averaging import fit_runs, forget_runs
from models.training.checkpoints import libraries, writing
from models.training.examples import Reader
from models.training.fit import Progress
from models.training.full_precision import keep
from models.training.lexical import fit_lexical
from models.training.network import NewsEncoder, cut_encoder
from models.training.parts import Material, read_material
from models.training.publish import PREFIX, calibrate, export
from models.training.readiness import prepare
from models.training.settings import RunRecord, TrainingSettings
from models.training.space import refit_space
from models.training.vocabulary import cut_tokenizer, frequent_words, kept_ids
from models.weights import TOKENIZER, digest

log = structlog.get_logger()


def train(settings: TrainingSettings, progress: Progress = lambda *_: None) -> RunRecord:
    """Train the tagger and write its weights folder.

    Raises:
        CorpusError: labelled items are missing or malformed.
        ModelError: `prepare` refuses the settings, or `out` holds another stopped training.
    """
    began = time.monotonic()
    prepare(settings)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    material = read_material(settings)
    parts, corrected = material.parts, material.corrected
    ids = _cut(settings, *material.words())
    network = NewsEncoder(cut_encoder(str(settings.encoder), ids))
    reader = Reader(settings, network)
    learnt = reader.examples(parts.train)
    taught = reader.pseudo(material.pool, [*material.items, *material.labelled], parts)
    learnt += [*taught, *reader.corrected(corrected.train)]
    lexical = fit_lexical([*learnt, *reader.words(material.plain)])
    development = reader.examples(parts.development) + reader.corrected(corrected.development)
    trained, histories, best = fit_runs(network, learnt, development, settings, progress)
    record = RunRecord(
        version=_version(settings, material),
        settings=_plain(settings),
        libraries=libraries(),
        data=material.described() | {"pseudo": len(taught)},
        pieces=len(ids),
        epochs=histories,
        best_epochs=best,
        seconds=round(time.monotonic() - began, 1),
        development={},
    )
    refit_space(trained, learnt)
    return _publish(trained, lexical, settings.out, parts.development, record)


def _publish(
    trained: NewsEncoder,
    lexical: LexicalHead,
    out: Path,
    development: Sequence[LabelledItem],
    record: RunRecord,
) -> RunRecord:
    """Write the weights folder; until it is whole, the finished runs stay, which took hours."""
    with writing(out):
        keep(trained, out)
        export(trained, out)
        record = calibrate(out, development, record, lexical)
        forget_runs(out)
    return record


def _cut(
    settings: TrainingSettings, items: Sequence[LabelledItem], pool: Sequence[TaggerInput]
) -> list[int]:
    """Write the cut tokenizer into `out`; return the kept ids of the full one."""
    whole = settings.encoder / TOKENIZER
    texts = [lead(item.given()) for item in items] + [lead(given) for given in pool]
    ids = kept_ids(whole, [PREFIX, *texts, *frequent_words()])
    with writing(settings.out):
        cut_tokenizer(whole, ids, settings.out / TOKENIZER)
    log.info("vocabulary_cut", pieces=len(ids))
    return ids


def _version(settings: TrainingSettings, material: Material) -> str:
    """Return a version that names the data and settings: date-free, so a repeat gives the same."""
    places = {"out", "encoder", "threads", "corrections"}
    parts = (material.parts.train, material.plain, material.parts.development)
    text = "".join(map(digest_of, parts)) + settings.model_dump_json(exclude=places)
    text += "".join(digest(names).sha256 for names in (COUNTRIES, SHIPPED))
    if settings.corrections:
        text += str(material.corrected.counts()["sha256"])
    import hashlib  # noqa: PLC0415

    return f"shoal-e5s-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    """Return the settings without machine paths."""
    plain = settings.model_dump(mode="json")
    names = ("encoder", "out", "news", "pool", "corrections", "teacher")
    return plain | {name: Path(plain[name]).name for name in names if plain[name]}
