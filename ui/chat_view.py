"""Timeline and composer of one conversation, as agents see it, under a header that says whose it
is and whether one may write. It lasts as long as the page: another conversation is shown in it."""

from __future__ import annotations

import asyncio
from html import escape

from inbox.errors import NotFound, Refused
from inbox.models import Agent, Conversation, Direction, Message
from inbox.protocols import News
from ui.avatar import avatar
from ui.bubble import Side, spoken
from ui.composer import Composer
from ui.house import House
from ui.icons import icon
from ui.layout import Shell
from ui.markup import fragment, node, set_attributes
from ui.timeline import PAGE, Timeline
from ui.window_words import why_closed, window_line
from ui.words import CHAT


class ChatView:
    """The middle of the inbox."""

    def __init__(self, shell: Shell, house: House, agent: Agent) -> None:
        self._shell = shell
        self._house = house
        self._agent = agent
        self._side = Side(shell, Direction.OUT, "", me=agent.id)
        self._closing: asyncio.TimerHandle | None = None
        self.conversation: Conversation | None = None
        with node(
            "main", "chat", id="chat", aria_label=CHAT.LABEL, data_state="pick"
        ) as self._pane:
            with node("header", "chat-header"):
                self._identity = fragment("", "div", "identity")
                self._window = fragment("", "p", "window", data_testid="service-window")
                fragment(icon("contact"), "button", "round details", **_DETAILS_BUTTON)
            self._blank = fragment(_blank(shell.prefix, gone=False), "div", "empty blank")
            self._timeline = Timeline(
                self._side, clock=house.clock, load=self._load, retry=self._retry
            )
            self._quiet = fragment("", "div", "empty quiet", hidden=True)
            self._composer = Composer(
                shell,
                base="",
                owner=f"agent:{agent.id}",
                bit_rate=house.bit_rate,
                max_bytes=house.drafts.max_bytes,
                send=self._send,
            )
        shell.client.on_delete(self._forget_closing)

    # --- what the page says to it

    async def open(self, conversation_id: str) -> None:
        """Shows a conversation; "" shows none, an unknown one says so kindly."""
        try:
            found = (
                await self._house.inbox.conversation(conversation_id) if conversation_id else None
            )
        except NotFound:
            found = None
        self.conversation = found
        if found is None:
            self._blank.content = _blank(self._shell.prefix, gone=bool(conversation_id))
            set_attributes(self._pane, data_state="gone" if conversation_id else "pick")
            self._timeline.clear()
            self._composer.show("", "", allowed=False, ever_opened=False)
            return
        self._side.contact_name = found.contact.name
        set_attributes(self._pane, data_state="open")
        window = self._house.inbox.window(found)
        self._composer.show(
            found.id, found.contact.name, allowed=window.open, ever_opened=window.ever_opened
        )
        self.tick()
        await self._timeline.open(unheard=found.unread)
        self._show_quiet()

    def on_news(self, news: News) -> None:
        """Something happened in the conversation shown."""
        self.conversation = news.conversation
        self._side.contact_name = news.conversation.contact.name
        if news.message is not None:
            self._timeline.upsert(news.message)
            self._show_quiet()
            if news.added and news.message.direction is Direction.IN:
                name = news.conversation.contact.name
                self._shell.say(CHAT.ARRIVED.format(name=name, text=spoken(news.message)))
        self.tick()

    async def more(self, which: str) -> None:
        """The reader comes close to an end of the timeline."""
        await self._timeline.more(which)

    def redraw(self) -> None:
        """The reader's zone has become known."""
        self._timeline.redraw()
        self.tick()

    def tick(self) -> None:
        """Says how long the window is open, and opens or closes what depends on it."""
        conversation = self.conversation
        if conversation is None:
            return
        look, now = self._shell.reader, self._house.clock()
        window, name = self._house.inbox.window(conversation), conversation.contact.name
        self._identity.content = _identity(self._shell.prefix, conversation)
        self._window.content = escape(window_line(window, look, now))
        set_attributes(
            self._window,
            data_open=str(window.open).lower(),
            data_closes_at=window.closes_at.isoformat() if window.closes_at else "",
            title=look.exact(window.closes_at) if window.closes_at else "",
        )
        self._composer.allow(
            allowed=window.open, why_not=_locked(why_closed(window, name, look, now))
        )
        self._timeline.name_days()
        self._forget_closing()
        if window.open and window.closes_at is not None:
            rest = (window.closes_at - now).total_seconds()
            self._closing = asyncio.get_running_loop().call_later(rest + 0.05, self.tick)

    # --- below: what it asks of the inbox

    async def _load(self, before: int | None) -> list[Message]:
        if self.conversation is None:
            return []
        return await self._house.inbox.timeline(self.conversation.id, limit=PAGE, before=before)

    async def _send(self, conversation_id: str, message_id: str, text: str) -> None:
        await self._house.inbox.send_text(self._agent, conversation_id, message_id, text)

    async def _retry(self, message_id: str) -> None:
        try:
            await self._house.inbox.retry(message_id)
        except Refused as refusal:
            self._shell.tell(str(refusal))

    def _show_quiet(self) -> None:
        conversation = self.conversation
        quiet = conversation is not None and conversation.last_seq == 0
        set_attributes(self._quiet, hidden=not quiet)
        if conversation is not None and quiet:
            name = f"<bdi>{escape(conversation.contact.name)}</bdi>"
            more = escape(CHAT.QUIET_OUT).format(name=name)
            self._quiet.content = f"<h3>{escape(CHAT.QUIET)}</h3><p>{more}</p>"

    def _forget_closing(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


_DETAILS_BUTTON = {
    "type": "button",
    "data_toggles": "panel",
    "aria_label": CHAT.DETAILS,
    "title": CHAT.DETAILS,
}


def _identity(prefix: str, conversation: Conversation) -> str:
    name = conversation.contact.name
    return (
        f'<a class="round back" href="{prefix}/" data-visit="" '
        f'aria-label="{escape(CHAT.BACK)}">{icon("back")}</a>'
        f"{avatar(name, conversation.contact.id)}"
        f'<h2 dir="auto" title="{escape(name)}">{escape(name)}</h2>'
    )


def _locked(sentence: str) -> str:
    return f"{icon('lock')}<span>{sentence}</span>" if sentence else ""


def _blank(prefix: str, *, gone: bool) -> str:
    if not gone:
        return f"{icon('chat', size=48)}<h2>{escape(CHAT.PICK)}</h2><p>{escape(CHAT.PICK_MORE)}</p>"
    return (
        f"<h2>{escape(CHAT.GONE)}</h2><p>{escape(CHAT.GONE_MORE)}</p>"
        f'<a class="button" href="{prefix}/" data-visit="">{escape(CHAT.GONE_ACTION)}</a>'
    )
