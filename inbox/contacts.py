"""How contacts come to be: in the built-in web chat, or added by hand by an agent.

A web chat contact is whoever holds a random token; the store keeps only its SHA-256.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace

from inbox.errors import BadRequest
from inbox.models import Contact, Conversation
from inbox.protocols import Clock, News, Publish, Store
from inbox.team import hash_token

MAX_NAME = 120
WEBCHAT = "webchat"


class Contacts:
    """Adding, finding and renaming contacts."""

    def __init__(self, *, store: Store, clock: Clock, publish: Publish) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish

    async def add(self, name: str) -> tuple[Conversation, str]:
        """A contact added by hand. The path, given to them, makes the conversation theirs."""
        conversation, token = await self.begin_chat(name)
        return conversation, f"/chat?invite={token}"

    async def begin_chat(self, name: str) -> tuple[Conversation, str]:
        """A new web chat contact and the secret token that proves to be them."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        contact = Contact(
            id=uuid.uuid4().hex,
            name=_checked(name),
            channel=WEBCHAT,
            address=hash_token(token),
            created_at=now,
        )
        conversation = await self._store.add_conversation(
            Conversation(id=uuid.uuid4().hex, contact=contact, created_at=now, active_at=now)
        )
        self._publish(News(conversation=conversation))
        return conversation, token

    async def chat_of(self, token: str) -> Conversation | None:
        """The conversation that belongs to a contact's token; None if there is none."""
        return await self._store.conversation_of(WEBCHAT, hash_token(token))

    async def rename(self, conversation_id: str, name: str) -> Conversation:
        """Gives the contact another name. Raises `BadRequest`, `NotFound`."""
        new_name = _checked(name)
        contact = (await self._store.conversation(conversation_id)).contact
        conversation = await self._store.change_contact(
            contact.id, lambda stored: replace(stored, name=new_name)
        )
        self._publish(News(conversation=conversation))
        return conversation


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadRequest("Please give a name.")
    if len(name) > MAX_NAME:
        raise BadRequest(f"A name can have at most {MAX_NAME} characters.")
    return name
