"""A whole Earshot without a network: the real store, media folder and audio tools in a folder of
its own, a simulated channel, and a clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channels.simulated import SimulatedChannel
from inbox.drafts import Drafts
from inbox.inbox import Inbox
from inbox.models import Agent, Conversation
from inbox.person import Person, agent_person, contact_person
from inbox.protocols import Added, MediaStore, News, Store
from inbox.worker import Worker
from main import open_earshot
from settings import Settings
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
    store: Store
    media: MediaStore
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
    """Opens everything on `folder`, wired by `main.py`, and closes it cleanly."""
    clock, channel = FixedClock(), SimulatedChannel()
    settings = Settings(data=folder, max_take_mb=1, chat_embed="https://www.example.com")
    pause = timedelta(milliseconds=5)
    async with open_earshot(settings, clock, [channel], retry_after=pause) as earshot:
        opened = TestHouse(
            house=replace(earshot.house, setup_token=setup_token),
            store=earshot.store,
            media=earshot.house.media,
            channel=channel,
            worker=earshot.worker,
            clock=clock,
            folder=folder,
        )
        opened.house.news.subscribe(opened.told.append)
        yield opened
