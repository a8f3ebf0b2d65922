"""Things to store: a conversation, a message, a voice note, a draft, an agent; fixed clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from inbox.models import (
    Agent,
    Attachment,
    Contact,
    Conversation,
    DeliveryStatus,
    Description,
    Direction,
    Draft,
    Kind,
    Message,
    Session,
)

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def new_conversation(name: str = "Ada", *, channel: str = "webchat", **facts: Any) -> Conversation:
    contact = Contact(
        id=str(uuid4()), name=name, channel=channel, address=str(uuid4()), created_at=NOON
    )
    usual: dict[str, Any] = {"id": str(uuid4()), "created_at": NOON, "active_at": NOON}
    return Conversation(contact=contact, **(usual | facts))


def inbound(conversation: Conversation, text: str = "Hello", **facts: Any) -> Message:
    usual: dict[str, Any] = {
        "id": str(uuid4()),
        "at": NOON,
        "direction": Direction.IN,
        "text": text,
    }
    return Message(conversation_id=conversation.id, kind=Kind.TEXT, **(usual | facts))


def outbound(conversation: Conversation, text: str = "Hi there", **facts: Any) -> Message:
    return inbound(
        conversation,
        text,
        **{"direction": Direction.OUT, "status": DeliveryStatus.QUEUED, "author_id": "agent-1"}
        | facts,
    )


def voice_note(conversation: Conversation, **facts: Any) -> Message:
    message = outbound(conversation, "", **facts)
    description = Description(
        container="webm",
        codec="opus",
        channels=1,
        sample_rate=48_000,
        duration_ms=4_210,
        peaks=tuple(range(0, 96, 3)) * 2,
        loudness=-23.5,
    )
    attachment = Attachment(
        media_id=message.id,
        content_type="audio/webm",
        size=17_000,
        sha256="ab" * 32,
        description=description,
    )
    steps = ((DeliveryStatus.QUEUED, NOON), (DeliveryStatus.SENT, later(1)))
    return replace(message, kind=Kind.VOICE, attachment=attachment, steps=steps)


def new_draft(conversation: Conversation, owner: str = "agent:1", **facts: Any) -> Draft:
    usual: dict[str, Any] = {"id": str(uuid4()), "created_at": NOON, "content_type": "audio/webm"}
    return Draft(owner=owner, conversation_id=conversation.id, **(usual | facts))


def new_agent(name: str = "Grace") -> Agent:
    return Agent(id=str(uuid4()), name=name, password_hash="x", role="owner", created_at=NOON)


def new_session(agent: Agent) -> Session:
    return Session(
        token_hash=uuid4().hex, agent_id=agent.id, created_at=NOON, expires_at=later(3600)
    )
