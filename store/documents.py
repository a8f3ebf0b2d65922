"""Documents ↔ dataclasses, field by field. Times are ISO 8601 in UTC with microseconds, so that
their text sorts as they do. Reading is strict: a missing field or an unknown word raises
`StoreDamaged` naming the file it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from inbox.models import (
    Agent,
    Attachment,
    Contact,
    Conversation,
    DeliveryStatus,
    Description,
    Direction,
    Draft,
    DraftState,
    Kind,
    Message,
    Preview,
    Session,
)
from store.files import damaged

Doc = Mapping[str, Any]
T = TypeVar("T")

_MESSAGE_FIELDS = frozenset(field.name for field in fields(Message))
_WORDS: tuple[tuple[str, frozenset[str | None]], ...] = (
    ("direction", frozenset(map(str, Direction))),
    ("kind", frozenset(map(str, Kind))),
    ("status", frozenset({None, *map(str, DeliveryStatus)})),
)


def read(source: object, build: Callable[[], T]) -> T:
    """What `build` makes of a document; its complaints become `StoreDamaged` naming `source`."""
    try:
        return build()
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise damaged(str(source), f"holds something unknown ({error!r})") from error


def time_text(moment: datetime) -> str:
    """Text that sorts like the moment; refuses times without a zone."""
    if moment.tzinfo is None:
        raise ValueError("times need a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _optional_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def message_document(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "direction": message.direction.value,
        "kind": message.kind.value,
        "at": time_text(message.at),
        "seq": message.seq,
        "text": message.text,
        "attachment": _attachment_document(message.attachment) if message.attachment else None,
        "author_id": message.author_id,
        "author_name": message.author_name,
        "status": message.status.value if message.status else None,
        "steps": [[status.value, time_text(at)] for status, at in message.steps],
        "failure": message.failure,
        "channel_message_id": message.channel_message_id,
    }


def message_from(doc: Doc) -> Message:
    return Message(
        id=doc["id"],
        conversation_id=doc["conversation_id"],
        direction=Direction(doc["direction"]),
        kind=Kind(doc["kind"]),
        at=_time(doc["at"]),
        seq=doc["seq"],
        text=doc["text"],
        attachment=_attachment_from(doc["attachment"]) if doc["attachment"] else None,
        author_id=doc["author_id"],
        author_name=doc["author_name"],
        status=DeliveryStatus(doc["status"]) if doc["status"] is not None else None,
        steps=tuple((DeliveryStatus(status), _time(at)) for status, at in doc["steps"]),
        failure=doc["failure"],
        channel_message_id=doc["channel_message_id"],
    )


def check_messages(docs: Iterable[Doc]) -> None:
    """What a start can afford for every message: all fields there, all words known.

    Raises ValueError or KeyError.
    """
    for doc in docs:
        if not doc.keys() >= _MESSAGE_FIELDS:
            raise KeyError(*sorted(_MESSAGE_FIELDS - doc.keys()))
        for field, words in _WORDS:
            if doc[field] not in words:
                raise ValueError(f"{field} {doc[field]}")


def _attachment_document(attachment: Attachment) -> dict[str, Any]:
    facts = attachment.description
    return {
        "media_id": attachment.media_id,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "container": facts.container,
        "codec": facts.codec,
        "channels": facts.channels,
        "sample_rate": facts.sample_rate,
        "duration_ms": facts.duration_ms,
        "peaks": list(facts.peaks),
        "loudness": facts.loudness,
    }


def _attachment_from(doc: Doc) -> Attachment:
    return Attachment(
        media_id=doc["media_id"],
        content_type=doc["content_type"],
        size=doc["size"],
        sha256=doc["sha256"],
        description=Description(
            container=doc["container"],
            codec=doc["codec"],
            channels=doc["channels"],
            sample_rate=doc["sample_rate"],
            duration_ms=doc["duration_ms"],
            peaks=tuple(doc["peaks"]),
            loudness=float(doc["loudness"]),
        ),
    )


def conversation_document(conversation: Conversation) -> dict[str, Any]:
    opened, preview = conversation.last_inbound_at, conversation.preview
    return {
        "id": conversation.id,
        "contact_id": conversation.contact.id,
        "created_at": time_text(conversation.created_at),
        "active_at": time_text(conversation.active_at),
        "last_inbound_at": time_text(opened) if opened else None,
        "last_seq": conversation.last_seq,
        "unread": conversation.unread,
        "preview": _preview_document(preview) if preview else None,
    }


def conversation_from(doc: Doc, contact: Doc) -> Conversation:
    return Conversation(
        id=doc["id"],
        contact=contact_from(contact),
        created_at=_time(doc["created_at"]),
        active_at=_time(doc["active_at"]),
        last_inbound_at=_optional_time(doc["last_inbound_at"]),
        last_seq=doc["last_seq"],
        unread=doc["unread"],
        preview=_preview_from(doc["preview"]) if doc["preview"] else None,
    )


def _preview_document(preview: Preview) -> dict[str, Any]:
    return {
        "direction": preview.direction.value,
        "kind": preview.kind.value,
        "text": preview.text,
        "duration_ms": preview.duration_ms,
        "at": time_text(preview.at),
        "status": preview.status.value if preview.status else None,
        "message_id": preview.message_id,
    }


def _preview_from(doc: Doc) -> Preview:
    return Preview(
        direction=Direction(doc["direction"]),
        kind=Kind(doc["kind"]),
        text=doc["text"],
        duration_ms=doc["duration_ms"],
        at=_time(doc["at"]),
        status=DeliveryStatus(doc["status"]) if doc["status"] is not None else None,
        message_id=doc["message_id"],
    )


def contact_document(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "channel": contact.channel,
        "address": contact.address,
        "created_at": time_text(contact.created_at),
    }


def contact_from(doc: Doc) -> Contact:
    return Contact(
        id=doc["id"],
        name=doc["name"],
        channel=doc["channel"],
        address=doc["address"],
        created_at=_time(doc["created_at"]),
    )


def draft_document(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "owner": draft.owner,
        "conversation_id": draft.conversation_id,
        "content_type": draft.content_type,
        "created_at": time_text(draft.created_at),
        "state": draft.state.value,
        "length": draft.length,
        "closed_at": time_text(draft.closed_at) if draft.closed_at else None,
    }


def draft_from(doc: Doc) -> Draft:
    return Draft(
        id=doc["id"],
        owner=doc["owner"],
        conversation_id=doc["conversation_id"],
        content_type=doc["content_type"],
        created_at=_time(doc["created_at"]),
        state=DraftState(doc["state"]),
        length=doc["length"],
        closed_at=_optional_time(doc["closed_at"]),
    )


def agent_document(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "password_hash": agent.password_hash,
        "role": agent.role,
        "created_at": time_text(agent.created_at),
    }


def agent_from(doc: Doc) -> Agent:
    return Agent(
        id=doc["id"],
        name=doc["name"],
        password_hash=doc["password_hash"],
        role=doc["role"],
        created_at=_time(doc["created_at"]),
    )


def session_document(session: Session) -> dict[str, Any]:
    return {
        "token_hash": session.token_hash,
        "agent_id": session.agent_id,
        "created_at": time_text(session.created_at),
        "expires_at": time_text(session.expires_at),
    }


def session_from(doc: Doc) -> Session:
    return Session(
        token_hash=doc["token_hash"],
        agent_id=doc["agent_id"],
        created_at=_time(doc["created_at"]),
        expires_at=_time(doc["expires_at"]),
    )
