"""How an outgoing message moves: queued > sending > sent > delivered > read > played, or failed.

Reports arrive late, twice and in any order; `advance` only ever moves forward.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox.models import DeliveryStatus, Message

_QUEUED, _SENDING, _SENT = DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.SENT
_DELIVERED, _READ, _PLAYED = DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.PLAYED
_FAILED = DeliveryStatus.FAILED

_AFTER: dict[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _QUEUED: frozenset({_SENDING, _SENT, _DELIVERED, _READ, _PLAYED, _FAILED}),
    # Back to the queue: the channel said "not now", so it has certainly not gone out.
    _SENDING: frozenset({_QUEUED, _SENT, _DELIVERED, _READ, _PLAYED, _FAILED}),
    _SENT: frozenset({_DELIVERED, _READ, _PLAYED, _FAILED}),
    _DELIVERED: frozenset({_READ, _PLAYED}),
    _READ: frozenset({_PLAYED}),
    _PLAYED: frozenset(),
    # A person decided to try again, or the contact has it after all.
    _FAILED: frozenset({_QUEUED, _DELIVERED, _READ, _PLAYED}),
}


def can_advance(current: DeliveryStatus, new: DeliveryStatus) -> bool:
    """Whether `new` says more than `current`."""
    return new in _AFTER[current]


def advance(message: Message, new: DeliveryStatus, at: datetime, failure: str = "") -> Message:
    """The message after a report; the same object when the report says nothing new.

    `failure`: a sentence for people, kept only with FAILED.
    """
    if message.status is None or not can_advance(message.status, new):
        return message
    waits = new in (_QUEUED, _SENDING)  # repeated at every try, and nothing the contact noticed
    return replace(
        message,
        status=new,
        steps=message.steps if waits else (*message.steps, (new, at)),
        failure=failure if new is _FAILED else "",
    )
