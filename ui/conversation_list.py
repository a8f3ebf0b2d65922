"""The conversations, newest first: 30 rows, more on scrolling. A row is one element, a real link;
news moves it to the top in every open page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape

from nicegui import ui

from inbox.models import Conversation, DeliveryStatus, Direction, Kind, Preview
from inbox.protocols import Clock
from inbox.service_window import ServiceWindow
from ui.avatar import avatar
from ui.icons import icon
from ui.layout import Shell
from ui.locale import length_of
from ui.markup import fragment, node, set_attributes
from ui.window_words import window_line
from ui.words import LIST, STATUS

PAGE = 30
_ORDER = tuple[datetime, str]
Load = Callable[[_ORDER | None], Awaitable[Sequence[Conversation]]]


class ConversationList:
    """The rows of one open page. `load` gives the conversations after one that is shown already;
    `channels` what people call each channel."""

    def __init__(
        self,
        shell: Shell,
        *,
        clock: Clock,
        window: Callable[[Conversation], ServiceWindow],
        load: Load,
        channels: Mapping[str, str],
    ) -> None:
        self._shell = shell
        self._clock = clock
        self._window = window
        self._load = load
        self._channels = channels
        self._shown: dict[str, Conversation] = {}
        self._rows: dict[str, ui.html] = {}
        self._drafts: set[str] = set()
        self._selected = ""
        self._complete = False
        self._loading = False
        with node("div", "list", data_testid="conversation-list", data_scroller=True):
            self._empty = fragment(_empty(shell.prefix), "div", "empty", hidden=True)
            self._list = node("div", "rows")
            self._sentinel = fragment(_SKELETON, "div", "skeleton", data_sentinel="conversations")

    @property
    def unread(self) -> int:
        """Messages not read yet in the rows shown; unread ones are among the newest."""
        return sum(conversation.unread for conversation in self._shown.values())

    async def more(self) -> None:
        """Loads the next rows."""
        if self._loading or self._complete:
            return
        self._loading = True
        try:
            last = min(map(_order, self._shown.values()), default=None)
            found = await self._load(last)
        finally:
            self._loading = False
        self._complete = len(found) < PAGE
        for conversation in found:
            self._put(conversation)
        set_attributes(self._sentinel, hidden=self._complete)
        self._settle()
        self._shell.script("earshot.watch")

    def show(self, conversation: Conversation) -> None:
        """Adds the row, or brings it up to date and to its place."""
        known = self._shown.get(conversation.id)
        if known is None and not self._complete and self._is_beyond(conversation):
            return
        self._put(conversation)
        self._settle()

    def select(self, conversation_id: str) -> None:
        """Marks the open conversation; "" for none."""
        before, self._selected = self._selected, conversation_id
        for changed in (before, conversation_id):
            if changed in self._rows:
                set_attributes(
                    self._rows[changed],
                    aria_current="page" if changed == conversation_id else False,
                )

    def mark_drafts(self, conversation_ids: set[str]) -> None:
        """Which conversations have an unsent recording of this agent."""
        changed, self._drafts = self._drafts ^ conversation_ids, conversation_ids
        self._redraw(changed)

    def tick(self) -> None:
        """Time has passed: what says "5m ago" or shows an emptying ring is drawn anew."""
        self._redraw(self._rows)

    # --- below: one row

    def _put(self, conversation: Conversation) -> None:
        known = self._shown.get(conversation.id)
        self._shown[conversation.id] = conversation
        row = self._rows.get(conversation.id)
        if row is None:
            with self._list:
                row = self._rows[conversation.id] = self._new_row(conversation)
        self._draw(conversation)
        if known is None or known.active_at != conversation.active_at:
            self._place(conversation, row)

    def _new_row(self, conversation: Conversation) -> ui.html:
        return fragment(
            "",
            "a",
            "row",
            href=f"{self._shell.prefix}/conversations/{conversation.id}",
            data_visit=conversation.id,
            data_testid="conversation-item",
            data_conversation_id=conversation.id,
            aria_current="page" if conversation.id == self._selected else False,
        )

    def _redraw(self, conversation_ids: Iterable[str]) -> None:
        for conversation_id in conversation_ids:
            if conversation_id in self._shown:
                self._draw(self._shown[conversation_id])

    def _draw(self, conversation: Conversation) -> None:
        row = self._rows[conversation.id]
        set_attributes(row, data_unread=str(conversation.unread))
        row.content = self._html(conversation)  # unchanged content is not sent again

    def _html(self, conversation: Conversation) -> str:
        now, look = self._clock(), self._shell.reader
        window = self._window(conversation)
        name = conversation.contact.name
        at = conversation.preview.at if conversation.preview else conversation.created_at
        channel = self._channels[conversation.contact.channel]
        left = LIST.RING.format(state=window_line(window, look, now))
        state = ""
        if conversation.unread:
            label = look.count(LIST.UNREAD, conversation.unread)
            count = look.number(conversation.unread)
            state = f'<span class="count" role="img" aria-label="{escape(label)}">{count}</span>'
        elif not window.open:
            state = f'<span class="closed">{escape(LIST.CLOSED)}</span>'
        return (
            f"{avatar(name, conversation.contact.id, ring=_part_left(window, now), title=left)}"
            f'<span class="row-line"><span class="row-name" dir="auto">{escape(name)}</span>'
            f'<time class="row-time" dir="auto" datetime="{at.isoformat()}" '
            f'title="{escape(look.exact(at))}">'
            f"{escape(look.ago(at, now))}</time></span>"
            f'<span class="row-line"><span class="row-last">{self._last(conversation)}</span>'
            f'<span class="row-state">{state}'
            f'<span class="channel" title="{escape(channel)}">{icon("chat", channel, 16)}</span>'
            "</span></span>"
        )

    def _last(self, conversation: Conversation) -> str:
        if conversation.id in self._drafts:
            return f'<span class="draft">{icon("pencil", size=16)} {escape(LIST.DRAFT)}</span>'
        preview = conversation.preview
        if preview is None:
            return f'<span class="quiet">{escape(LIST.NOTHING_YET)}</span>'
        if preview.status is DeliveryStatus.FAILED:
            return f'<span class="failed">{icon("alert", size=16)} {escape(STATUS.FAILED)}</span>'
        mine = f"{escape(LIST.YOU)} " if preview.direction is Direction.OUT else ""
        return f'{mine}<span dir="auto">{_preview(preview)}</span>'

    # --- below: the order

    def _place(self, conversation: Conversation, row: ui.html) -> None:
        newer = sum(
            _order(other) > _order(conversation)
            for other in self._shown.values()
            if other.id != conversation.id
        )
        if row.parent_slot and row.parent_slot.children.index(row) != newer:
            row.move(target_index=newer)

    def _is_beyond(self, conversation: Conversation) -> bool:
        """Older than the last row while more are to be loaded: it will come with them."""
        if not self._shown:
            return False
        return _order(conversation) < min(map(_order, self._shown.values()))

    def _settle(self) -> None:
        set_attributes(self._empty, hidden=bool(self._shown) or not self._complete)


def _order(conversation: Conversation) -> _ORDER:
    return (conversation.active_at, conversation.id)


def _part_left(window: ServiceWindow, now: datetime) -> float | None:
    if not window.open or window.closes_at is None:
        return None
    return (window.closes_at - now) / window.length


def _preview(preview: Preview) -> str:
    if preview.kind is Kind.VOICE:
        return f"{icon('mic', LIST.VOICE, 16)} {length_of(preview.duration_ms)}"
    return escape(preview.text)


def _empty(prefix: str) -> str:
    return (
        f"<h2>{escape(LIST.EMPTY)}</h2><p>{escape(LIST.EMPTY_MORE)}</p>"
        f'<a class="button" href="{prefix}/chat" target="_blank">{escape(LIST.EMPTY_ACTION)}</a>'
    )


_SKELETON = '<span class="ghost ghost-row"></span>' * 3
