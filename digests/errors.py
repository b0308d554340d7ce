"""Everything that can foreseeably go wrong with a digest.

DigestError                      the digest cannot be made or delivered
├── MailAddressError             a sender or recipient is no e-mail address
└── MailError                    the mail did not go out
    ├── MailRefusedError         the server said no for good (5xx, bad certificate, bad password)
    └── MailServerUnreachableError   nothing answered
        └── MailDeferredError    it answered, but kept saying 'later' (4xx)
"""

from __future__ import annotations

from articles.errors import ShoalwatchError


class DigestError(ShoalwatchError):
    """The digest cannot be made or delivered."""


class MailAddressError(DigestError):
    """A sender or recipient is no e-mail address that can stand in a header."""


class MailError(DigestError):
    """The mail did not go out."""


class MailRefusedError(MailError):
    """The mail server refused for good; asking again without a change will not help."""


class MailServerUnreachableError(MailError):
    """The mail server did not answer; a later try may succeed."""


class MailDeferredError(MailServerUnreachableError):
    """The mail server asked to come back later, for this mail; a later try may succeed."""
