"""Light elements for pages that stay open all day: each costs about 4.4 KB per open page on the
server, so what needs no handler of its own is one `fragment` of HTML.

Whoever builds HTML here escapes every word that people wrote: `escape`, or `linked` for texts.
"""

from __future__ import annotations

import re
from html import escape
from typing import TypeVar

from nicegui import ui

E = TypeVar("E", bound=ui.element)
Attribute = str | bool | None
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]", re.IGNORECASE)


def node(tag: str, classes: str = "", **attributes: Attribute) -> ui.element:
    """A plain element with children or handlers. `data_testid="x"` becomes `data-testid`."""
    return _dressed(ui.element(tag), classes, attributes)


def fragment(html: str, tag: str = "div", classes: str = "", **attributes: Attribute) -> ui.html:
    """One element with ready HTML inside; what people wrote is escaped in it already."""
    return _dressed(ui.html(html, sanitize=False, tag=tag), classes, attributes)


def set_attributes(element: ui.element, **attributes: Attribute) -> None:
    """Changes attributes in the browser; None removes one."""
    changes = {_spelled(name): value for name, value in attributes.items()}
    if all(element._props.get(name) == value for name, value in changes.items()):
        return
    element._props.update(changes)
    element.update()


def linked(text: str) -> str:
    """A text as HTML: escaped, with its http and https addresses as links."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        parts.append(escape(text[end : found.start()]))
        parts.append(
            f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'
        )
        end = found.end()
    parts.append(escape(text[end:]))
    return "".join(parts)


def _dressed(element: E, classes: str, attributes: dict[str, Attribute]) -> E:
    if classes:
        element.classes(classes)
    element._props.update({_spelled(name): value for name, value in attributes.items()})
    return element


def _spelled(name: str) -> str:
    """`data_testid` → `data-testid`, `for_` → `for`."""
    return name.rstrip("_").replace("_", "-")
