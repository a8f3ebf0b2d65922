"""What is known by heart, so that no question walks over everything: rebuilt from the pages at
start, then kept up with each change. Sorted lists hold (time, id) and are searched by bisection."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import partial
from typing import TYPE_CHECKING, Any

from inbox.errors import StoreDamaged
from store import documents as docs
from store.files import damaged
from store.layout import PAGE_LENGTH, message_key
from store.pages import Document, PageFile

if TYPE_CHECKING:
    from store.engine import Engine

Waiting = tuple[str, str, int, str]
"""(at, conversation id, seq, message id): oldest first, and in a conversation in its order."""

_WAITING = ("queued", "sending")


class Indexes:
    """Ids and orders only; the documents stay in their pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.message_pages: dict[str, PageFile] = {}
        self.message_ids: dict[tuple[str, str], str] = {}  # by (channel, channel's message id)
        self.waiting: dict[tuple[str, str], list[Waiting]] = {}  # by (channel, status)
        self.by_activity: list[tuple[str, str]] = []
        self.by_address: dict[tuple[str, str], str] = {}  # (channel, address) → conversation id
        self.by_contact: dict[str, str] = {}  # contact id → conversation id
        self.open_drafts: dict[str, set[str]] = {}  # owner → draft ids
        self.drafts_by_age: list[tuple[str, str]] = []
        self.agents: dict[str, str] = {}  # case-folded name → agent id
        self._counted: dict[str, int] = {}  # while starting: messages found by conversation

    # --- at start -----------------------------------------------------------------------------

    def add_directory_page(self, page: PageFile) -> None:
        """Raises `StoreDamaged` for a document that cannot be read."""
        for doc_id, doc in (page.documents or {}).items():
            docs.read(page.path, partial(self._add_directory_document, page.name, doc_id, doc))

    def _add_directory_document(self, table: str, doc_id: str, doc: Document) -> None:
        match table:
            case "agents":
                self.agents[docs.agent_from(doc).name.casefold()] = doc_id
            case "contacts":
                docs.contact_from(doc)
            case "conversations":  # the rest of it needs all contacts: see `check`
                self.by_activity.append((doc["active_at"], doc_id))
                self.by_contact[doc["contact_id"]] = doc_id
            case "drafts":
                docs.draft_from(doc)
                self.drafts_by_age.append((doc["created_at"], doc_id))
                self._draft_state(doc)
            case "sessions":
                docs.session_from(doc)

    def add_message_page(self, page: PageFile, documents: dict[str, Document]) -> None:
        """Directories come first. Raises `StoreDamaged` unless all numbers are there in order."""
        conversation_id, _, number = page.key.rpartition("/")[2].rpartition(".")
        conversation = self._engine.find("conversations", conversation_id)
        if conversation is None:
            raise damaged(page.path, "belongs to no conversation")
        docs.read(page.path, partial(docs.check_messages, documents.values()))
        channel, first = self._channel(conversation), int(number) * PAGE_LENGTH + 1
        for seq, (message_id, doc) in enumerate(documents.items(), first):
            if doc["seq"] != seq:
                raise damaged(page.path, f"lacks message {seq}")
            self.message_pages[message_id] = page
            if doc["channel_message_id"]:
                self.message_ids.setdefault((channel, doc["channel_message_id"]), message_id)
            if doc["status"] in _WAITING and doc["direction"] == "out":
                self.waiting.setdefault((channel, doc["status"]), []).append(_waiting(doc))
        self._counted[conversation_id] = self._counted.get(conversation_id, 0) + len(documents)

    def check(self) -> None:
        """Sorts, and raises `StoreDamaged` for a conversation that is not all there."""
        for _, conversation_id in self.by_activity:
            page = self._engine.directory_page("conversations", conversation_id)
            doc = (page.documents or {})[conversation_id]
            contact = self._contact(doc)
            docs.read(page.path, partial(docs.conversation_from, doc, contact))
            self.by_address[contact["channel"], contact["address"]] = conversation_id
            found = self._counted.get(conversation_id, 0)
            if found != doc["last_seq"]:
                raise self._incomplete(conversation_id, found, doc["last_seq"])
        self._counted.clear()
        self.by_activity.sort()
        self.drafts_by_age.sort()
        for waiting in self.waiting.values():
            waiting.sort()

    def _incomplete(self, conversation_id: str, found: int, last_seq: int) -> StoreDamaged:
        for seq in range(1, last_seq + 1, PAGE_LENGTH):
            key = message_key(conversation_id, seq)
            if key not in self._engine.pages:
                return damaged(f"{self._engine.folder}/{key}.json", "is missing")
        path = f"{self._engine.folder}/{message_key(conversation_id, last_seq)}.json"
        return damaged(path, f"holds other messages than expected ({found}, not {last_seq})")

    # --- afterwards ---------------------------------------------------------------------------

    def changed(self, page: PageFile, before: Document | None, doc: Document | None) -> None:
        """Follows one change. `before`: what was there, if anything; `doc`: None if removed."""
        match page.name:
            case "messages" if doc is not None:
                self._message_changed(page, before, doc)
            case "conversations" if doc is not None:
                self._conversation_changed(before, doc)
            case "drafts":
                self._draft_changed(before, doc)
            case "agents" if doc is not None:
                self.agents[doc["name"].casefold()] = doc["id"]

    def _message_changed(self, page: PageFile, before: Document | None, doc: Document) -> None:
        conversation = self._engine.find("conversations", doc["conversation_id"])
        channel = self._channel(conversation or {})
        self.message_pages[doc["id"]] = page
        if doc["channel_message_id"]:
            self.message_ids.setdefault((channel, doc["channel_message_id"]), doc["id"])
        if doc["direction"] != "out" or (before and before["status"] == doc["status"]):
            return
        if before and before["status"] in _WAITING:
            _remove(self.waiting[channel, before["status"]], _waiting(before))
        if doc["status"] in _WAITING:
            insort(self.waiting.setdefault((channel, doc["status"]), []), _waiting(doc))

    def _conversation_changed(self, before: Document | None, doc: Document) -> None:
        if before is None:
            contact = self._contact(doc)
            self.by_contact[doc["contact_id"]] = doc["id"]
            self.by_address[contact["channel"], contact["address"]] = doc["id"]
        elif before["active_at"] == doc["active_at"]:
            return
        else:
            _remove(self.by_activity, (before["active_at"], doc["id"]))
        insort(self.by_activity, (doc["active_at"], doc["id"]))

    def _draft_changed(self, before: Document | None, doc: Document | None) -> None:
        if before is None and doc is not None:
            insort(self.drafts_by_age, (doc["created_at"], doc["id"]))
        if before is not None and doc is None:
            _remove(self.drafts_by_age, (before["created_at"], before["id"]))
            self._draft_state(before | {"state": "removed"})
        if doc is not None:
            self._draft_state(doc)

    def _draft_state(self, doc: Document) -> None:
        drafts = self.open_drafts.setdefault(doc["owner"], set())
        if doc["state"] == "open":
            drafts.add(doc["id"])
            return
        drafts.discard(doc["id"])
        if not drafts:
            del self.open_drafts[doc["owner"]]

    def _channel(self, conversation: Document) -> str:
        return str(self._contact(conversation)["channel"])

    def _contact(self, conversation: Document) -> Document:
        contact = self._engine.find("contacts", conversation["contact_id"])
        if contact is None:
            page = self._engine.directory_page("contacts", conversation["contact_id"])
            raise damaged(page.path, f"lacks the contact {conversation['contact_id']}")
        return contact


def _waiting(doc: Document) -> Waiting:
    return (doc["at"], doc["conversation_id"], doc["seq"], doc["id"])


def _remove(entries: list[Any], entry: Any) -> None:
    """Takes one entry out of a sorted list."""
    index = bisect_left(entries, entry)
    if index < len(entries) and entries[index] == entry:
        del entries[index]
