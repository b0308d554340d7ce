"""The root of every error that Shoalwatch raises on purpose.

ShoalwatchError
├── SettingsError            a setting is wrong or unknown
├── InvalidURLError          an address that cannot name an article
├── ArchiveError             the archive cannot be read or written
│   └── TornPartitionError   a partition does not match its manifest
└── StateError               the state database cannot be opened or upgraded

Each stage adds its own below this root (`crawlers.catalogue.CatalogueError`, ...), so that the
command line can show one clear line for anything foreseen and a traceback only for a bug.
"""


class ShoalwatchError(Exception):
    """Something foreseen went wrong; the message says what was asked, found, and what to do."""


class SettingsError(ShoalwatchError):
    """A setting is wrong, unknown, or missing where it is needed."""


class InvalidURLError(ShoalwatchError):
    """An address that is no absolute http or https URL with a host."""


class ArchiveError(ShoalwatchError):
    """The archive cannot be read or written."""


class TornPartitionError(ArchiveError):
    """A partition's bytes do not match its manifest (half-written, edited or damaged)."""


class StateError(ShoalwatchError):
    """The state database cannot be opened or upgraded."""
