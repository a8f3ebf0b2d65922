"""Where one writes or speaks: a text box that grows, Send, and the recorder around both, which
takes their place while it records. What is typed stays in the browser until it is stored here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from nicegui import ui
from nicegui.events import GenericEventArguments

from inbox.errors import EarshotError
from ui.icons import icon
from ui.layout import Shell
from ui.markup import fragment, node, set_attributes
from ui.recorder_widget import Recorder
from ui.words import APP, COMPOSER

SendText = Callable[[str, str, str], Awaitable[object]]
"""Called with conversation id, message id and text; raises what the inbox raises."""


class Composer:
    """One for the whole life of a page, so that switching conversations keeps the recorder."""

    def __init__(
        self,
        shell: Shell,
        *,
        base: str,
        owner: str,
        bit_rate: int,
        max_bytes: int,
        send: SendText,
    ) -> None:
        self._shell = shell
        self._send = send
        self._state: tuple[str, bool] = ("", False)
        with node("div", "composer"):
            self._closed = fragment("", "p", "composer-closed", hidden=True)
            self._recorder = Recorder(
                base=base,
                owner=owner,
                conversation="",
                contact_name="",
                allowed=False,
                ever_opened=False,
                bit_rate=bit_rate,
                max_bytes=max_bytes,
                on_state=None,
                on_sent=lambda _: shell.script("earshot.bottom"),
            )
            with self._recorder, self._form():
                self._text = self._text_box(owner)
                fragment(
                    icon("send"),
                    "button",
                    "round send",
                    type="submit",
                    aria_label=COMPOSER.SEND,
                    title=COMPOSER.SEND,
                    data_testid="composer-send",
                )
            fragment(escape(APP.OFFLINE), "p", "composer-hint", data_offline=True, hidden=True)
        ui.on("earshot_text", self._arrived)

    def show(self, conversation_id: str, name: str, *, allowed: bool, ever_opened: bool) -> None:
        """Another conversation: its own text comes back into the box, its drafts are offered."""
        set_attributes(
            self._text,
            data_conversation=conversation_id,
            aria_label=COMPOSER.LABEL.format(name=name),
        )
        self._recorder.show(conversation_id, name, allowed, ever_opened)
        self._state = (conversation_id, allowed)
        self._shell.script("earshot.compose", True)

    def allow(self, *, allowed: bool, why_not: str) -> None:
        """The service window has opened or closed; `why_not` is HTML."""
        self._closed.content = why_not
        set_attributes(self._closed, hidden=allowed)
        set_attributes(self._text, disabled=not allowed)
        set_attributes(self._form_element, data_closed=not allowed)
        if self._state[1] != allowed:
            self._state = (self._state[0], allowed)
            self._recorder.allow(allowed)

    def _form(self) -> ui.element:
        self._form_element = node("form", "composer-row", data_empty=True, autocomplete="off")
        self._form_element.on("submit.prevent", js_handler="() => earshot.send()")
        return self._form_element

    def _text_box(self, owner: str) -> ui.element:
        box = node(
            "textarea",
            "composer-text",
            rows="1",
            placeholder=COMPOSER.PLACEHOLDER,
            aria_label=COMPOSER.PLACEHOLDER,
            enterkeyhint="send",
            dir="auto",
            maxlength="4096",
            data_testid="composer-text",
            data_owner=owner,
            data_conversation="",
        )
        box.on("keydown", js_handler="(e) => earshot.key(e)")
        box.on("input", js_handler="(e) => earshot.typed(e.target)")
        return box

    async def _arrived(self, event: GenericEventArguments) -> None:
        """The same text may arrive twice, after a lost answer; its id makes that harmless."""
        sent = {name: str(event.args[name]) for name in ("id", "conversation", "text")}
        try:
            await self._send(sent["conversation"], sent["id"], sent["text"])
        except EarshotError as refusal:
            self._shell.script("earshot.refused", sent["id"])
            self._shell.tell(str(refusal))
            return
        self._shell.script("earshot.stored", sent["id"])
        if sent["conversation"] == self._state[0]:
            self._shell.script("earshot.bottom")
