"""What agents and contacts can do: one use case, one method.

Each method checks first and changes nothing when it refuses; what it returns is durably stored,
and everybody who listens has been told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from inbox.delivery import advance
from inbox.drafts import Drafts, check_id
from inbox.errors import AlreadySent, BadRequest, Mismatch, NotAllowed, WindowClosed
from inbox.models import (
    Agent,
    Attachment,
    Conversation,
    DeliveryStatus,
    Description,
    Direction,
    Draft,
    Kind,
    Message,
)
from inbox.person import Person, agent_person, contact_person
from inbox.protocols import Added, Clock, MediaStore, News, Publish, Store
from inbox.service_window import ServiceWindow, service_window

MAX_TEXT = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Inbox:
    """The use cases. `windows`: length of the service window by channel name."""

    def __init__(
        self,
        *,
        store: Store,
        media: MediaStore,
        drafts: Drafts,
        clock: Clock,
        publish: Publish,
        windows: Mapping[str, timedelta],
        wake_worker: Callable[[], None],
    ) -> None:
        self._store = store
        self._media = media
        self._drafts = drafts
        self._clock = clock
        self._publish = publish
        self._windows = windows
        self._wake_worker = wake_worker

    # --- sending

    async def send_voice_note(
        self, person: Person, draft_id: str, conversation_id: str, length: int, sha256: str
    ) -> Added:
        """Turns a finished draft into a message; repeating it gives the same message.

        `length` in bytes and `sha256` (hex) are those of the whole take in the browser.
        Raises `NotAllowed`, `NotFound`, `WindowClosed`, `Mismatch`, `NotAudio`; the draft stays.
        """
        async with self._drafts.turn(draft_id):
            try:
                draft = await self._drafts.draft(person.owner, draft_id)
            except AlreadySent:
                message = await self._store.message(draft_id)
                conversation = await self._store.conversation(message.conversation_id)
                return Added(message=message, conversation=conversation, new=False)
            if draft.conversation_id != conversation_id:
                raise NotAllowed("This recording belongs to another conversation.")
            conversation = await self._store.conversation(conversation_id)
            if person.direction is Direction.OUT:
                self._require_open(conversation)
            await self._require_same_take(draft, length, sha256)
            description = await self._drafts.describe(draft.id)
            await self._media.seal(draft.id)
            attachment = Attachment(
                media_id=draft.id,
                content_type=_content_type(draft, description),
                size=length,
                sha256=sha256,
                description=description,
            )
            # Sealing and describing took a moment in which the window may have closed.
            if person.direction is Direction.OUT:
                self._require_open(await self._store.conversation(conversation_id))
            return await self._add(
                person, draft.id, conversation_id, attachment=attachment, closes_draft=True
            )

    async def send_text(
        self, agent: Agent, conversation_id: str, message_id: str, text: str
    ) -> Message:
        """An agent's text. `message_id` makes repeating it harmless.

        Raises `BadRequest`, `NotFound`, `WindowClosed`.
        """
        conversation = await self._store.conversation(conversation_id)
        self._require_open(conversation)
        return await self._write(agent_person(agent), conversation, message_id, text)

    async def receive_text(self, conversation_id: str, message_id: str, text: str) -> Message:
        """A contact's text from the built-in web chat. Raises `BadRequest`, `NotFound`."""
        conversation = await self._store.conversation(conversation_id)
        return await self._write(
            contact_person(conversation.contact), conversation, message_id, text
        )

    async def retry(self, message_id: str) -> Message:
        """Puts a failed message back into the queue. Raises `WindowClosed`, `BadRequest`."""
        message = await self._store.message(message_id)
        self._require_open(await self._store.conversation(message.conversation_id))
        if message.status is not DeliveryStatus.FAILED:
            raise BadRequest("Only a message that failed can be sent again.")
        changed = await self.record_delivery(message_id, DeliveryStatus.QUEUED)
        self._wake_worker()
        return changed

    # --- delivery

    async def record_delivery(
        self,
        message_id: str,
        status: DeliveryStatus,
        *,
        failure: str = "",
        channel_message_id: str = "",
    ) -> Message:
        """Takes a report about an outgoing message; late and repeated ones change nothing."""
        now = self._clock()

        def change(message: Message) -> Message:
            changed = advance(message, status, now, failure)
            if channel_message_id and not changed.channel_message_id:
                changed = replace(changed, channel_message_id=channel_message_id)
            return changed

        before = await self._store.message(message_id)
        message, conversation = await self._store.change_message(message_id, change)
        if message != before:
            self._publish(News(conversation=conversation, message=message))
        return message

    async def reached(self, conversation_id: str, status: DeliveryStatus) -> None:
        """Everything sent so far has reached the contact's open page, or was visible there."""
        for message in await self._store.undelivered(conversation_id, limit=1000):
            await self.record_delivery(message.id, status)

    async def played(self, conversation_id: str, message_id: str) -> None:
        """The contact has begun to play one of our voice notes."""
        message = await self._store.message(message_id)
        if message.conversation_id != conversation_id:
            raise NotAllowed("This message belongs to another conversation.")
        if message.kind is Kind.VOICE:
            await self.record_delivery(message_id, DeliveryStatus.PLAYED)

    # --- reading

    async def conversations(
        self, *, limit: int = 30, before: tuple[datetime, str] | None = None
    ) -> list[Conversation]:
        """Newest activity first; `before`: (active_at, id) of the last row seen."""
        return await self._store.conversations(limit=limit, before=before)

    async def conversation(self, conversation_id: str) -> Conversation:
        """Raises `NotFound`."""
        return await self._store.conversation(conversation_id)

    async def timeline(
        self, conversation_id: str, *, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        """The newest messages with `seq < before`, ascending."""
        return await self._store.messages(conversation_id, limit=limit, before=before)

    async def message(self, message_id: str) -> Message:
        """Raises `NotFound`."""
        return await self._store.message(message_id)

    def window(self, conversation: Conversation) -> ServiceWindow:
        """Whether we may write to this contact now."""
        length = self._windows[conversation.contact.channel]
        return service_window(conversation.last_inbound_at, length, self._clock())

    async def mark_read(self, conversation_id: str) -> None:
        """An agent has seen this conversation."""
        if (await self._store.conversation(conversation_id)).unread:
            conversation = await self._store.mark_read(conversation_id)
            self._publish(News(conversation=conversation))

    # --- below: how it is done

    def _require_open(self, conversation: Conversation) -> None:
        window = self.window(conversation)
        if window.open:
            return
        name = conversation.contact.name
        if not window.ever_opened:
            raise WindowClosed(f"{name} hasn't written yet. You can reply as soon as they do.")
        raise WindowClosed(
            f"The {window.hours}-hour window is closed. You can reply when {name} writes again."
        )

    async def _require_same_take(self, draft: Draft, length: int, sha256: str) -> None:
        safe = await self._media.size(draft.id)
        if length != safe:
            raise Mismatch(f"The take has {length} bytes, but {safe} are safe here. Please wait.")
        if not _SHA256.fullmatch(sha256) or await self._media.sha256(draft.id) != sha256:
            raise Mismatch("The recording here is not the one in your browser. It is kept.")

    async def _write(
        self, person: Person, conversation: Conversation, message_id: str, text: str
    ) -> Message:
        text = text.strip()
        if not text:
            raise BadRequest("There is nothing to send yet.")
        if len(text) > MAX_TEXT:
            raise BadRequest(f"A message can have at most {MAX_TEXT:,} characters.")
        added = await self._add(person, check_id(message_id), conversation.id, text=text)
        return added.message

    async def _add(
        self,
        person: Person,
        message_id: str,
        conversation_id: str,
        *,
        text: str = "",
        attachment: Attachment | None = None,
        closes_draft: bool = False,
    ) -> Added:
        now = self._clock()
        outgoing = person.direction is Direction.OUT
        added = await self._store.add_message(
            Message(
                id=message_id,
                conversation_id=conversation_id,
                direction=person.direction,
                kind=Kind.VOICE if attachment else Kind.TEXT,
                at=now,
                text=text,
                attachment=attachment,
                author_id=person.id,
                author_name=person.name,
                status=DeliveryStatus.QUEUED if outgoing else None,
                steps=((DeliveryStatus.QUEUED, now),) if outgoing else (),
                channel_message_id="" if outgoing else message_id,
            ),
            now=now,
            closes_draft=closes_draft,
        )
        if added.message.conversation_id != conversation_id:
            raise NotAllowed("A message with this id belongs to another conversation.")
        if added.new:
            self._publish(
                News(
                    conversation=added.conversation,
                    message=added.message,
                    added=True,
                    owner=person.owner if closes_draft else "",
                )
            )
            if outgoing:
                self._wake_worker()
        return added


def _content_type(draft: Draft, description: Description) -> str:
    """What the browser said, unless the bytes say otherwise."""
    claimed = draft.content_type.replace(" ", "")
    if claimed.partition(";")[0] == f"audio/{description.container}":
        return claimed
    return f"audio/{description.container}"
