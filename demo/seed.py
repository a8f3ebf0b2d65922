"""Fills an inbox with a story, the same every time, by the same use cases that people use.

Only the clock is told what time it is, so that windows are open, closing or closed as they should.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from inbox.models import Agent, Conversation, DeliveryStatus, Message
from inbox.person import Person, agent_person, contact_person
from ui.house import House

CLIPS = Path(__file__).parent / "clips"
DEMO_OWNER = "Ana"
DEMO_PASSWORD = "earshot-demo"  # noqa: S105 - printed at start-up; the demo holds nothing of worth
LONG_CONVERSATION = 2_000
_MARK = ".earshot-demo"
_NAMESPACE = uuid.UUID("6f1f1e0c-6a57-4c1c-9d7b-0f6f0e1f7a11")

_QUESTIONS = (
    "Is the blue one back in stock?",
    "Could you deliver on Thursday?",
    "Thank you, that works.",
    "I'd like two more, please.",
    "What does shipping cost to Lyon?",
    "Perfect, talk soon.",
)
_ANSWERS = (
    "It is, I've put one aside for you.",
    "Thursday before noon is fine.",
    "You're welcome!",
    "Done. You'll get a mail in a minute.",
    "6.90, and it takes two days.",
    "Have a good day!",
)


class StoryClock:
    """A clock that stands where the story is. `ago` moves it; time is UTC."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._moment = now

    def __call__(self) -> datetime:
        return self._moment

    def ago(self, **distance: float) -> None:
        """Sets it to `timedelta(**distance)` before now."""
        self._moment = self._now - timedelta(**distance)


def fresh_folder(folder: Path) -> Path:
    """A data folder of the demo's own, empty. Never touches a folder that isn't a demo."""
    if folder.exists():
        if not (folder / _MARK).exists():
            raise SystemExit(f"{folder} is there already and is not a demo; it stays as it is.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    return folder / "data"


class Story:
    """Says and speaks on behalf of people; ids are the same at every run."""

    def __init__(self, house: House, clock: StoryClock) -> None:
        self.house = house
        self.clock = clock
        self._random = Random(7)  # noqa: S311 - a story, not a secret

    def _id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    async def contact(self, name: str) -> Conversation:
        conversation, _ = await self.house.contacts.begin_chat(name)
        return conversation

    async def writes(self, conversation: Conversation, text: str) -> Message:
        return await self.house.inbox.receive_text(conversation.id, self._id(), text)

    async def answers(self, agent: Agent, conversation: Conversation, text: str) -> Message:
        return await self.house.inbox.send_text(agent, conversation.id, self._id(), text)

    async def records(self, person: Person, conversation: Conversation, clip: str) -> str:
        """A take that is safe but not sent. Returns its id."""
        take = (CLIPS / clip).read_bytes()
        draft_id = self._id()
        kind = Path(clip).suffix.removeprefix(".")
        drafts = self.house.drafts
        await drafts.begin(person.owner, draft_id, conversation.id, f"audio/{kind};codecs=opus")
        await drafts.append(person.owner, draft_id, 0, take)
        return draft_id

    async def speaks(self, person: Person, conversation: Conversation, clip: str) -> Message:
        draft_id = await self.records(person, conversation, clip)
        take = (CLIPS / clip).read_bytes()
        added = await self.house.inbox.send_voice_note(
            person, draft_id, conversation.id, len(take), hashlib.sha256(take).hexdigest()
        )
        return added.message

    async def reaches(self, message: Message, *statuses: DeliveryStatus) -> None:
        for status in (DeliveryStatus.SENDING, DeliveryStatus.SENT, *statuses):
            await self.house.inbox.record_delivery(message.id, status)


async def seed(house: House, clock: StoryClock) -> None:
    """Tells the whole story; the newest conversation comes last."""
    agent = await house.team.create_owner(DEMO_OWNER, DEMO_PASSWORD)
    story = Story(house, clock)
    await _a_long_one(story, agent)
    await _closed(story, agent)
    await _never_opened(story)
    await _closing_soon(story, agent)
    await _failed(story, agent)
    await _unsent_draft(story, agent)
    await _unread_voice_note(story, agent)


async def _a_long_one(story: Story, agent: Agent) -> None:
    story.clock.ago(days=40)
    jonas = await story.contact("Jonas Weber")
    for number in range(LONG_CONVERSATION // 2):
        story.clock.ago(days=40 - number * 39.7 / (LONG_CONVERSATION // 2))
        await story.writes(jonas, _QUESTIONS[number % len(_QUESTIONS)])
        if number % 50 == 49:
            answer = await story.speaks(agent_person(agent), jonas, "answer.webm")
            await story.house.inbox.record_delivery(answer.id, DeliveryStatus.PLAYED)
        else:
            answer = await story.answers(agent, jonas, _ANSWERS[number % len(_ANSWERS)])
            await story.house.inbox.record_delivery(answer.id, DeliveryStatus.READ)
    await story.house.inbox.mark_read(jonas.id)


async def _closed(story: Story, agent: Agent) -> None:
    story.clock.ago(days=3, minutes=20)
    ravi = await story.contact("Ravi Menon")
    await story.writes(ravi, "The parcel arrived, thank you!")
    story.clock.ago(days=3)
    answer = await story.speaks(agent_person(agent), ravi, "answer.webm")
    await story.reaches(
        answer, DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.PLAYED
    )
    await story.house.inbox.mark_read(ravi.id)


async def _never_opened(story: Story) -> None:
    story.clock.ago(days=1, hours=2)
    await story.house.contacts.add("Mei Lin")


async def _closing_soon(story: Story, agent: Agent) -> None:
    story.clock.ago(days=2)
    amara = await story.contact("Amara Okafor")
    opened = story.house.inbox.window(amara).length.total_seconds() - 38 * 60
    story.clock.ago(seconds=opened)
    await story.writes(amara, "Do you have it in green? I'd need it by tomorrow evening.")
    story.clock.ago(seconds=opened - 600)
    answer = await story.answers(agent, amara, "Let me ask in the warehouse.")
    await story.reaches(answer, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
    await story.house.inbox.mark_read(amara.id)


async def _failed(story: Story, agent: Agent) -> None:
    story.clock.ago(hours=2, minutes=30)
    sofia = await story.contact("Sofia Rossi")
    await story.writes(sofia, "Can you call me back about the invoice?")
    story.clock.ago(hours=2, minutes=10)
    answer = await story.speaks(agent_person(agent), sofia, "answer.webm")
    await story.house.inbox.record_delivery(answer.id, DeliveryStatus.SENDING)
    await story.house.inbox.record_delivery(
        answer.id,
        DeliveryStatus.FAILED,
        failure="The channel didn't accept this voice note. Nothing was delivered.",
    )
    await story.house.inbox.mark_read(sofia.id)


async def _unsent_draft(story: Story, agent: Agent) -> None:
    story.clock.ago(minutes=52)
    tomas = await story.contact("Tomás Silva")
    await story.writes(tomas, "How do I change the filter? The manual is no help at all.")
    story.clock.ago(minutes=47)
    await story.records(agent_person(agent), tomas, "question.ogg")
    await story.house.inbox.mark_read(tomas.id)


async def _unread_voice_note(story: Story, agent: Agent) -> None:
    story.clock.ago(minutes=31)
    priya = await story.contact("Priya Sharma")
    await story.writes(priya, "Hello! I ordered the large planter last week.")
    story.clock.ago(minutes=28)
    answer = await story.answers(agent, priya, "Hi Priya! Yes, it went out on Friday. Is it there?")
    await story.reaches(answer, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
    await story.house.inbox.mark_read(priya.id)
    story.clock.ago(minutes=12)
    await story.speaks(contact_person(priya.contact), priya, "hello.webm")
    story.clock.ago(minutes=11)
    await story.writes(priya, "I can send a photo too, if that helps.")
