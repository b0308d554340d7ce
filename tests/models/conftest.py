"""The shipped tagger, loaded once for all tests of this folder."""

from __future__ import annotations

import pytest

from models.onnx_tagger import OnnxTagger
from models.weights import default_folder


@pytest.fixture(scope="session")
def shipped() -> OnnxTagger:
    return OnnxTagger(default_folder(), threads=2)
