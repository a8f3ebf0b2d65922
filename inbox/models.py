"""The vocabulary: contact, conversation, message, attachment, draft, agent.

All are frozen: a change is a new object. Times are timezone-aware UTC, durations milliseconds,
sizes bytes, ids strings.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Which way a message went; a note stays inside the team."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Kind(StrEnum):
    """What a message carries."""

    TEXT = "text"
    VOICE = "voice"


class DeliveryStatus(StrEnum):
    """How far an outgoing message has come; `delivery.py` holds the table of transitions."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What `audio/` finds out about a recording by decoding it once.

    `peaks`: 64 values 0..100, loudest sample per equal slice of the take, scaled to full scale.
    `loudness`: dBFS of the whole take (RMS), -120.0 for silence.
    """

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration_ms: int
    peaks: tuple[int, ...]
    loudness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Original bytes under an id of ours, with all that is needed to draw and check them."""

    media_id: str
    content_type: str
    size: int
    sha256: str
    description: Description

    @property
    def duration_ms(self) -> int:
        return self.description.duration_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody outside. `address` is unique in its channel (web chat: SHA-256 of the token)."""

    id: str
    name: str
    channel: str
    address: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of a timeline. `seq` counts 1, 2, 3… in its conversation; the store gives it.

    `at` is the message's own time: for an inbound one what the channel says, else our clock.
    `steps` are the delivery statuses reached and when, in order. `status` is None for inbound.
    """

    id: str
    conversation_id: str
    direction: Direction
    kind: Kind
    at: datetime
    seq: int = 0
    text: str = ""
    attachment: Attachment | None = None
    author_id: str = ""
    author_name: str = ""
    status: DeliveryStatus | None = None
    steps: tuple[tuple[DeliveryStatus, datetime], ...] = ()
    failure: str = ""
    channel_message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The last message as a list row shows it."""

    direction: Direction
    kind: Kind
    text: str
    duration_ms: int
    at: datetime
    status: DeliveryStatus | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One contact's conversation in one channel.

    `last_inbound_at`: newest own time of the contact's messages; None: never opened by them.
    `active_at`: when something last arrived or was sent here, by our clock; the list's order.
    """

    id: str
    contact: Contact
    created_at: datetime
    active_at: datetime
    last_inbound_at: datetime | None = None
    last_seq: int = 0
    unread: int = 0
    preview: Preview | None = None

    def with_message(self, message: Message, now: datetime) -> Conversation:
        """The conversation after `message` was added at `now`."""
        inbound = message.direction is Direction.IN
        opened = self.last_inbound_at
        if inbound and (opened is None or message.at > opened):
            opened = message.at
        return replace(
            self,
            active_at=now,
            last_seq=message.seq,
            last_inbound_at=opened,
            unread=self.unread + 1 if inbound else self.unread,
            preview=preview_of(message),
        )

    def with_changed(self, message: Message) -> Conversation:
        """The conversation after `message`, already part of it, has changed its status."""
        if self.preview is None or self.preview.message_id != message.id:
            return self
        return replace(self, preview=preview_of(message))


def preview_of(message: Message) -> Preview:
    """What the conversation list shows of `message`."""
    return Preview(
        direction=message.direction,
        kind=message.kind,
        text=message.text[:120],
        duration_ms=message.attachment.duration_ms if message.attachment else 0,
        at=message.at,
        status=message.status,
        message_id=message.id,
    )


class DraftState(StrEnum):
    """open > sent or discarded; the two ends are final."""

    OPEN = "open"
    SENT = "sent"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A recording before it is sent. It belongs to one person and one conversation for life.

    `owner`: `agent:<id>` or `contact:<id>`. Its id becomes the id of the message and of the media,
    which is what makes Send idempotent. How many bytes are safe, the media store knows; `length`
    is how many there will be, once the sender has said so.
    """

    id: str
    owner: str
    conversation_id: str
    content_type: str
    created_at: datetime
    state: DraftState = DraftState.OPEN
    length: int | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Somebody of the team who signs in. `role` is `owner` for the first account."""

    id: str
    name: str
    password_hash: str = field(repr=False)
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in. Only the SHA-256 of its random token is kept."""

    token_hash: str = field(repr=False)
    agent_id: str
    created_at: datetime
    expires_at: datetime
