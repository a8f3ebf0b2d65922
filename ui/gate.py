"""The gate: outermost, pure ASGI, over HTTP and the socket. It finds out who is asking, turns
away who may not, and refuses to change anything for a page from somewhere else."""

from __future__ import annotations

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inbox.contacts import Contacts
from inbox.models import Agent, Conversation
from inbox.team import Team

SESSION_COOKIE = "earshot_session"
CONTACT_COOKIE = "earshot_contact"
CHAT = "/chat"
CHAT_ENTRY = "/chat/enter"

_PUBLIC = {"/login", "/auth/login", "/auth/owner", "/healthz", "/readyz", "/favicon.ico"}
_PUBLIC_CHAT = {CHAT_ENTRY, "/chat/start"}
_READING = {"GET", "HEAD", "OPTIONS"}


class Gate:
    """Sets `request.state.agent` and `request.state.conversation`; either may be None."""

    def __init__(self, app: ASGIApp, team: Team, contacts: Contacts) -> None:
        self._app = app
        self._team = team
        self._contacts = contacts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        agent = await self._agent(cookies)
        conversation = await self._conversation(cookies)
        scope.setdefault("state", {}).update(agent=agent, conversation=conversation)
        known = agent is not None or conversation is not None
        if scope["type"] == "websocket":
            if known and _is_ours(headers):
                still = self._while_signed_in(cookies, receive, was_agent=agent is not None)
                await self._app(scope, still, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 4401})
            return
        answer = self._answer(scope, headers, agent, conversation)
        await answer(scope, receive, send)

    def _answer(
        self,
        scope: Scope,
        headers: Headers,
        agent: Agent | None,
        conversation: Conversation | None,
    ) -> ASGIApp:
        path = scope["path"]
        reading = scope["method"] in _READING
        if not reading and not _is_ours(headers):
            return JSONResponse(
                {"error": "This request came from another site.", "code": "NotAllowed"}, 403
            )
        if path in _PUBLIC or path in _PUBLIC_CHAT or path.startswith("/static/"):
            return self._app
        if path == CHAT and (
            conversation is None or "invite" in QueryParams(scope["query_string"])
        ):
            scope["path"] = CHAT_ENTRY
            return self._app
        if path == CHAT or path.startswith(CHAT + "/"):
            allowed = conversation is not None
        elif path.startswith("/_nicegui"):
            allowed = agent is not None or conversation is not None
        else:
            allowed = agent is not None
        if allowed:
            return self._app
        if reading and "text/html" in headers.get("accept", ""):
            return RedirectResponse(scope.get("root_path", "") + "/login", 303)
        return JSONResponse({"error": "Please sign in first.", "code": "NotSignedIn"}, 401)

    async def _agent(self, cookies: dict[str, str]) -> Agent | None:
        token = cookies.get(SESSION_COOKIE)
        return await self._team.agent_for(token) if token else None

    async def _conversation(self, cookies: dict[str, str]) -> Conversation | None:
        token = cookies.get(CONTACT_COOKIE)
        return await self._contacts.chat_of(token) if token else None

    def _while_signed_in(
        self, cookies: dict[str, str], receive: Receive, *, was_agent: bool
    ) -> Receive:
        """A page stays open longer than a session may last: every event is checked again."""

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                find = self._agent if was_agent else self._conversation
                if await find(cookies) is None:
                    return {"type": "websocket.disconnect", "code": 4401}
            return message

        return checked


def _is_ours(headers: Headers) -> bool:
    """Whether a browser says that our own page is asking; other programs say nothing."""
    origin = headers.get("origin")
    same_host = origin is None or origin.partition("://")[2] == headers.get("host")
    return same_host and headers.get("sec-fetch-site", "none") in ("same-origin", "none")
