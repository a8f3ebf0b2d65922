"""A recording before it is sent: begin, append, read, discard, recover, expire.

A draft belongs to one owner and one conversation from its first second; every step checks both.
Bytes are safe when `append` returns.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from inbox.errors import AlreadySent, BadRequest, NotAllowed, NotAudio, NotFound, TooBig
from inbox.models import Description, Draft, DraftState
from inbox.protocols import AudioTools, Clock, Listener, MediaStore, News, Publish, Store

log = logging.getLogger("earshot.drafts")

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TYPE = re.compile(r"audio/[\w.+-]+(; ?codecs=\"?[\w.,+ -]+\"?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoverable:
    """An open draft as its owner is offered it. `duration_ms` is 0 if nothing can be heard."""

    draft: Draft
    size: int
    duration_ms: int
    touched_at: datetime


def check_id(draft_id: str) -> str:
    """Ids come from browsers and become file names: lower-case UUID version 4, nothing else."""
    if not _ID.fullmatch(draft_id):
        raise BadRequest("A recording's id must be a lower-case UUID of version 4.")
    return draft_id


class Drafts:
    """Recordings on their way. `max_bytes` bounds one recording, `keep` how long one is offered."""

    def __init__(
        self,
        *,
        store: Store,
        media: MediaStore,
        audio: AudioTools,
        clock: Clock,
        publish: Publish,
        max_bytes: int,
        keep: timedelta,
    ) -> None:
        self._store = store
        self._media = media
        self._audio = audio
        self._clock = clock
        self._publish = publish
        self._keep = keep
        self._listeners: dict[str, Listener] = {}
        self._durations: dict[str, tuple[int, int]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.max_bytes = max_bytes

    async def begin(
        self,
        owner: str,
        draft_id: str,
        conversation_id: str,
        content_type: str,
        length: int | None = None,
    ) -> Draft:
        """Starts a draft, or finds the one begun before with the same id.

        `length` in bytes, if it is known already.
        Raises `BadRequest`, `NotFound` (conversation), `NotAllowed`, `AlreadySent`.
        """
        draft_id = check_id(draft_id or str(uuid.uuid4()))
        if not _TYPE.fullmatch(content_type):
            raise BadRequest("A recording needs an audio type, such as audio/webm;codecs=opus.")
        await self._store.conversation(conversation_id)
        draft = await self._store.add_draft(
            Draft(
                id=draft_id,
                owner=owner,
                conversation_id=conversation_id,
                content_type=content_type,
                created_at=self._clock(),
                length=self._checked_length(length),
            )
        )
        _check(draft, owner)
        if draft.conversation_id != conversation_id:
            raise NotAllowed("This recording belongs to another conversation.")
        return draft

    async def draft(self, owner: str, draft_id: str) -> Draft:
        """The open draft. Raises `NotFound`, `NotAllowed`, `AlreadySent`."""
        draft = await self._store.draft(check_id(draft_id))
        if draft is None:
            raise NotFound("There is no such recording here.")
        return _check(draft, owner)

    async def size(self, draft: Draft) -> int:
        """Bytes that are safe."""
        return await self._media.size(draft.id)

    async def set_length(self, draft: Draft, length: int) -> Draft:
        """Says how many bytes there will be; only once. Raises `BadRequest`, `TooBig`."""
        if draft.length is not None and draft.length != length:
            raise BadRequest("The length of this recording has been given already.")
        self._checked_length(length)
        return await self._store.change_draft(
            draft.id, lambda stored: replace(stored, length=length)
        )

    def turn(self, draft_id: str) -> asyncio.Lock:
        """One at a time: whoever adds to this draft, sends it or discards it."""
        lock = self._turns.get(draft_id) or asyncio.Lock()
        self._turns[draft_id] = lock
        return lock

    async def append(self, owner: str, draft_id: str, offset: int, chunk: bytes) -> int:
        """Adds bytes at exactly the safe end; returns the new safe size.

        Raises what `draft` raises, `OffsetConflict`, `TooBig`, `StoreUnavailable`.
        """
        async with self.turn(draft_id):
            draft = await self.draft(owner, draft_id)
            end = offset + len(chunk)
            self._checked_length(end)
            if draft.length is not None and end > draft.length:
                raise BadRequest("These are more bytes than this recording was said to have.")
            safe = await self._media.append(draft.id, offset, chunk)
            self._listen(draft.id, offset, chunk)
        if offset == 0:
            await self._tell(draft)
        return safe

    def read(self, draft: Draft, start: int, stop: int) -> AsyncIterator[bytes]:
        """Bytes of the take so far."""
        return self._media.read(draft.id, start, stop)

    async def discard(self, owner: str, draft_id: str) -> None:
        """Throws a draft away for good. Raises what `draft` raises."""
        async with self.turn(draft_id):
            draft = await self.draft(owner, draft_id)
            # A stone stays in its place until it expires, so that a chunk that was still on its
            # way cannot bring the draft back to life.
            await self._store.change_draft(draft.id, self._discarded)
            self._forget(draft.id)
            await self._media.delete(draft.id)
        await self._tell(draft)

    async def describe(self, draft_id: str) -> Description:
        """Facts about all bytes of a finished take. Raises `NotAudio`.

        Usually they are there already, because the take was decoded while it arrived.
        """
        self._durations.pop(draft_id, None)
        listener = self._listeners.pop(draft_id, None)
        if listener is not None:
            try:
                if listener.fed == await self._media.size(draft_id):
                    return await listener.finish()
            except NotAudio as trouble:
                log.info("decoding %s again from its start: %s", draft_id, trouble)
            finally:
                listener.close()
        async with self._media.file(draft_id) as file:
            return await self._audio.describe(file)

    async def recoverable(self, owner: str, conversation_id: str) -> list[Recoverable]:
        """This owner's open drafts in one conversation, oldest first; empty ones are left out."""
        found = []
        for draft in await self._store.open_drafts(owner):
            size = await self._media.size(draft.id)
            if draft.conversation_id != conversation_id or not size:
                continue
            found.append(
                Recoverable(
                    draft=draft,
                    size=size,
                    duration_ms=await self._duration_ms(draft.id, size),
                    touched_at=await self._media.touched_at(draft.id) or draft.created_at,
                )
            )
        return found

    async def open_conversations(self, owner: str) -> set[str]:
        """Ids of the conversations in which this owner has something unsent."""
        drafts = await self._store.open_drafts(owner)
        return {draft.conversation_id for draft in drafts if await self._media.size(draft.id)}

    async def expire(self) -> int:
        """Removes what is older than `keep`, counted from the last byte. Returns how many."""
        moment = self._clock() - self._keep
        removed = 0
        for draft in await self._store.drafts_created_before(moment, limit=1000):
            touched = await self._media.touched_at(draft.id)
            if draft.state is DraftState.OPEN and touched is not None and touched > moment:
                continue
            if draft.state is not DraftState.SENT:
                self._forget(draft.id)
                await self._media.delete(draft.id)
            await self._store.remove_draft(draft.id)
            if draft.state is DraftState.OPEN:
                log.info("draft %s expired unsent", draft.id)
                await self._tell(draft, expired=True)
            removed += 1
        return removed

    def close(self) -> None:
        """Ends every listener."""
        for listener in self._listeners.values():
            listener.close()
        self._listeners.clear()

    def _checked_length(self, length: int | None) -> int | None:
        if length is not None and length > self.max_bytes:
            raise TooBig(
                f"A recording can have at most {self.max_bytes // 1_000_000} MB. "
                "What was recorded so far is kept."
            )
        return length

    def _listen(self, draft_id: str, offset: int, chunk: bytes) -> None:
        if offset == 0:
            self._listeners[draft_id] = self._audio.listen()
        listener = self._listeners.get(draft_id)
        if listener is None:
            return
        if listener.fed == offset:
            listener.feed(chunk)
        else:  # it missed something (two requests crossed); Send decodes the file instead
            self._listeners.pop(draft_id).close()

    async def _duration_ms(self, draft_id: str, size: int) -> int:
        """Decoded once for each size: pages ask again whenever somebody looks at them."""
        known_size, duration_ms = self._durations.get(draft_id, (0, 0))
        if known_size == size:
            return duration_ms
        try:
            async with self._media.file(draft_id) as file:
                duration_ms = (await self._audio.describe(file)).duration_ms
        except (NotAudio, NotFound):  # nothing to hear yet, or discarded in this very moment
            return 0
        self._durations[draft_id] = (size, duration_ms)
        return duration_ms

    def _forget(self, draft_id: str) -> None:
        self._durations.pop(draft_id, None)
        listener = self._listeners.pop(draft_id, None)
        if listener is not None:
            listener.close()

    async def _tell(self, draft: Draft, *, expired: bool = False) -> None:
        conversation = await self._store.conversation(draft.conversation_id)
        self._publish(News(conversation=conversation, owner=draft.owner, expired=expired))

    def _discarded(self, draft: Draft) -> Draft:
        return replace(draft, state=DraftState.DISCARDED, closed_at=self._clock())


def _check(draft: Draft, owner: str) -> Draft:
    if draft.owner != owner:
        raise NotAllowed("This recording belongs to somebody else.")
    if draft.state is DraftState.SENT:
        raise AlreadySent(draft.id)
    if draft.state is DraftState.DISCARDED:
        raise NotFound("This recording was discarded.")
    return draft
