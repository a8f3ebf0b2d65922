"""Times as their reader expects them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ui.locale import length_of, reader, zone_called
from ui.words import CHAT

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LONDON = reader("en-GB,en;q=0.8", "Europe%2FLondon")
BERLIN = reader("de-DE,de;q=0.9,en;q=0.5", "Europe%2FBerlin")
NEW_YORK = reader("en-US", "America/New_York")


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=-20), "now"),  # a clock that runs a little ahead
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=23, minutes=59), "23 hr ago"),
        (timedelta(days=1), "21 Nov"),
        (timedelta(days=400), "18 Oct 2025"),
    ],
)
def test_times_are_relative_for_a_day_and_dates_after_it(age: timedelta, told: str) -> None:
    assert LONDON.ago(NOON - age, NOON) == told


def test_dates_and_times_follow_the_browser() -> None:
    assert BERLIN.ago(NOON - timedelta(hours=2), NOON) == "vor 2 Stunden"
    assert BERLIN.clock(NOON) == "13:00"
    assert NEW_YORK.clock(NOON).replace("\u202f", " ") == "7:00 AM"
    assert BERLIN.exact(NOON).startswith("22. November 2026")


def test_a_day_is_the_readers_day() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in Berlin
    assert (LONDON.day(late, NOON), BERLIN.day(late, NOON)) == ("Yesterday", "Today")
    assert BERLIN.day_of(late) == "2026-11-22"
    assert LONDON.day(NOON - timedelta(days=3), NOON) == "Thursday"
    assert LONDON.day(NOON - timedelta(days=10), NOON) == "12 November"
    assert LONDON.day(NOON - timedelta(days=400), NOON) == "18 October 2025"


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (timedelta(hours=24), "24 h left"),
        (timedelta(hours=21, minutes=59), "21 h left"),
        (timedelta(hours=1), "1 h left"),
        (timedelta(minutes=59, seconds=59), "59 min left"),
        (timedelta(minutes=1), "1 min left"),
        (timedelta(seconds=59), "less than a minute left"),
    ],
)
def test_what_is_left_is_never_promised_too_long(rest: timedelta, told: str) -> None:
    assert LONDON.left(rest) == told


def test_plurals() -> None:
    assert LONDON.count(CHAT.NEW, 1) == "1 new message"
    assert LONDON.count(CHAT.NEW, 1200) == "1,200 new messages"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "Europe",
        "/etc/localtime",
        "Europe/Atlantis",
        "a" * 5000,
        "Europe/\0",
    ],
)
def test_a_zone_that_does_not_exist_is_no_zone(name: str) -> None:
    assert zone_called(name) is None


@pytest.mark.parametrize("header", ["", "*", "xx-YY", "de_DE;q=abc", ";;;,,,", "x" * 100_000])
def test_a_language_nobody_knows_becomes_english(header: str) -> None:
    assert reader(header, "").locale.language == "en"


def test_the_most_wanted_language_wins() -> None:
    assert reader("en;q=0.3, fr-CA;q=0.9", "").locale.language == "fr"


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [(0, "0:00"), (999, "0:00"), (42_300, "0:42"), (725_000, "12:05"), (3_723_000, "1:02:03")],
)
def test_a_length_is_rounded_down_as_in_the_player(milliseconds: int, told: str) -> None:
    assert length_of(milliseconds) == told
