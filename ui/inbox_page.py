"""The agents' page: list, conversation, contact. One page for `/` and `/conversations/{id}`: the
browser's address changes without loading anew, so a recording goes on while one looks around."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from html import escape

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request

from inbox.models import Agent, Conversation
from inbox.protocols import News
from ui.chat_view import ChatView
from ui.contact_panel import AddContactDialog, ContactPanel
from ui.conversation_list import PAGE, ConversationList
from ui.house import House
from ui.icons import icon
from ui.layout import Shell
from ui.markup import fragment, node, set_attributes
from ui.words import APP, LIST

TICK_SECONDS = 20


def add_pages(house: House) -> None:
    """`/` and `/conversations/{id}`; the gate has put the agent into `request.state`."""

    @ui.page("/")
    async def inbox(request: Request) -> None:
        await InboxPage(house, request).open("")

    @ui.page("/conversations/{conversation_id}")
    async def conversation(request: Request, conversation_id: str) -> None:
        await InboxPage(house, request).open(conversation_id)


class InboxPage:
    """One open page of one agent."""

    def __init__(self, house: House, request: Request) -> None:
        self._house = house
        agent: Agent = request.state.agent
        self._owner = f"agent:{agent.id}"
        self._shell = shell = Shell(request, "inbox")
        self._title = APP.NAME
        with shell.frame:
            fragment(escape(APP.SKIP), "a", "skip", href="#chat")
            with node("nav", "side", aria_label=LIST.LABEL):
                fragment(_header(shell.prefix, agent), "header", "side-header")
                self._list = ConversationList(
                    shell,
                    clock=house.clock,
                    window=house.inbox.window,
                    load=self._load,
                    channels=house.channel_labels,
                )
            self._chat = ChatView(shell, house, agent)
            self._panel = ContactPanel(shell, house)
            AddContactDialog(shell, house, added=lambda i: shell.script("earshot.visit", i))
            ui.timer(TICK_SECONDS, self._tick)
        shell.on_hello(self._hello)
        ui.on("earshot_visit", self._visit)
        ui.on("earshot_visible", self._seen)
        ui.on("earshot_more", self._more)
        house.news.subscribe(self._on_news)

    async def open(self, conversation_id: str) -> None:
        """The first build of the page."""
        await self._list.more()
        await self._mark_drafts()
        await self._show(conversation_id)

    async def _show(self, conversation_id: str) -> None:
        set_attributes(self._shell.frame, data_showing="chat" if conversation_id else "list")
        self._list.select(conversation_id)
        await self._chat.open(conversation_id)
        self._panel.show(self._chat.conversation)
        await self._mark_read()

    # --- what the browser says

    def _hello(self, zone_is_news: bool) -> None:
        if zone_is_news:
            self._chat.redraw()
            self._list.tick()
            self._panel.show(self._chat.conversation)
        background_tasks.create(self._mark_read())

    async def _visit(self, event: GenericEventArguments) -> None:
        await self._show(str(event.args))

    async def _seen(self, event: GenericEventArguments) -> None:
        self._shell.visible = bool(event.args)
        await self._mark_read()

    async def _more(self, event: GenericEventArguments) -> None:
        if event.args == "conversations":
            await self._list.more()
        else:
            await self._chat.more(str(event.args))

    # --- what has happened

    def _on_news(self, news: News) -> None:
        is_shown = self._is_shown(news.conversation)
        if is_shown:
            self._chat.on_news(news)
            self._panel.show(news.conversation)
        self._list.show(
            _read(news.conversation) if is_shown and self._shell.visible else news.conversation
        )
        if is_shown and self._shell.visible and news.conversation.unread:
            background_tasks.create(self._mark_read())
        if news.owner == self._owner:
            if news.expired:
                self._shell.tell(LIST.EXPIRED.format(name=news.conversation.contact.name))
            background_tasks.create(self._mark_drafts())
        self._count()

    def _tick(self) -> None:
        self._list.tick()
        self._chat.tick()

    # --- below: how it is done

    def _is_shown(self, conversation: Conversation) -> bool:
        shown = self._chat.conversation
        return shown is not None and shown.id == conversation.id

    async def _mark_read(self) -> None:
        """Only what somebody looks at is read."""
        shown = self._chat.conversation
        if self._shell.visible and shown is not None:
            await self._house.inbox.mark_read(shown.id)
        self._count()

    async def _mark_drafts(self) -> None:
        self._list.mark_drafts(await self._house.drafts.open_conversations(self._owner))

    async def _load(self, before: tuple[datetime, str] | None) -> list[Conversation]:
        return await self._house.inbox.conversations(limit=PAGE, before=before)

    def _count(self) -> None:
        unread = self._list.unread
        title = APP.NAME
        if unread:
            count = self._shell.reader.number(unread)
            title = APP.UNREAD_TITLE.format(count=count, title=APP.NAME)
        if title != self._title:
            self._title = title
            with self._shell.frame:
                ui.page_title(title)


def _read(conversation: Conversation) -> Conversation:
    return replace(conversation, unread=0)


def _header(prefix: str, agent: Agent) -> str:
    me = escape(APP.SIGNED_IN.format(name=agent.name))
    return (
        f'<h1><a href="{prefix}/" data-visit="">{escape(APP.NAME)}</a></h1>'
        f'<button type="button" class="round" data-opens="add-contact" '
        f'aria-label="{escape(LIST.ADD)}" title="{escape(LIST.ADD)}">{icon("plus")}</button>'
        f'<form method="post" action="{prefix}/auth/logout">'
        f'<button class="round" aria-label="{escape(APP.SIGN_OUT)}" '
        f'title="{escape(APP.SIGN_OUT)} ({me})">{icon("sign-out")}</button></form>'
    )
