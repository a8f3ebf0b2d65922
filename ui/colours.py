"""The company's own colour on the contact's page, made readable: WCAG 2.2 contrast of at least
4.5 between every text and what lies behind it, in light and in dark."""

from __future__ import annotations

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_ENOUGH = 4.5
# What accent-coloured text may lie on: paper, surface and the outgoing bubble of theme.css.
_LIGHT = ("#F5F4F0", "#FFFFFF", "#DCF2EA")
_DARK = ("#121413", "#1B1E1D", "#123D35")

Channels = tuple[float, float, float]


def accent_css(accent: str | None) -> str:
    """CSS rules that put the company's colour in the place of ours; empty without one.

    `accent` is `#rrggbb`; anything else is ignored, so that nothing foreign gets into a style.
    """
    if accent is None or not _HEX.fullmatch(accent):
        return ""
    light = _readable(accent, _LIGHT, towards="#000000")
    dark = _readable(accent, _DARK, towards="#FFFFFF")
    return (
        f":root{{--accent:{light};--on-accent:{_text_on(light)}}}"
        f".body--dark{{--accent:{dark};--on-accent:{_text_on(dark)}}}"
    )


def contrast(one: str, other: str) -> float:
    """1 (same) to 21 (black on white), for two `#rrggbb`."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _readable(colour: str, behind: tuple[str, ...], *, towards: str) -> str:
    """`colour`, mixed with `towards` only as much as it takes."""
    for percent in range(0, 101, 4):
        mixed = _mix(colour, towards, percent / 100)
        if all(contrast(mixed, ground) >= _ENOUGH for ground in behind):
            return mixed
    return towards


def _text_on(colour: str) -> str:
    return max(("#FFFFFF", "#0E1211"), key=lambda text: contrast(text, colour))


def _mix(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * part)):02X}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> Channels:
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)
