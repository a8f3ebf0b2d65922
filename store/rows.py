"""Documents of the engine's pages read as dataclasses, and dataclasses as changes to commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from inbox.errors import NotFound
from inbox.models import Agent, Contact, Conversation, Draft, DraftState, Message, Session
from store import documents as docs
from store.engine import Change, Engine
from store.pages import Document, PageFile

T = TypeVar("T")


class Rows:
    """What the directories hold. Raises `StoreDamaged` for a document that cannot be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def conversation(self, conversation_id: str) -> Conversation:
        """With its contact. Raises `NotFound`."""
        doc = self._engine.find("conversations", conversation_id)
        if doc is None:
            raise NotFound("There is no such conversation.")
        contact = self._engine.find("contacts", doc["contact_id"]) or {}
        source = self._engine.directory_page("conversations", conversation_id).path
        return docs.read(source, lambda: docs.conversation_from(doc, contact))

    def draft(self, draft_id: str) -> Draft | None:
        return self._find("drafts", draft_id, docs.draft_from)

    def agent(self, agent_id: str) -> Agent | None:
        return self._find("agents", agent_id, docs.agent_from)

    def session(self, token_hash: str) -> Session | None:
        return self._find("sessions", token_hash, docs.session_from)

    def _find(self, table: str, doc_id: str, build: Callable[[Document], T]) -> T | None:
        doc = self._engine.find(table, doc_id)
        if doc is None:
            return None
        return docs.read(self._engine.directory_page(table, doc_id).path, lambda: build(doc))

    def sent_draft(self, draft_id: str, now: datetime) -> Change:
        """Closes a draft as sent. Raises `NotFound` if there is none or it was discarded."""
        draft = self.draft(draft_id)
        if draft is None or draft.state is DraftState.DISCARDED:
            raise NotFound("This recording was discarded.")
        return self.draft_change(replace(draft, state=DraftState.SENT, closed_at=now))

    def conversation_change(self, conversation: Conversation) -> Change:
        page = self._engine.directory_page("conversations", conversation.id)
        return page, conversation.id, docs.conversation_document(conversation)

    def contact_change(self, contact: Contact) -> Change:
        page = self._engine.directory_page("contacts", contact.id)
        return page, contact.id, docs.contact_document(contact)

    def draft_change(self, draft: Draft) -> Change:
        page = self._engine.directory_page("drafts", draft.id)
        return page, draft.id, docs.draft_document(draft)


def message_in(page: PageFile, doc: Document) -> Message:
    """A message of a page. Raises `StoreDamaged` naming the page."""
    return docs.read(page.path, lambda: docs.message_from(doc))
