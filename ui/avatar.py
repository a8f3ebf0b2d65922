"""Initials on a stable colour, with the service window as a thin ring that empties around them."""

from __future__ import annotations

import unicodedata
import zlib
from html import escape

HUES = 8
"""How many colours `theme.css` has for avatars: classes `hue-0` to `hue-7`."""

_CIRCUMFERENCE = 100


def initials(name: str) -> str:
    """The first letters of the first and the last word: `Priya Sharma` → `PS`, `+91 98` → `#`.

    One letter where scripts join letters, because two of them together would read as a word.
    """
    words = [word for word in name.split() if any(map(str.isalpha, word))]
    letters = [next(filter(str.isalpha, word)) for word in words]
    if not letters:
        return next((char for char in name if _is_picture(char)), "#")
    if unicodedata.bidirectional(letters[0]) != "L" or _has_no_case(letters[0]):
        return letters[0]
    return (letters[0] + letters[-1] if len(letters) > 1 else letters[0]).upper()


def hue(key: str) -> int:
    """A colour of 0 to `HUES` - 1 that stays the same for the same `key` (an id)."""
    return zlib.crc32(key.encode()) % HUES


def avatar(name: str, key: str, *, ring: float | None = None, title: str = "") -> str:
    """HTML. `ring`: part of the service window that is left, 0..1; None draws no ring."""
    drawn = ""
    if ring is not None:
        left = max(0.02, min(1.0, ring)) * _CIRCUMFERENCE
        drawn = (
            '<svg class="ring" viewBox="0 0 36 36" aria-hidden="true">'
            '<circle cx="18" cy="18" r="15.915"/>'
            f'<circle cx="18" cy="18" r="15.915" stroke-dasharray="{left:.1f} 100"/></svg>'
        )
    return (
        f'<span class="avatar hue-{hue(key)}" title="{escape(title)}" aria-hidden="true">{drawn}'
        f"<span>{escape(initials(name))}</span></span>"
    )


def _is_picture(char: str) -> bool:
    return unicodedata.category(char) == "So"


def _has_no_case(char: str) -> bool:
    return char.upper() == char.lower()
