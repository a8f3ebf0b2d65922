"""The right side of the inbox: who the contact is; and the dialog in which an agent adds one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from nicegui import ui
from nicegui.events import GenericEventArguments

from inbox.errors import Refused
from inbox.models import Conversation
from ui.avatar import avatar
from ui.house import House
from ui.icons import icon
from ui.layout import Shell
from ui.markup import fragment, node
from ui.words import ADD, PANEL

# The name is asked from the form itself: Python never holds what is being typed.
_GIVE_NAME = "(e) => emit(new FormData(e.target).get('name'))"


class ContactPanel:
    """About the contact of the conversation shown."""

    def __init__(self, shell: Shell, house: House) -> None:
        self._shell = shell
        self._house = house
        self._conversation: Conversation | None = None
        with node("aside", "panel", aria_label=PANEL.LABEL):
            self._head = fragment("", "div", "panel-head")
            form = node("form", "panel-form", autocomplete="off")
            form.on("submit.prevent", self._rename, js_handler=_GIVE_NAME)
            with form:
                self._name = fragment("", "div")
            self._facts = fragment("", "dl", "facts")

    def show(self, conversation: Conversation | None) -> None:
        """None empties the panel."""
        self._conversation = conversation
        if conversation is None:
            self._head.content = self._name.content = self._facts.content = ""
            return
        contact = conversation.contact
        self._head.content = (
            f'<button type="button" class="round panel-close" data-toggles="panel" '
            f'aria-label="{escape(PANEL.CLOSE)}">{icon("close")}</button>'
            f"{avatar(contact.name, contact.id)}"
            f'<h2 dir="auto">{escape(contact.name)}</h2>'
        )
        self._name.content = (
            f'<label>{escape(PANEL.NAME)}<input name="name" dir="auto" maxlength="120" required '
            f'value="{escape(contact.name)}"></label>'
            f'<button class="button quiet">{escape(PANEL.SAVE)}</button>'
        )
        self._facts.content = self._facts_of(conversation)

    def _facts_of(self, conversation: Conversation) -> str:
        look, now = self._shell.reader, self._house.clock()
        contact = conversation.contact
        wrote = conversation.last_inbound_at
        facts = {
            PANEL.CHANNEL: escape(self._house.channel_labels[contact.channel]),
            PANEL.SINCE: _told(look.date(contact.created_at, now), look.exact(contact.created_at)),
            PANEL.LAST: _told(look.ago(wrote, now), look.exact(wrote)) if wrote else PANEL.NEVER,
        }
        return "".join(f"<dt>{escape(name)}</dt><dd>{fact}</dd>" for name, fact in facts.items())

    async def _rename(self, event: GenericEventArguments) -> None:
        if self._conversation is None:
            return
        try:
            await self._house.contacts.rename(self._conversation.id, str(event.args))
        except Refused as refusal:
            self._shell.tell(str(refusal))
            return
        self._shell.tell(PANEL.SAVED)


class AddContactDialog:
    """A name, then the link to give to that person. `added` gets the new conversation's id."""

    def __init__(self, shell: Shell, house: House, *, added: Callable[[str], object]) -> None:
        self._shell = shell
        self._house = house
        self._added = added
        dialog = node("dialog", "dialog", data_name="add-contact", aria_label=ADD.TITLE)
        dialog.on("close", self._reset)
        with dialog:
            form = node("form", "", autocomplete="off")
            form.on("submit.prevent", self._add, js_handler=_GIVE_NAME)
            with form:
                self._content: ui.html = fragment(_ASK, "div")

    async def _add(self, event: GenericEventArguments) -> None:
        try:
            conversation, path = await self._house.contacts.add(str(event.args or ""))
        except Refused as refusal:
            self._shell.tell(str(refusal))
            return
        name = escape(conversation.contact.name)
        link = escape(self._shell.origin + self._shell.prefix + path)
        self._content.content = (
            f"<h2>{escape(ADD.TITLE)}</h2><p>{escape(ADD.READY).format(name=f'<bdi>{name}</bdi>')}</p>"
            f'<label>{escape(ADD.LINK).format(name=name)}<input readonly data-name="invitation" '
            f'value="{link}"></label>'
            f'<p class="buttons"><span class="done" data-done="invitation" role="status" hidden>'
            f"{icon('check')} {escape(ADD.COPIED)}</span>"
            f'<button type="button" class="button quiet" data-closes>{escape(ADD.DONE)}</button>'
            f'<button type="button" class="button" data-copies="invitation">'
            f"{icon('copy')} {escape(ADD.COPY)}</button></p>"
        )
        self._added(conversation.id)

    def _reset(self) -> None:
        self._content.content = _ASK


def _told(roughly: str, exactly: str) -> str:
    return f'<span title="{escape(exactly)}">{escape(roughly)}</span>'


_ASK = (
    f"<h2>{escape(ADD.TITLE)}</h2><p>{escape(ADD.MORE)}</p>"
    f'<label>{escape(ADD.NAME)}<input name="name" dir="auto" maxlength="120" required autofocus>'
    "</label>"
    f'<p class="buttons"><button type="button" class="button quiet" data-closes>'
    f"{escape(ADD.CANCEL)}</button>"
    f'<button class="button">{escape(ADD.CREATE)}</button></p>'
)
