"""The service window in words: the line in a conversation's header, and why one cannot reply."""

from __future__ import annotations

from datetime import datetime
from html import escape

from inbox.service_window import ServiceWindow
from ui.locale import Reader
from ui.words import WINDOW


def window_line(window: ServiceWindow, look: Reader, now: datetime) -> str:
    """`open · 21 h left`, `open · 42 min left`, `closed`, `not opened yet`."""
    if window.open and window.closes_at is not None:
        return WINDOW.OPEN.format(left=look.left(window.closes_at - now))
    return WINDOW.CLOSED if window.ever_opened else WINDOW.NEVER


def why_closed(window: ServiceWindow, name: str, look: Reader, now: datetime) -> str:
    """A sentence as HTML: what is closed and what opens it; empty while it is open."""
    if window.open:
        return ""
    who = f"<bdi>{escape(name)}</bdi>"
    if window.closes_at is None:
        return escape(WINDOW.NEVER_LINE).format(name=who)
    at = window.closes_at
    today = look.day_of(at) == look.day_of(now)
    when = (
        WINDOW.CLOSED_AT.format(time=look.clock(at))
        if today
        else WINDOW.CLOSED_ON.format(date=look.date(at, now))
    )
    told = (
        f'<time datetime="{at.isoformat()}" title="{escape(look.exact(at))}">{escape(when)}</time>'
    )
    return escape(WINDOW.CLOSED_LINE).format(hours=window.hours, when=told, name=who)
