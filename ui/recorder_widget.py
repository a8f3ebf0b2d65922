"""The recorder: takes the composer's place while somebody speaks, and never loses what they said.

Microphone, take and upload live in the browser (`recorder_widget.js` and `browser/`); nothing that
happens here can interrupt them. Audio travels by HTTP to `uploads.py`, never through an event.
"""

from __future__ import annotations

from nicegui import ui
from nicegui.events import GenericEventArguments, Handler

from ui.browser_modules import register_modules
from ui.words import RECORDER

register_modules()

TIMESLICE_MS = 500
"""How often the browser hands out what it recorded: what a crash can cost, and a little more."""


class Recorder(ui.element, component="recorder_widget.js"):
    """A container: its content is the composer's text row, to which it adds the mic button."""

    def __init__(
        self,
        *,
        base: str,
        owner: str,
        conversation: str,
        contact_name: str,
        allowed: bool,
        ever_opened: bool,
        bit_rate: int,
        max_bytes: int,
        on_state: Handler[GenericEventArguments] | None = None,
        on_sent: Handler[GenericEventArguments] | None = None,
    ) -> None:
        """`base`: "" for agents, "/chat" for contacts. `owner`: whose takes these are.

        `allowed`: whether the conversation may be written to now; without it there is no mic
        button, and a running take is kept as a draft. `bit_rate` in bit/s, `max_bytes` per take.
        `on_state` gets `{state, draft_id, conversation}`, `on_sent` `{message_id, conversation}`.
        """
        super().__init__()
        self._props.update(
            base=base,
            owner=owner,
            bitRate=bit_rate,
            maxBytes=max_bytes,
            timeslice=TIMESLICE_MS,
            words=RECORDER,  # the same object for all
        )
        self._show(conversation, contact_name, allowed, ever_opened)
        for event, handler in (("state", on_state), ("sent", on_sent)):
            if handler is not None:
                self.on(event, handler)

    def show(
        self, conversation_id: str, contact_name: str, allowed: bool, ever_opened: bool
    ) -> None:
        """Turns to another conversation; a running take is kept as the draft of the old one."""
        self._show(conversation_id, contact_name, allowed, ever_opened)
        self.update()

    def allow(self, allowed: bool) -> None:
        """The service window opened or closed while the page is open."""
        self._props["allowed"] = allowed
        if allowed:
            self._props["everOpened"] = True
        self.update()

    def _show(self, conversation: str, contact_name: str, allowed: bool, ever_opened: bool) -> None:
        self._props.update(
            conversation=conversation,
            contactName=contact_name,
            allowed=allowed,
            everOpened=ever_opened,
        )
