"""Everything that can go wrong, as one tree. Every message is a sentence an agent can read.

EarshotError
├── Refused                 the request cannot be done; nothing was changed
│   ├── NotFound            no such conversation, message, draft or recording
│   ├── NotAllowed          somebody else's draft, conversation or account
│   ├── BadRequest          empty text, wrong id, wrong length
│   ├── WindowClosed        the contact's service window is closed or was never opened
│   ├── OffsetConflict      a chunk for another offset than the safe one
│   ├── AlreadySent         the draft has become a message (carries its id)
│   ├── Mismatch            length or SHA-256 of the whole take differ
│   ├── TooBig              over the size limit
│   └── NotAudio            no sound can be decoded from these bytes
├── ChannelError            a channel could not deliver (retryable or not)
└── StoreError
    ├── StoreUnavailable    could not be written just now; trying again is right
    ├── StoreDamaged        a file cannot be trusted; named, never overwritten
    └── StoreBusy           another process owns the data folder
"""

from __future__ import annotations


class EarshotError(Exception):
    """Root of the tree. `retryable`: whether trying the same again later can help."""

    retryable = False


class Refused(EarshotError):
    """The request cannot be done as it stands; nothing was changed."""


class NotFound(Refused):
    """No such conversation, message, draft or recording."""


class NotAllowed(Refused):
    """It belongs to somebody else."""


class SomebodyElse(NotAllowed):
    """The browser brings a recording of one person while another is signed in."""


class BadRequest(Refused):
    """The request itself is wrong: empty text, malformed id, impossible length."""


class WindowClosed(Refused):
    """The service window of the conversation is closed, or the contact never opened it."""


class OffsetConflict(Refused):
    """A chunk was meant for another offset. `safe`: bytes that are durably stored."""

    def __init__(self, safe: int) -> None:
        super().__init__(f"This recording is safe up to byte {safe}; go on from there.")
        self.safe = safe


class AlreadySent(Refused):
    """The draft has become a message. `message_id`: which one."""

    def __init__(self, message_id: str) -> None:
        super().__init__("This recording has been sent already.")
        self.message_id = message_id


class Mismatch(Refused):
    """The take on the server is not the take in the browser (length or SHA-256)."""


class TooBig(Refused):
    """Over the limit for one recording or one text."""


class NotAudio(Refused):
    """No sound can be decoded from these bytes."""


class ChannelError(EarshotError):
    """A channel could not deliver a message. `retryable`: whether the worker tries again."""

    def __init__(self, sentence: str, *, retryable: bool) -> None:
        super().__init__(sentence)
        self.retryable = retryable


class StoreError(EarshotError):
    """The store could not do its work."""


class StoreUnavailable(StoreError):
    """The disk refused a write just now (full, read-only). What was acknowledged is safe."""

    retryable = True


class StoreDamaged(StoreError):
    """A file cannot be trusted and is left as it is; the message names it."""


class StoreBusy(StoreError):
    """Another process owns this data folder."""
