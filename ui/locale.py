"""Times, numbers and plurals as the reader of a page expects them: their browser's language and
time zone. Times are relative for a day, then dates; the exact time goes into a title.

The zone comes from the cookie `earshot_zone` that the page itself sets; on a first visit it is
unknown (UTC) until the browser has said hello.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal

from ui.words import LANGUAGE, TIMES

ZONE_COOKIE = "earshot_zone"
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")
_DAY = timedelta(days=1)
_CATALOGUE = Locale.parse(LANGUAGE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever looks at a page. All times given to it are timezone-aware."""

    locale: Locale
    zone: tzinfo

    def ago(self, at: datetime, now: datetime) -> str:
        """Relative for a day, then a date: `now`, `5m ago`, `Nov 12`, `Nov 12, 2025`."""
        age = now - at
        if age < timedelta(minutes=1):
            return TIMES.NOW
        if age < _DAY:
            unit = timedelta(hours=1) if age >= timedelta(hours=1) else timedelta(minutes=1)
            return _ago((age // unit) * unit, self.locale)
        return self.date(at, now)

    def date(self, at: datetime, now: datetime) -> str:
        """`Nov 12`, with the year if it is another one than now."""
        here = at.astimezone(self.zone)
        same_year = here.year == now.astimezone(self.zone).year
        return _skeleton("MMMd" if same_year else "yMMMd", here, self.locale)

    def day(self, at: datetime, now: datetime) -> str:
        """The heading over a day: `Today`, `Yesterday`, `Monday`, `November 12`…"""
        here, today = at.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        days = (today - here).days
        if days <= 0:
            return TIMES.TODAY
        if days == 1:
            return TIMES.YESTERDAY
        if days < 7:
            return format_date(here, "EEEE", locale=self.locale)
        if here.year == today.year:
            return _skeleton("MMMMd", at.astimezone(self.zone), self.locale)
        return format_date(here, "long", locale=self.locale)

    def clock(self, at: datetime) -> str:
        """`14:02` or `2:02 PM`."""
        return format_time(at, "short", tzinfo=self.zone, locale=self.locale)

    def exact(self, at: datetime) -> str:
        """To the second, with date and zone: for titles."""
        return _exact(at, self.zone, self.locale)

    def left(self, rest: timedelta) -> str:
        """How long something is still open: `21 h left`, in the last hour `42 min left`."""
        if rest < timedelta(minutes=1):
            return TIMES.LAST_MINUTE
        # Rounded down: nobody is promised a minute that does not exist.
        if rest >= timedelta(hours=1):
            return self.count(TIMES.HOURS_LEFT, rest // timedelta(hours=1))
        return self.count(TIMES.MINUTES_LEFT, rest // timedelta(minutes=1))

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def count(self, forms: Mapping[str, str], value: int) -> str:
        """One of the plural `forms` of the catalogue, `{count}` filled in: `3 new messages`."""
        form = forms.get(_CATALOGUE.plural_form(value), forms["other"])
        return form.format(count=self.number(value))

    def in_zone(self, name: str) -> Reader:
        """The same reader in the zone called `name`, or unchanged if there is no such zone."""
        return Reader(self.locale, zone_called(name) or self.zone)

    def day_of(self, at: datetime) -> str:
        """The calendar day as a key: `2026-11-22`."""
        return at.astimezone(self.zone).date().isoformat()


def reader(accept_language: str, zone_cookie: str) -> Reader:
    """The reader behind a request, from its `Accept-Language` header and zone cookie."""
    return Reader(_locale_from(accept_language), zone_called(unquote(zone_cookie)) or UTC)


def zone_called(name: str) -> tzinfo | None:
    """The zone of a name such as `Asia/Kolkata`; names come from browsers and may be wrong."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def length_of(duration_ms: int) -> str:
    """A recording's length as the player shows it, rounded down: `0:42`, `12:05`, `1:02:03`."""
    minutes, seconds = divmod(max(0, duration_ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _locale_from(accept_language: str) -> Locale:
    """The most wanted language that exists; English if none does."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag))
        except ValueError:
            continue
    for _, tag in sorted(wanted, key=lambda item: item[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_US")


# A hundred open pages say the same few things, again and again: Babel needs 0.1 ms for each.


@lru_cache(maxsize=512)
def _ago(age: timedelta, locale: Locale) -> str:
    return format_timedelta(-age, add_direction=True, format="narrow", threshold=1, locale=locale)


@lru_cache(maxsize=4096)
def _exact(at: datetime, zone: tzinfo, locale: Locale) -> str:
    return format_datetime(at, "long", tzinfo=zone, locale=locale)


@lru_cache(maxsize=4096)
def _skeleton(form: str, here: datetime, locale: Locale) -> str:
    return format_skeleton(form, here, locale=locale)
