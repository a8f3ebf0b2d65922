"""The service window: opened by the contact's own time, closed a fixed time later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.service_window import service_window

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("written", "is_open"),
    [
        (NOON, True),
        (NOON - DAY + timedelta(milliseconds=1), True),
        (NOON - DAY, False),  # at the very moment it closes it is closed
        (NOON - timedelta(days=5), False),
    ],
)
def test_it_closes_a_day_after_the_message(written: datetime, is_open: bool) -> None:
    window = service_window(written, DAY, NOON)
    assert window.open is is_open
    assert window.closes_at == written + DAY


def test_a_contact_who_never_wrote_never_opened_it() -> None:
    window = service_window(None, DAY, NOON)
    assert (window.open, window.ever_opened, window.closes_at) == (False, False, None)


def test_a_channel_with_a_wrong_clock_cannot_keep_it_open_longer() -> None:
    window = service_window(NOON + timedelta(days=300), DAY, NOON)
    assert window.closes_at == NOON + DAY


def test_its_length_is_said_in_hours() -> None:
    assert service_window(None, timedelta(minutes=30), NOON).hours == "0.5"
    assert service_window(None, DAY, NOON).hours == "24"
