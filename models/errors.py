"""Errors of the tagging stage.

ShoalwatchError
└── ModelError             the tagging stage cannot do what it was asked
    ├── TaxonomyError      models/taxonomy.yml is missing, malformed or has an unknown key
    ├── GazetteerError     models/places.yml or models/countries.yml is missing or malformed
    ├── WeightsError       a model folder is missing, incomplete or damaged
    ├── OwnCategoryError   an own category cannot be added, read or removed
    └── CorpusError        a data file of models/data/ or the news folder cannot be used
"""

from __future__ import annotations

from articles.errors import ShoalwatchError


class ModelError(ShoalwatchError):
    """The tagging stage cannot do what it was asked."""


class TaxonomyError(ModelError):
    """The taxonomy file is missing, malformed or has an unknown key."""


class GazetteerError(ModelError):
    """The file of country or of place names is missing or malformed."""


class WeightsError(ModelError):
    """A model folder is missing, incomplete, damaged or of another format."""


class CorpusError(ModelError):
    """A file of labelled items is missing or a line of it breaks the format."""


class OwnCategoryError(ModelError):
    """An own category cannot be added, read or removed."""
