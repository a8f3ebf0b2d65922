"""The embedded store: the inbox's `Store` on TinyDB pages. Each writing method looks, decides and
changes memory without suspending, then waits for the journal; so concurrent callers see each
other's changes, and nobody is answered before the disk has what they were told.
Longer than 300 lines because the protocol is one and has 30 methods."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from inbox.errors import BadRequest, NotFound
from inbox.models import (
    Agent,
    Contact,
    Conversation,
    DeliveryStatus,
    Direction,
    Draft,
    Message,
    Session,
)
from inbox.protocols import Added
from store import documents as docs
from store.backup import copy_store
from store.engine import Change, Engine, Limits
from store.indexes import Indexes
from store.layout import PAGE_LENGTH, check_conversation_id
from store.pages import Document, PageFile
from store.recovery import recover
from store.rows import Rows, message_in

_LOOK_BACK = 1_000
"""How many of the newest messages `undelivered` looks at."""

_UNREAD = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)


class TinyStore:
    """Implements `inbox.protocols.Store` in one folder, used by one process at a time."""

    def __init__(self, engine: Engine, indexes: Indexes) -> None:
        self.engine = engine
        self._indexes = indexes
        self._rows = Rows(engine)

    @classmethod
    async def open(cls, folder: Path, limits: Limits | None = None) -> TinyStore:
        """Reads and checks everything. Raises `StoreBusy`, `StoreDamaged`, `StoreUnavailable`."""
        engine, indexes = await asyncio.to_thread(recover, folder, limits or Limits())
        engine.start()
        return cls(engine, indexes)

    # --- messages -----------------------------------------------------------------------------

    async def add_message(
        self, message: Message, *, now: datetime, closes_draft: bool = False
    ) -> Added:
        await self._ready()
        if message.id in self._indexes.message_pages:
            await self._settled()
            known = await self.message(message.id)
            conversation = self._rows.conversation(known.conversation_id)
            return Added(message=known, conversation=conversation, new=False)
        before = self._rows.conversation(message.conversation_id)
        message = replace(message, seq=before.last_seq + 1)
        conversation = before.with_message(message, now)
        page = self.engine.message_page(conversation.id, message.seq)
        changes: list[Change] = [
            (page, message.id, docs.message_document(message)),
            self._rows.conversation_change(conversation),
        ]
        if closes_draft:
            changes.append(self._rows.sent_draft(message.id, now))
        await self.engine.commit(*changes)
        return Added(message=message, conversation=conversation, new=True)

    async def change_message(
        self, message_id: str, change: Callable[[Message], Message]
    ) -> tuple[Message, Conversation]:
        await self._ready()
        page, doc = await self._message_document(message_id)
        before = message_in(page, doc)
        after = change(before)
        if (after.id, after.seq, after.conversation_id) != (
            before.id,
            before.seq,
            before.conversation_id,
        ):
            raise ValueError("a message keeps its id, number and conversation")
        known = self._rows.conversation(before.conversation_id)
        if after == before:
            await self._settled()
            return before, known
        changes: list[Change] = [(page, after.id, docs.message_document(after))]
        conversation = known.with_changed(after)
        if conversation != known:
            changes.append(self._rows.conversation_change(conversation))
        await self.engine.commit(*changes)
        return after, conversation

    async def message(self, message_id: str) -> Message:
        return message_in(*await self._message_document(message_id))

    async def message_by_channel_id(self, channel: str, channel_message_id: str) -> Message | None:
        message_id = self._indexes.message_ids.get((channel, channel_message_id))
        return None if message_id is None else await self.message(message_id)

    async def messages(
        self, conversation_id: str, *, limit: int, before: int | None = None
    ) -> list[Message]:
        last = self._rows.conversation(conversation_id).last_seq
        last = last if before is None else min(last, before - 1)
        found = await self._documents(conversation_id, max(1, last - limit + 1), last)
        return [message_in(page, doc) for page, doc in found]

    async def waiting(self, status: DeliveryStatus, *, channel: str, limit: int) -> list[Message]:
        waiting = self._indexes.waiting.get((channel, status.value), [])[:limit]
        messages = [await self.message(message_id) for *_, message_id in waiting]
        return [message for message in messages if message.status is status]

    async def undelivered(self, conversation_id: str, *, limit: int) -> list[Message]:
        last = self._rows.conversation(conversation_id).last_seq
        found: list[Message] = []
        for stop in range(last, max(0, last - _LOOK_BACK), -PAGE_LENGTH):
            first = max(1, stop - PAGE_LENGTH + 1, last - _LOOK_BACK + 1)
            for page, doc in reversed(await self._documents(conversation_id, first, stop)):
                if doc["status"] in _UNREAD and doc["direction"] == Direction.OUT:
                    found.append(message_in(page, doc))
            if len(found) >= limit:
                break
        return found[:limit][::-1]

    # --- contacts and conversations -----------------------------------------------------------

    async def add_conversation(self, conversation: Conversation) -> Conversation:
        await self._ready()
        contact = conversation.contact
        known = self._indexes.by_address.get((contact.channel, contact.address))
        if known is not None:
            await self._settled()
            return self._rows.conversation(known)
        check_conversation_id(conversation.id)
        if self.engine.find("conversations", conversation.id) or self.engine.find(
            "contacts", contact.id
        ):
            raise BadRequest("This id belongs to another conversation.")
        if conversation.last_seq:
            raise BadRequest("A conversation begins without messages.")
        await self.engine.commit(
            self._rows.contact_change(contact), self._rows.conversation_change(conversation)
        )
        return conversation

    async def conversation(self, conversation_id: str) -> Conversation:
        return self._rows.conversation(conversation_id)

    async def conversation_of(self, channel: str, address: str) -> Conversation | None:
        known = self._indexes.by_address.get((channel, address))
        return None if known is None else self._rows.conversation(known)

    async def conversations(
        self, *, limit: int, before: tuple[datetime, str] | None = None
    ) -> list[Conversation]:
        order, stop = self._indexes.by_activity, len(self._indexes.by_activity)
        if before is not None:
            stop = bisect_left(order, (docs.time_text(before[0]), before[1]))
        rows = order[max(0, stop - limit) : stop]
        return [self._rows.conversation(conversation_id) for _, conversation_id in reversed(rows)]

    async def change_contact(
        self, contact_id: str, change: Callable[[Contact], Contact]
    ) -> Conversation:
        await self._ready()
        known = self._indexes.by_contact.get(contact_id)
        if known is None:
            raise NotFound("There is no such contact.")
        conversation = self._rows.conversation(known)
        before, after = conversation.contact, change(conversation.contact)
        if (after.id, after.channel, after.address) != (before.id, before.channel, before.address):
            raise ValueError("a contact keeps its id, channel and address")
        if after == before:
            await self._settled()
        else:
            await self.engine.commit(self._rows.contact_change(after))
        return replace(conversation, contact=after)

    async def mark_read(self, conversation_id: str) -> Conversation:
        await self._ready()
        conversation = self._rows.conversation(conversation_id)
        if not conversation.unread:
            await self._settled()
            return conversation
        conversation = replace(conversation, unread=0)
        await self.engine.commit(self._rows.conversation_change(conversation))
        return conversation

    # --- drafts -------------------------------------------------------------------------------

    async def add_draft(self, draft: Draft) -> Draft:
        await self._ready()
        known = self._rows.draft(draft.id)
        if known is not None:
            await self._settled()
            return known
        await self.engine.commit(self._rows.draft_change(draft))
        return draft

    async def draft(self, draft_id: str) -> Draft | None:
        return self._rows.draft(draft_id)

    async def change_draft(self, draft_id: str, change: Callable[[Draft], Draft]) -> Draft:
        await self._ready()
        before = self._rows.draft(draft_id)
        if before is None:
            raise NotFound("There is no such recording.")
        after = change(before)
        if (after.id, after.owner, after.created_at) != (
            before.id,
            before.owner,
            before.created_at,
        ):
            raise ValueError("a draft keeps its id, owner and time of creation")
        if after == before:
            await self._settled()
        else:
            await self.engine.commit(self._rows.draft_change(after))
        return after

    async def open_drafts(self, owner: str) -> list[Draft]:
        ids = self._indexes.open_drafts.get(owner, ())
        drafts = [draft for draft in map(self._rows.draft, ids) if draft is not None]
        return sorted(drafts, key=lambda draft: (draft.created_at, draft.id))

    async def drafts_created_before(self, moment: datetime, *, limit: int) -> list[Draft]:
        order = self._indexes.drafts_by_age
        rows = order[: min(limit, bisect_left(order, (docs.time_text(moment), "")))]
        return [draft for draft in (self._rows.draft(draft_id) for _, draft_id in rows) if draft]

    async def remove_draft(self, draft_id: str) -> None:
        await self._ready()
        if self._rows.draft(draft_id) is None:
            await self._settled()
            return
        await self.engine.commit((self.engine.directory_page("drafts", draft_id), draft_id, None))

    # --- agents and sessions ------------------------------------------------------------------

    async def add_agent(self, agent: Agent) -> None:
        await self._ready()
        if agent.name.casefold() in self._indexes.agents:
            raise BadRequest("Somebody of this name is in the team already; choose another name.")
        page = self.engine.directory_page("agents", agent.id)
        await self.engine.commit((page, agent.id, docs.agent_document(agent)))

    async def agent(self, agent_id: str) -> Agent:
        agent = self._rows.agent(agent_id)
        if agent is None:
            raise NotFound("There is no such agent.")
        return agent

    async def agent_by_name(self, name: str) -> Agent | None:
        agent_id = self._indexes.agents.get(name.casefold())
        return None if agent_id is None else self._rows.agent(agent_id)

    async def has_agents(self) -> bool:
        return bool(self._indexes.agents)

    async def add_session(self, session: Session) -> None:
        await self._ready()
        page = self.engine.directory_page("sessions", session.token_hash)
        await self.engine.commit((page, session.token_hash, docs.session_document(session)))

    async def session(self, token_hash: str) -> Session | None:
        return self._rows.session(token_hash)

    async def remove_session(self, token_hash: str) -> None:
        await self._ready()
        if self.engine.find("sessions", token_hash) is None:
            await self._settled()
            return
        page = self.engine.directory_page("sessions", token_hash)
        await self.engine.commit((page, token_hash, None))

    # --- the whole ----------------------------------------------------------------------------

    async def check_writable(self) -> None:
        await self._ready()
        await self.engine.commit()

    async def backup(self, destination: Path) -> None:
        await self._settled()
        await asyncio.to_thread(copy_store, self.engine.folder, destination)

    async def close(self) -> None:
        """Checkpoints, so that the next start has nothing to replay, and releases the folder."""
        await self.engine.close()

    # --- below --------------------------------------------------------------------------------

    async def _ready(self) -> None:
        """Refuses new changes as long as the disk refuses; suspends only then."""
        await self.engine.journal.ready()

    async def _settled(self) -> None:
        """What is there already may be waiting for the disk still; nobody is told before."""
        await self.engine.journal.settled()

    async def _message_document(self, message_id: str) -> tuple[PageFile, Document]:
        page = self._indexes.message_pages.get(message_id)
        if page is None:
            raise NotFound("There is no such message.")
        return page, (await self.engine.documents(page))[message_id]

    async def _documents(
        self, conversation_id: str, first: int, last: int
    ) -> list[tuple[PageFile, Document]]:
        """Messages `first` to `last`, both included, ascending."""
        starts = range((first - 1) // PAGE_LENGTH * PAGE_LENGTH + 1, last + 1, PAGE_LENGTH)
        pages = [self.engine.message_page(conversation_id, start) for start in starts]
        found: list[tuple[PageFile, Document]] = []
        for index in range(0, len(pages), 2):  # what a timeline shows lies in two at most
            pair = pages[index : index + 2]
            for page, content in zip(pair, await self.engine.documents_of(pair), strict=True):
                found += [(page, doc) for doc in content.values()]
        skipped = first - starts.start
        return found[skipped : skipped + last - first + 1]
