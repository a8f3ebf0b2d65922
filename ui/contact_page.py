"""The contact's side of the built-in web chat: the same bubbles in a single column, in the
company's colour, on a page of its own or in an iframe.

It is also where delivery is proved: an agents' message is delivered once the browser that shows
it has answered, read while the page is visible, played when its sound begins.
"""

from __future__ import annotations

import logging
from html import escape

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request

from inbox.models import Conversation, DeliveryStatus, Direction, Message
from inbox.person import contact_person
from inbox.protocols import News
from ui.avatar import avatar
from ui.bubble import Side, spoken
from ui.colours import accent_css
from ui.composer import Composer
from ui.house import House
from ui.layout import Shell, plain_page
from ui.markup import fragment, node, set_attributes
from ui.timeline import PAGE, Timeline
from ui.words import CHAT, GUEST

log = logging.getLogger("earshot.contact_page")

_ON_ITS_WAY = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.FAILED}
# A browser that is there answers in a moment; a sleeping phone answers when it is asked again.
ANSWER_SECONDS = 5.0


def add_pages(house: House) -> None:
    """`/chat`; the gate has put the contact's conversation into `request.state`."""

    @ui.page("/chat", title=GUEST.TITLE.format(company=house.company))
    async def chat(request: Request) -> None:
        await ContactPage(house, request).open()


def entry_form(house: House, trouble: str = "", *, prefix: str = "") -> str:
    """The whole document that asks a new contact for a name and posts it to `/chat/start`."""
    line = f'<p class="form-trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    body = f"""{avatar(house.company, house.company)}
<h1>{escape(GUEST.TITLE.format(company=house.company))}</h1>
<p>{escape(GUEST.PROMISE)}</p>
{line}
<form method="post" action="{prefix}/chat/start">
  <label>{escape(GUEST.NAME)}
    <input name="name" required maxlength="120" autocomplete="name" dir="auto" autofocus
      data-testid="contact-name"></label>
  <button class="button" data-testid="contact-start">{escape(GUEST.START)}</button>
</form>
<p class="form-hint">{escape(GUEST.SMALL_PRINT)}</p>"""
    title = GUEST.TITLE.format(company=house.company)
    return plain_page(title, body, prefix=prefix, head=f"<style>{accent_css(house.accent)}</style>")


class ContactPage:
    """One open page of one contact."""

    def __init__(self, house: House, request: Request) -> None:
        self._house = house
        self._conversation: Conversation = request.state.conversation
        self._shell = shell = Shell(request, "chat")
        self._asking = False
        self._ask_again = False
        ui.add_head_html(f"<style>{accent_css(house.accent)}</style>")
        contact = self._conversation.contact
        side = Side(shell, Direction.IN, "/chat", contact_name=contact.name, played=self._played)
        with shell.frame, node("main", "chat", data_testid="contact-page", data_state="open"):
            fragment(_header(house), "header", "chat-header")
            self._quiet = fragment(_quiet(house), "div", "empty quiet", hidden=True)
            self._timeline = Timeline(side, clock=house.clock, load=self._load, shows=_has_left)
            self._composer = Composer(
                shell,
                base="/chat",
                owner=contact_person(contact).owner,
                bit_rate=house.bit_rate,
                max_bytes=house.drafts.max_bytes,
                send=self._receive,
            )
        shell.on_hello(self._hello)
        ui.on("earshot_visible", self._seen)
        ui.on("earshot_more", self._more)
        house.news.subscribe(self._on_news)

    async def open(self) -> None:
        """The first build of the page."""
        conversation = self._conversation
        self._composer.show(conversation.id, self._house.company, allowed=True, ever_opened=True)
        self._composer.allow(allowed=True, why_not="")
        await self._timeline.open()
        self._show_quiet()

    # --- what the browser says

    def _hello(self, zone_is_news: bool) -> None:
        if zone_is_news:
            self._timeline.redraw()
        self._ask()

    def _seen(self, event: GenericEventArguments) -> None:
        self._shell.visible = bool(event.args)
        if self._shell.visible:
            self._ask()

    async def _more(self, event: GenericEventArguments) -> None:
        await self._timeline.more(str(event.args))

    async def _receive(self, _: str, message_id: str, text: str) -> None:
        """Whatever the browser says, a contact writes into their own conversation only."""
        await self._house.inbox.receive_text(self._conversation.id, message_id, text)

    async def _played(self, message_id: str) -> None:
        await self._house.inbox.played(self._conversation.id, message_id)

    # --- what has happened

    def _on_news(self, news: News) -> None:
        if news.conversation.id != self._conversation.id:
            return
        self._conversation = news.conversation
        message = news.message
        if message is None:
            return
        is_new = self._timeline.upsert(message)
        self._show_quiet()
        if message.direction is Direction.OUT:
            if is_new:
                name = message.author_name or self._house.company
                self._shell.say(CHAT.ARRIVED.format(name=name, text=spoken(message)))
            if message.status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED):
                self._ask()

    def _ask(self) -> None:
        """Asks the browser whether it is there, one question at a time."""
        self._ask_again = True
        if not self._asking:
            self._asking = True
            background_tasks.create(self._ask_browser())

    async def _ask_browser(self) -> None:
        try:
            while self._ask_again and not self._shell.client.is_deleted:
                self._ask_again = False
                await self._believe(await self._answer())
        finally:
            self._asking = False

    async def _answer(self) -> str | None:
        """`visible` or `hidden`: all that was shown before has arrived there. None: nobody home."""
        try:
            answer = self._shell.client.run_javascript(
                "document.visibilityState", timeout=ANSWER_SECONDS
            )
            return str(await answer)
        except TimeoutError:
            return None

    async def _believe(self, answer: str | None) -> None:
        if answer not in ("visible", "hidden"):
            return
        waiting = {message.status for message in self._timeline.messages}
        if answer == "visible" and waiting & {DeliveryStatus.SENT, DeliveryStatus.DELIVERED}:
            await self._house.inbox.reached(self._conversation.id, DeliveryStatus.READ)
        elif DeliveryStatus.SENT in waiting:
            await self._house.inbox.reached(self._conversation.id, DeliveryStatus.DELIVERED)

    # --- below: how it is done

    async def _load(self, before: int | None) -> list[Message]:
        return await self._house.inbox.timeline(self._conversation.id, limit=PAGE, before=before)

    def _show_quiet(self) -> None:
        set_attributes(self._quiet, hidden=bool(self._timeline.messages))


def _has_left(message: Message) -> bool:
    """Agents' messages are seen here once they are sent, never while on their way or failed."""
    return message.direction is Direction.IN or (
        message.direction is Direction.OUT and message.status not in _ON_ITS_WAY
    )


def _header(house: House) -> str:
    company = house.company
    return f'{avatar(company, company)}<h1 dir="auto">{escape(company)}</h1>'


def _quiet(house: House) -> str:
    more = escape(GUEST.EMPTY_MORE.format(company=house.company))
    return f"<h2>{escape(GUEST.EMPTY)}</h2><p>{more}</p>"
