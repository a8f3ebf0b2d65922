"""The security headers of every answer, in one place; pure ASGI."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PageHeaders:
    """`chat_origins`: whose pages may show the contact's page in an iframe; nobody else's page
    may show anything."""

    def __init__(self, app: ASGIApp, chat_origins: tuple[str, ...]) -> None:
        self._app = app
        self._chat_ancestors = " ".join(("'self'", *chat_origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_chat = scope["path"] == "/chat" or scope["path"].startswith("/chat/")
        ancestors = self._chat_ancestors if is_chat else "'none'"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", f"frame-ancestors {ancestors}")
                headers.setdefault("Permissions-Policy", "microphone=(self)")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, with_headers)
