"""The icons of the parts rendered in Python: inline SVG on a 24-unit grid, drawn as a line of
1.75 px, 20 px large, coloured by the text around them. The widgets draw theirs with
`ui/browser/icons.js`; a shape used by both looks the same in both."""

from __future__ import annotations

from html import escape

_SHAPES = {
    "alert": "M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17Z M12 7.8v5 M12 16v.2",
    "back": "m14.5 6-6 6 6 6",
    "chat": "M4.5 6.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v8"
    "a2 2 0 0 1-2 2H11l-4.5 3.6v-3.6a2 2 0 0 1-2-2Z",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "clock": "M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17Z M12 7.5V12l3 2",
    "close": "m6 6 12 12 M18 6 6 18",
    "contact": "M12 4.5a3.7 3.7 0 1 1 0 7.4a3.7 3.7 0 0 1 0-7.4Z"
    " M5 19.5c.6-3.3 3.4-5 7-5s6.4 1.7 7 5",
    "copy": "M9 9.5A1.5 1.5 0 0 1 10.5 8h7A1.5 1.5 0 0 1 19 9.5v9a1.5 1.5 0 0 1-1.5 1.5h-7"
    "A1.5 1.5 0 0 1 9 18.5Z M15.5 8V5.5A1.5 1.5 0 0 0 14 4H6.5A1.5 1.5 0 0 0 5 5.5v9"
    "A1.5 1.5 0 0 0 6.5 16H9",
    "double-check": "m2.5 12.5 4.3 4.3 8.8-9 M11.5 16l.8.8 8.9-9",
    "down": "M12 5v14 M6 13l6 6 6-6",
    "lock": "M7 10.5h10a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H7"
    "A1.5 1.5 0 0 1 5.5 18v-6A1.5 1.5 0 0 1 7 10.5Z M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5",
    "mic": "M12 3a3 3 0 0 1 3 3v5.5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Z M5.5 11v.5a6.5 6.5 0 0 0 13 0V11"
    " M12 18v3",
    "pencil": "m5 19 .8-3.8L15.6 5.4a1.5 1.5 0 0 1 2.1 0l.9.9a1.5 1.5 0 0 1 0 2.1L8.8 18.2Z"
    " M13.8 7.2l3 3",
    "plus": "M12 5v14 M5 12h14",
    "send": "M4.3 11 20.5 4l-4.8 16-3.9-7.1Z M11.8 12.9l8.5-8.7",
    "sign-out": "M13 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H13 M10 12h10"
    " M16.5 8.5l3.5 3.5-3.5 3.5",
}


def icon(name: str, label: str = "", size: int = 20) -> str:
    """The SVG as HTML. With a `label` it is an image of that name, else hidden from readers."""
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="icon icon-{name}" viewBox="0 0 24 24" width="{size}" height="{size}" '
        f'fill="none" stroke="currentColor" stroke-width="{1.75 * 24 / size:.3g}" '
        f'stroke-linecap="round" stroke-linejoin="round" {meaning}>'
        f'<path d="{_SHAPES[name]}"/></svg>'
    )
