"""One message in a timeline: a single element for a text, three for a voice note (frame, player,
time and ticks). Showing a newer state of a message changes only what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nicegui import ui

from inbox.models import DeliveryStatus, Direction, Kind, Message
from ui.icons import icon
from ui.layout import Shell
from ui.locale import length_of
from ui.markup import fragment, linked, node, set_attributes
from ui.voice_note_player import VoiceNotePlayer
from ui.words import CHAT, STATUS

_TICKS = {
    DeliveryStatus.QUEUED: ("clock", STATUS.QUEUED),
    DeliveryStatus.SENDING: ("clock", STATUS.SENDING),
    DeliveryStatus.SENT: ("check", STATUS.SENT),
    DeliveryStatus.DELIVERED: ("double-check", STATUS.DELIVERED),
    DeliveryStatus.READ: ("double-check", STATUS.READ),
    DeliveryStatus.PLAYED: ("mic", STATUS.PLAYED),
    DeliveryStatus.FAILED: ("alert", STATUS.FAILED),
}


@dataclass(slots=True)
class Side:
    """From which side a timeline is looked at.

    `mine`: the direction on the right. `base`: prefix of the media routes, "" or "/chat".
    `me`: id of the agent, whose own messages carry no name. `contact_name`: of the one in it.
    `played` is called with a message id when a note begins to play.
    """

    shell: Shell
    mine: Direction
    base: str
    me: str = ""
    contact_name: str = ""
    played: Callable[[str], object] | None = None

    def is_mine(self, message: Message) -> bool:
        return message.direction is self.mine

    def author(self, message: Message) -> str:
        """The name above a message that its side alone does not tell."""
        told = message.direction is Direction.IN or message.author_id == self.me
        return "" if told else message.author_name


class Bubble:
    """Built where it stands; `show` brings it up to date."""

    def __init__(self, side: Side, message: Message, *, heard: bool) -> None:
        self._side = side
        self.message = message
        attributes = {
            "data_testid": "message",
            "data_message_id": message.id,
            "data_direction": message.direction.value,
            "data_kind": message.kind.value,
            "data_status": _status(message),
        }
        classes = "bubble mine" if side.is_mine(message) else "bubble theirs"
        self._meta: ui.html | None = None
        if message.attachment is None:
            self.element: ui.element = fragment(self._text(), "article", classes, **attributes)
            return
        self.element = node("article", f"{classes} voice", **attributes)
        with self.element:
            self._player(heard)
            self._meta = fragment(self._details(), "div", "meta")

    def show(self, message: Message) -> None:
        """The same message, changed or seen with other eyes (another time zone)."""
        self.message = message
        set_attributes(self.element, data_status=_status(message))
        if self._meta is not None:
            self._meta.content = self._details()
        elif isinstance(self.element, ui.html):
            self.element.content = self._text()

    def _player(self, heard: bool) -> None:
        message, attachment = self.message, self.message.attachment
        assert attachment is not None
        length = length_of(attachment.duration_ms)
        incoming = message.direction is Direction.IN
        name = self._side.contact_name if incoming else message.author_name
        source = f"{self._side.base}/media/{message.id}"
        played = self._side.played
        VoiceNotePlayer(
            source=source,
            download=f"{source}/download",
            duration_ms=attachment.duration_ms,
            peaks=attachment.description.peaks,
            label=CHAT.VOICE_FROM.format(name=name, length=length),
            heard=heard,
            on_played=(lambda: played(message.id)) if played else None,
        )

    def _text(self) -> str:
        """Time and ticks float in the last line of the text."""
        return (
            f'<div class="text" dir="auto">{linked(self.message.text)}'
            f'<span class="meta">{self._when()}</span></div>{self._failure()}'
        )

    def _details(self) -> str:
        return f"{self._when()}{self._failure()}"

    def _when(self) -> str:
        message, look = self.message, self._side.shell.reader
        author = self._side.author(message)
        signed = f'<bdi class="author">{escape(author)}</bdi>' if author else ""
        return (
            f'{signed}<time dir="auto" datetime="{message.at.isoformat()}" '
            f'title="{escape(look.exact(message.at))}">{escape(look.clock(message.at))}</time>'
            f"{self._ticks()}"
        )

    def _ticks(self) -> str:
        message = self.message
        if not self._side.is_mine(message):
            return ""
        name, label = _TICKS[message.status] if message.status else ("check", STATUS.SENT)
        far = message.status.value if message.status else "received"
        return f'<span class="ticks ticks-{far}">{icon(name, label, 16)}</span>'

    def _failure(self) -> str:
        message = self.message
        if message.status is not DeliveryStatus.FAILED or not self._side.is_mine(message):
            return ""
        reason = STATUS.FAILED_WHY.format(reason=message.failure or STATUS.NO_REASON)
        return (
            f'<div class="failure"><span>{escape(reason)}</span> '
            f'<button type="button" data-retry="{escape(message.id)}">{escape(STATUS.RETRY)}'
            "</button></div>"
        )


def spoken(message: Message) -> str:
    """The message in words, for those who hear that it arrived."""
    if message.kind is Kind.VOICE and message.attachment is not None:
        return CHAT.VOICE_NOTE.format(length=length_of(message.attachment.duration_ms))
    return message.text[:200]


def _status(message: Message) -> str:
    return message.status.value if message.status else "received"
