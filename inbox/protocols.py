"""What the inbox needs from outside, as protocols it owns. Adapters in `store/`, `audio/` and
`channels/` implement them; `main.py` plugs them in. Every method is safe to call on the event
loop: what blocks runs in threads behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inbox.models import (
    Agent,
    Contact,
    Conversation,
    DeliveryStatus,
    Description,
    Draft,
    Message,
    Session,
)

Clock = Callable[[], datetime]
"""Returns the time now, timezone-aware UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The outcome of `Store.add_message`. `new` is False when that id was there already."""

    message: Message
    conversation: Conversation
    new: bool


class Store(Protocol):
    """Keeps everything but bytes. When a writing method returns, its change survives `kill -9`.

    Raises `StoreUnavailable` when the disk refuses, `NotFound` for unknown ids unless a method
    says it returns None. Several changes of one call are kept together or not at all.
    """

    async def add_agent(self, agent: Agent) -> None:
        """Raises `BadRequest` if the name (compared case-insensitively) is taken."""

    async def agent(self, agent_id: str) -> Agent: ...

    async def agent_by_name(self, name: str) -> Agent | None:
        """Case-insensitive."""

    async def has_agents(self) -> bool: ...

    async def add_session(self, session: Session) -> None: ...

    async def session(self, token_hash: str) -> Session | None: ...

    async def remove_session(self, token_hash: str) -> None:
        """No error if there is none."""

    async def add_conversation(self, conversation: Conversation) -> Conversation:
        """Adds the conversation and its contact; if one with this channel and address is there,
        returns that one unchanged."""

    async def conversation(self, conversation_id: str) -> Conversation: ...

    async def conversation_of(self, channel: str, address: str) -> Conversation | None: ...

    async def conversations(
        self, *, limit: int, before: tuple[datetime, str] | None = None
    ) -> list[Conversation]:
        """Newest `active_at` first; `before`: (active_at, id) of the last one already seen."""

    async def change_contact(
        self, contact_id: str, change: Callable[[Contact], Contact]
    ) -> Conversation:
        """Applies a pure function to the contact; id, channel and address stay."""

    async def mark_read(self, conversation_id: str) -> Conversation:
        """Sets `unread` to 0."""

    async def add_message(
        self, message: Message, *, now: datetime, closes_draft: bool = False
    ) -> Added:
        """Gives it the next `seq` and updates its conversation by `Conversation.with_message`.

        A message whose id is there already changes nothing and comes back with `new=False`.
        `closes_draft`: the draft with the message's id becomes SENT in the same write.
        """

    async def message(self, message_id: str) -> Message: ...

    async def message_by_channel_id(
        self, channel: str, channel_message_id: str
    ) -> Message | None: ...

    async def messages(
        self, conversation_id: str, *, limit: int, before: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with `seq < before`, in ascending order of `seq`."""

    async def change_message(
        self, message_id: str, change: Callable[[Message], Message]
    ) -> tuple[Message, Conversation]:
        """Applies a pure function to the message as stored; writes only if something changed."""

    async def waiting(self, status: DeliveryStatus, *, channel: str, limit: int) -> list[Message]:
        """Outgoing messages of a channel that are QUEUED or SENDING, oldest first."""

    async def undelivered(self, conversation_id: str, *, limit: int) -> list[Message]:
        """Outgoing messages of a conversation that are SENT or DELIVERED (not yet read),
        the newest `limit`, ascending. Looks at most at the newest 1,000 messages."""

    async def add_draft(self, draft: Draft) -> Draft:
        """If the id is there already, returns the stored one unchanged."""

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def change_draft(self, draft_id: str, change: Callable[[Draft], Draft]) -> Draft: ...

    async def open_drafts(self, owner: str) -> list[Draft]:
        """OPEN drafts of one owner, oldest first."""

    async def drafts_created_before(self, moment: datetime, *, limit: int) -> list[Draft]:
        """Drafts of any state, oldest first: what the expiry looks through."""

    async def remove_draft(self, draft_id: str) -> None:
        """No error if there is none."""

    async def check_writable(self) -> None:
        """Writes something for real; raises `StoreUnavailable`."""

    async def backup(self, destination: Path) -> None:
        """A consistent copy of the store's files while running; media come after it."""

    async def close(self) -> None: ...


class MediaStore(Protocol):
    """Keeps bytes under ids of ours: growing while a draft is recorded, then sealed for good."""

    async def append(self, media_id: str, offset: int, chunk: bytes) -> int:
        """Durably appends at exactly the end and returns the new size; `offset` 0 creates.

        Raises `OffsetConflict` (nothing written) and `NotAllowed` if it is sealed.
        """

    async def size(self, media_id: str) -> int:
        """Bytes that are safe, growing or sealed; 0 if there are none."""

    async def touched_at(self, media_id: str) -> datetime | None:
        """When bytes last arrived; None if there are none."""

    def read(self, media_id: str, start: int, stop: int) -> AsyncIterator[bytes]:
        """Bytes `start` up to `stop` in blocks of at most 64 KB; `NotFound` if there are none."""

    async def sha256(self, media_id: str) -> str:
        """Hex digest over all bytes."""

    async def seal(self, media_id: str) -> None:
        """Makes it immutable and durable under its final name. Idempotent."""

    async def delete(self, media_id: str) -> None:
        """No error if there are none."""

    def file(self, media_id: str) -> AbstractAsyncContextManager[Path]:
        """A local file with these bytes for as long as the context lasts; not to be written."""


class Listener(Protocol):
    """Describes a take while it is still arriving, so that Send has nothing left to decode."""

    @property
    def fed(self) -> int:
        """Bytes given so far."""

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the take. Never blocks, never raises: trouble comes out of `finish`."""

    async def finish(self) -> Description:
        """No more bytes will come. Raises `NotAudio`."""

    def close(self) -> None:
        """Ends it early; idempotent."""


class AudioTools(Protocol):
    """Bytes in, facts out."""

    async def describe(self, file: Path) -> Description:
        """Decodes the whole file. Raises `NotAudio` with a sentence."""

    def listen(self) -> Listener: ...


class Channel(Protocol):
    """Carries messages to contacts. Inbound goes the other way, through `Inbox`."""

    @property
    def name(self) -> str:
        """`webchat`, `whatsapp`…, as in `Contact.channel`."""

    @property
    def label(self) -> str:
        """What people read: "Web chat"."""

    async def send(self, message: Message, contact: Contact) -> str:
        """Hands the message over and returns the channel's id for it. Raises `ChannelError`."""


class Passwords(Protocol):
    """Hashes and checks passwords; slow on purpose, hence in threads."""

    async def hash(self, password: str) -> str: ...

    async def matches(self, password: str, password_hash: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something changed, after it was durably stored. A hint: pages upsert by id.

    `message` is None when only the conversation changed (read, renamed, a draft came or went).
    `owner`: set when a draft of this owner came or went; `expired`: it went because it was old.
    """

    conversation: Conversation
    message: Message | None = None
    added: bool = False
    owner: str = ""
    expired: bool = False


Publish = Callable[[News], None]
