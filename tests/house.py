"""A whole Earshot without a network: the real store, media folder and audio tools in a folder of
its own, a simulated channel, and a clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nicegui import Event

from audio.tools import PyAvTools
from channels.simulated import SimulatedChannel
from inbox.contacts import Contacts
from inbox.drafts import Drafts
from inbox.inbox import Inbox
from inbox.models import Agent, Conversation
from inbox.person import Person, agent_person, contact_person
from inbox.protocols import Added, News
from inbox.team import Team
from inbox.worker import Worker
from store.media_folder import MediaFolder
from store.passwords import Argon2Passwords
from store.tinydb_store import TinyStore
from ui.house import House

PASSWORD = "correct horse"
CLIPS = Path(__file__).parent / "clips"


class FixedClock:
    """Stands still until a test says `pass_by(hours=1)`."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **distance: float) -> None:
        self.moment += timedelta(**distance)


@dataclass(kw_only=True)
class TestHouse:
    """The parts a test plays with. `told` collects all news."""

    __test__ = False

    house: House
    store: TinyStore
    media: MediaFolder
    channel: SimulatedChannel
    worker: Worker
    clock: FixedClock
    folder: Path
    told: list[News] = field(default_factory=list)

    @property
    def inbox(self) -> Inbox:
        return self.house.inbox

    @property
    def drafts(self) -> Drafts:
        return self.house.drafts

    async def owner(self, name: str = "Ana", password: str = PASSWORD) -> Agent:
        return await self.house.team.create_owner(name, password)

    async def writes(self, name: str = "Priya", text: str = "Hello!") -> Conversation:
        """A new contact who has just written."""
        conversation, _ = await self.house.contacts.begin_chat(name)
        await self.inbox.receive_text(conversation.id, new_id(), text)
        return await self.inbox.conversation(conversation.id)

    async def records(self, person: Person, conversation: Conversation, take: bytes) -> str:
        """A take that has arrived here whole. Returns its draft id."""
        draft_id = new_id()
        await self.drafts.begin(person.owner, draft_id, conversation.id, "audio/webm;codecs=opus")
        for offset in range(0, len(take), 4000):
            await self.drafts.append(person.owner, draft_id, offset, take[offset : offset + 4000])
        return draft_id

    async def sends(
        self, person: Person, conversation: Conversation, draft_id: str, take: bytes
    ) -> Added:
        return await self.inbox.send_voice_note(
            person, draft_id, conversation.id, len(take), hashlib.sha256(take).hexdigest()
        )

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The worker runs as long as this lasts."""
        task = asyncio.create_task(self.worker.run())
        try:
            yield
        finally:
            self.worker.stop()
            await task


def new_id() -> str:
    return str(uuid.uuid4())


def ana(agent: Agent) -> Person:
    return agent_person(agent)


def contact_of(conversation: Conversation) -> Person:
    return contact_person(conversation.contact)


@contextlib.asynccontextmanager
async def open_house(folder: Path, *, setup_token: str | None = None) -> AsyncIterator[TestHouse]:
    """Opens everything on `folder` and closes it cleanly."""
    clock = FixedClock()
    store = await TinyStore.open(folder / "store")
    media = MediaFolder(folder / "media")
    channel = SimulatedChannel()
    news: Event[News] = Event()
    told: list[News] = []
    news.subscribe(told.append)
    wake = asyncio.Event()
    drafts = Drafts(
        store=store,
        media=media,
        audio=PyAvTools(),
        clock=clock,
        publish=news.emit,
        max_bytes=1_000_000,
        keep=timedelta(days=30),
    )
    inbox = Inbox(
        store=store,
        media=media,
        drafts=drafts,
        clock=clock,
        publish=news.emit,
        windows={channel.name: timedelta(hours=24)},
        wake_worker=wake.set,
    )
    worker = Worker(
        inbox=inbox,
        store=store,
        drafts=drafts,
        channels={channel.name: channel},
        wake=wake,
        first_pause=timedelta(milliseconds=5),
    )
    house = House(
        inbox=inbox,
        contacts=Contacts(store=store, clock=clock, publish=news.emit),
        drafts=drafts,
        team=Team(store, Argon2Passwords(), clock),
        media=media,
        news=news,
        clock=clock,
        ready=store.check_writable,
        company="Earshot",
        accent="",
        bit_rate=32_000,
        setup_token=setup_token,
        chat_origins=("https://www.example.com",),
        channel_labels={channel.name: channel.label},
    )
    try:
        yield TestHouse(
            house=house,
            store=store,
            media=media,
            channel=channel,
            worker=worker,
            clock=clock,
            folder=folder,
            told=told,
        )
    finally:
        drafts.close()
        await store.close()
