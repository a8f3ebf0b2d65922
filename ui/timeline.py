"""A window onto the messages of one conversation: the newest 50, older ones on scrolling up, about
200 at most. The page scrolls from the bottom (`flex-direction: column-reverse` in the theme) and
keeps in place what is being read (`page.js`), whatever is added or dropped above and below."""

from __future__ import annotations

import bisect
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui
from nicegui.events import GenericEventArguments

from inbox.models import Message
from inbox.protocols import Clock
from ui.bubble import Bubble, Side
from ui.icons import icon
from ui.markup import fragment, node, set_attributes
from ui.words import CHAT

PAGE = 50
MOST = 200

Load = Callable[[int | None], Awaitable[Sequence[Message]]]
"""Gives the newest `PAGE` messages with `seq` below the number, ascending."""


class _Day:
    """The messages of one day, in a section with the day as its heading."""

    def __init__(self, key: str, heading: str) -> None:
        self.key = key
        self.seqs: list[int] = []
        self.element = node("section", "day", data_day=heading, aria_label=heading)


class Timeline:
    """The messages of one open page. `shows` leaves out what this side must not see (yet)."""

    def __init__(
        self,
        side: Side,
        *,
        clock: Clock,
        load: Load,
        shows: Callable[[Message], bool] = lambda _: True,
        retry: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._side = side
        self._clock = clock
        self._load = load
        self._shows = shows
        self._bubbles: dict[str, Bubble] = {}
        self._days: dict[str, _Day] = {}
        self._first = 1  # seqs at both ends of the window, shown or left out
        self._last = 0
        self._newest = 0  # seq of the newest message that exists
        self._away = False
        self._unseen = 0
        self._loading = False
        with node("div", "timeline-frame", data_frame=True):
            with node(
                "div",
                "timeline",
                data_testid="timeline",
                data_scroller=True,
                role="log",
                aria_live="off",
                aria_label=CHAT.TIMELINE,
                tabindex="0",
            ):
                inner = node("div", "timeline-inner")
                inner.on("click", lambda e: retry(str(e.args)), js_handler=_RETRY)
            with inner:
                self._older = fragment(
                    _SKELETON, "div", "skeleton", data_sentinel="older", hidden=True
                )
                self._list = node("div", "messages")
                self._newer = fragment(
                    _SKELETON, "div", "skeleton", data_sentinel="newer", hidden=True
                )
                fragment("", "div", "newest-mark", data_sentinel="newest")
            self._jump = fragment(
                _jump(""), "button", "jump", type="button", aria_label=CHAT.NEWEST
            )
            self._jump.on("click", self.to_newest)
        ui.on("earshot_away", self._moved)

    # --- what the page says to it

    async def open(self, *, unheard: int = 0) -> None:
        """Shows the newest messages anew; the last `unheard` of the other side are not heard."""
        self.clear()
        messages = await self._load(None)
        arrived = self.messages  # while they were being loaded
        self.clear()
        self._newest = messages[-1].seq if messages else 0
        self._first = messages[0].seq if messages else 1
        self._last = self._newest
        fresh = {m.id for m in [m for m in messages if not self._side.is_mine(m)][-unheard:]}
        for message in messages:
            self._insert(message, heard=not (unheard and message.id in fresh))
        for message in arrived:
            self.upsert(message)
        self._edges()
        self._side.shell.script("earshot.bottom")

    def clear(self) -> None:
        """Shows nothing."""
        self._list.clear()
        self._bubbles.clear()
        self._days.clear()
        self._first, self._last, self._newest, self._unseen = 1, 0, 0, 0
        self._away = False
        set_attributes(self._older, hidden=True)
        set_attributes(self._newer, hidden=True)
        self._count()

    def upsert(self, message: Message) -> bool:
        """Takes a new or changed message; True if it has just come into sight at the end."""
        known = self._bubbles.get(message.id)
        if known is not None:
            known.show(message)
            return False
        new_at_end = message.seq > self._newest
        complete = self._last == self._newest
        self._newest = max(self._newest, message.seq)
        if new_at_end and complete and not (self._away and len(self._bubbles) >= MOST):
            self._last = message.seq
        if not self._shows(message):
            return False
        if new_at_end and self._away and not self._side.is_mine(message):
            self._unseen += 1
            self._count()
        if self._first <= message.seq <= self._last:
            self._insert(message, heard=False)
        if not self._away:
            self._drop_oldest()
        self._edges()
        return new_at_end

    async def more(self, which: str) -> None:
        """The reader comes close to an end of the window: `older` or `newer`."""
        if self._loading:
            return
        self._loading = True
        try:
            await (self._load_older() if which == "older" else self._load_newer())
        finally:
            self._loading = False
        self._edges()

    async def to_newest(self) -> None:
        """Back to the end."""
        if self._last < self._newest:
            await self.open()
        self._side.shell.script("earshot.bottom")

    def redraw(self) -> None:
        """Shows the same with other eyes: another time zone, another name, another day."""
        now, look = self._clock(), self._side.shell.reader
        messages = sorted((b.message for b in self._bubbles.values()), key=lambda m: m.seq)
        if {look.day_of(message.at) for message in messages} != set(self._days):
            self._list.clear()
            self._bubbles.clear()
            self._days.clear()
            for message in messages:
                self._insert(message, heard=True)
            return
        for message in messages:
            self._bubbles[message.id].show(message)
            day = self._days[look.day_of(message.at)]
            heading = look.day(message.at, now)
            set_attributes(day.element, data_day=heading, aria_label=heading)

    def name_days(self) -> None:
        """After midnight today is yesterday."""
        now, look = self._clock(), self._side.shell.reader
        named: set[str] = set()
        for bubble in self._bubbles.values():
            key = look.day_of(bubble.message.at)
            if key in self._days and key not in named:
                named.add(key)
                heading = look.day(bubble.message.at, now)
                set_attributes(self._days[key].element, data_day=heading, aria_label=heading)

    @property
    def messages(self) -> list[Message]:
        """What is shown, in no particular order."""
        return [bubble.message for bubble in self._bubbles.values()]

    # --- below: the window and its ends

    async def _load_older(self) -> None:
        if self._first <= 1:
            return
        first = self._first
        messages = await self._load(first)
        if first != self._first:  # another conversation was opened meanwhile
            return
        self._first = messages[0].seq if messages else 1
        for message in messages:
            self._insert(message, heard=True)
        while len(self._bubbles) > MOST:
            self._last = self._remove(max) - 1

    async def _load_newer(self) -> None:
        last = self._last
        if last >= self._newest:
            return
        messages = await self._load(last + PAGE + 1)
        if last != self._last:
            return
        for message in messages:
            if message.seq > last:
                self._insert(message, heard=True)
        self._last = min(last + PAGE, self._newest)
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        while len(self._bubbles) > MOST:
            self._first = self._remove(min) + 1

    def _remove(self, which: Callable[..., Bubble]) -> int:
        bubble = which(self._bubbles.values(), key=lambda b: b.message.seq)
        message = bubble.message
        del self._bubbles[message.id]
        bubble.element.delete()
        for day in list(self._days.values()):
            if message.seq in day.seqs:
                day.seqs.remove(message.seq)
                if not day.seqs:
                    del self._days[day.key]
                    day.element.delete()
        return message.seq

    def _insert(self, message: Message, *, heard: bool) -> None:
        if message.id in self._bubbles or not self._shows(message):
            return
        day = self._day(message)
        place = bisect.bisect(day.seqs, message.seq)
        with day.element:
            bubble = Bubble(self._side, message, heard=heard or self._side.is_mine(message))
        if place < len(day.seqs):
            bubble.element.move(target_index=place)
        day.seqs.insert(place, message.seq)
        self._bubbles[message.id] = bubble

    def _day(self, message: Message) -> _Day:
        look = self._side.shell.reader
        key = look.day_of(message.at)
        day = self._days.get(key)
        if day is None:
            place = sum(other < key for other in self._days)
            with self._list:
                day = self._days[key] = _Day(key, look.day(message.at, self._clock()))
            if place < len(self._days) - 1:
                day.element.move(target_index=place)
        return day

    def _edges(self) -> None:
        set_attributes(self._older, hidden=self._first <= 1)
        set_attributes(self._newer, hidden=self._last >= self._newest)
        self._side.shell.script("earshot.watch")

    def _moved(self, event: GenericEventArguments) -> None:
        self._away = bool(event.args)
        if not self._away:
            self._unseen = 0
            self._drop_oldest()
            self._edges()
            self._count()

    def _count(self) -> None:
        if not self._unseen:
            self._jump.content = _jump("")
            return
        self._jump.content = _jump(self._side.shell.reader.count(CHAT.NEW, self._unseen))


def _jump(news: str) -> str:
    return f"{icon('down')}{f'<span>{news}</span>' if news else ''}"


_SKELETON = (
    '<span class="ghost ghost-theirs"></span><span class="ghost ghost-mine"></span>'
    '<span class="ghost ghost-theirs"></span>'
)
_RETRY = "(e) => { const b = e.target.closest('[data-retry]'); if (b) emit(b.dataset.retry); }"
