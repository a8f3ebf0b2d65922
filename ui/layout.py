"""What every page stands in: the head, the frame, one polite voice for screen readers, and the
ways between Python and the browser that all parts of a page share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request

from ui.locale import ZONE_COOKIE, Reader, reader
from ui.markup import fragment, node
from ui.words import APP, LANGUAGE

_FOLDER = Path(__file__).parent
_SCRIPT = f"<script>{(_FOLDER / 'page.js').read_text(encoding='utf-8')}</script>"
_VIEWPORT = "width=device-width, initial-scale=1, interactive-widget=resizes-content"


class Shell:
    """A page that stays open: its reader, its frame, its script. Built inside a page function.

    `prefix` stands before every path that is written into HTML; `origin` is where the browser
    found us, known once it has said hello.
    """

    def __init__(self, request: Request, kind: str) -> None:
        """`kind`: `inbox` or `chat`, the value of `data-page` on the frame."""
        self.client = ui.context.client
        self.prefix = prefix_of(request)
        self.reader = reader_of(request)
        self.visible = False
        self.origin = ""
        self._told = 0
        self._on_hello: Callable[[bool], None] = lambda _: None
        ui.add_head_html(_SCRIPT)
        self.client.on_connect(lambda: self.script("earshot.start"))
        ui.on("earshot_hello", self._hello)
        self.frame = node("div", f"frame frame-{kind}", data_page=kind)
        with self.frame:
            self._voice = fragment("", "div", "visually-hidden", role="status", aria_live="polite")
            self._notice = fragment("", "div", "notice", role="alert")

    def on_hello(self, handler: Callable[[bool], None]) -> None:
        """Each time the page has connected. The handler is told whether the zone is news."""
        self._on_hello = handler

    def script(self, function: str, *values: object) -> None:
        """Calls a function of `page.js`; the values travel as JSON."""
        if not self.client.is_deleted:
            self.client.run_javascript(f"{function}({','.join(map(json.dumps, values))})")

    def say(self, text: str) -> None:
        """For those who cannot see that something has arrived."""
        self._voice.content = escape(text)

    def tell(self, sentence: str) -> None:
        """A sentence over the page that goes away by itself."""
        self._told += 1  # so that the same sentence shows itself again
        self._notice.content = f'<p data-number="{self._told}">{escape(sentence)}</p>'

    def _hello(self, event: GenericEventArguments) -> None:
        self.visible = bool(event.args["visible"])
        self.origin = str(event.args["origin"])
        moved = self.reader.in_zone(str(event.args["zone"]))
        news = moved != self.reader
        self.reader = moved
        self._on_hello(news)


def prefix_of(request: Request) -> str:
    """The path under which a proxy shows this installation; usually nothing."""
    forwarded = quote(request.headers.get("x-forwarded-prefix", ""), safe="/")
    return forwarded + str(request.scope.get("root_path", ""))


def reader_of(request: Request) -> Reader:
    """Whoever asks for this page."""
    language = request.headers.get("accept-language", "")
    return reader(language, request.cookies.get(ZONE_COOKIE, ""))


def theme_link(prefix: str = "") -> str:
    """The link to the theme; its address changes with its content."""
    version = hashlib.sha256((_FOLDER / "theme.css").read_bytes()).hexdigest()[:12]
    return f'<link rel="stylesheet" href="{prefix}/static/theme.css?v={version}">'


def plain_page(title: str, body: str, *, prefix: str = "", head: str = "") -> str:
    """A whole document without NiceGUI, for forms; `body` and `head` are HTML."""
    return f"""<!doctype html>
<html lang="{LANGUAGE}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="{_VIEWPORT}">
<title>{escape(title)} · {escape(APP.NAME)}</title>
{theme_link(prefix)}
<script>{_FOLLOW_SYSTEM}</script>
{head}
</head>
<body class="plain"><main class="card">
{body}
</main></body>
</html>"""


_FOLLOW_SYSTEM = (
    "document.documentElement.classList.toggle('body--dark',"
    "matchMedia('(prefers-color-scheme: dark)').matches)"
)
