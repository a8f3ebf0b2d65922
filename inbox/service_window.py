"""May we write to this contact now? A pure rule: the window opens with the contact's own message
and closes a fixed time after it. Source of the rule: WhatsApp's 24-hour customer service window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWindow:
    """`closes_at` is None while the contact has never written; else it may lie in the past."""

    open: bool
    ever_opened: bool
    closes_at: datetime | None
    opened_at: datetime | None
    length: timedelta

    @property
    def hours(self) -> str:
        """The length as people say it: `24`, `0.5`."""
        return f"{self.length.total_seconds() / 3600:g}"


def service_window(
    last_inbound_at: datetime | None, length: timedelta, now: datetime
) -> ServiceWindow:
    """The window after the contact's newest message (its own time), as seen at `now`.

    A message from the future (a wrong clock in the channel) cannot keep it open longer than
    `length` from now.
    """
    if last_inbound_at is None:
        return ServiceWindow(
            open=False, ever_opened=False, closes_at=None, opened_at=None, length=length
        )
    opened_at = min(last_inbound_at, now)
    closes_at = opened_at + length
    return ServiceWindow(
        open=now < closes_at,
        ever_opened=True,
        closes_at=closes_at,
        opened_at=opened_at,
        length=length,
    )
