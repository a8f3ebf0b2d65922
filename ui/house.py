"""What every page and route works with, handed over once by `main.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import Event

from inbox.contacts import Contacts
from inbox.drafts import Drafts
from inbox.inbox import Inbox
from inbox.protocols import Clock, MediaStore, News
from inbox.team import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The services, and what is said about this installation.

    `setup_token`: what the first account needs; None if whoever comes first may create it.
    `chat_origins`: whose pages may show the contact's page in an iframe.
    `ready` raises when nothing can be written.
    """

    inbox: Inbox
    contacts: Contacts
    drafts: Drafts
    team: Team
    media: MediaStore
    news: Event[News]
    clock: Clock
    ready: Callable[[], Awaitable[None]]
    company: str
    accent: str
    bit_rate: int
    setup_token: str | None
    chat_origins: tuple[str, ...]
    channel_labels: dict[str, str]
