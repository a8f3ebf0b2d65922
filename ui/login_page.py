"""Sign-in, the owner's first form, and the contact's way in: plain HTML forms and cookies.

Plain, because password managers know what to do, strangers cost no memory, and a cookie can only
be set by an HTTP answer.
"""

from __future__ import annotations

import asyncio
import secrets
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from nicegui import Client, core

from inbox.errors import Refused
from inbox.team import SESSION_LENGTH
from ui.contact_page import entry_form
from ui.gate import CHAT_ENTRY, CONTACT_COOKIE, SESSION_COOKIE
from ui.house import House
from ui.layout import plain_page
from ui.words import SIGN_IN

_YEAR = 365 * 24 * 3600


def login_router(house: House) -> APIRouter:  # noqa: C901 - a list of routes
    """`/login`, `/auth/…`, and how a contact enters `/chat`."""
    router = APIRouter()

    @router.get("/login")
    async def login(request: Request, token: str = "") -> Response:
        if request.state.agent is not None:
            return _go(request, "/")
        if not await house.team.needs_owner():
            return HTMLResponse(_sign_in_page(request, ""))
        if not _may_set_up(house, token):
            return HTMLResponse(_locked_page(), 403)
        return HTMLResponse(_owner_page(request, token, ""))

    @router.post("/auth/owner")
    async def create_owner(
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        if not await house.team.needs_owner():
            return _go(request, "/login")
        if not _may_set_up(house, token):
            return HTMLResponse(_locked_page(), 403)
        try:
            owner = await house.team.create_owner(name, password)
        except Refused as refusal:
            return HTMLResponse(_owner_page(request, token, str(refusal)), 400)
        return _signed_in(request, await house.team.begin_session(owner))

    @router.post("/auth/login")
    async def sign_in(
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            session = await house.team.sign_in(name, password)
        except Refused as refusal:
            return HTMLResponse(_sign_in_page(request, str(refusal)), 403)
        return _signed_in(request, session)

    @router.post("/auth/logout")
    async def sign_out(request: Request) -> Response:
        token = request.cookies[SESSION_COOKIE]
        await house.team.sign_out(token)
        await _close_pages(token)
        answer = _go(request, "/login")
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    @router.get("/auth/whoami")
    async def whoami() -> Response:
        """204 while signed in, else the gate's 401: asked by a page whose socket dropped."""
        return Response(status_code=204)

    @router.get(CHAT_ENTRY)
    async def enter(request: Request, invite: str = "") -> Response:
        if invite and await house.contacts.chat_of(invite) is not None:
            return _with_contact(request, invite)
        return HTMLResponse(entry_form(house, ""))

    @router.post("/chat/start")
    async def start(request: Request, name: Annotated[str, Form()] = "") -> Response:
        if request.state.conversation is not None:  # the button was pressed twice
            return _go(request, "/chat")
        try:
            _, token = await house.contacts.begin_chat(name)
        except Refused as refusal:
            return HTMLResponse(entry_form(house, str(refusal)), 400)
        return _with_contact(request, token)

    return router


async def _close_pages(token: str) -> None:
    """Open pages of an ended session leave at once: what they show is no longer theirs to see."""
    for client in list(Client.instances.values()):
        request = client.request
        if request.cookies.get(SESSION_COOKIE) == token:
            code = 'location.replace(window.path_prefix + "/login")'
            await core.sio.emit("run_javascript", {"code": code}, room=client.id)
            await asyncio.sleep(0)
            client.delete()


def _may_set_up(house: House, token: str) -> bool:
    expected = house.setup_token
    return expected is None or secrets.compare_digest(expected.encode(), token.encode())


def _go(request: Request, path: str) -> Response:
    return RedirectResponse(request.scope.get("root_path", "") + path, 303)


def _signed_in(request: Request, session: str) -> Response:
    answer = _go(request, "/")
    answer.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def _with_contact(request: Request, token: str) -> Response:
    """Under TLS the cookie also works inside an iframe of another site, for that site alone."""
    answer = _go(request, "/chat")
    secure = request.url.scheme == "https"
    answer.set_cookie(
        CONTACT_COOKIE,
        token,
        max_age=_YEAR,
        httponly=True,
        samesite="none" if secure else "lax",
        secure=secure,
    )
    if secure:
        answer.headers["set-cookie"] += "; Partitioned"
    return answer


def _sign_in_page(request: Request, trouble: str) -> str:
    return _form_page(
        title=SIGN_IN.TITLE,
        lead=SIGN_IN.LEAD,
        action="/auth/login",
        button=SIGN_IN.TITLE,
        autocomplete="current-password",
        trouble=trouble,
        hint=_insecure_hint(request),
    )


def _owner_page(request: Request, token: str, trouble: str) -> str:
    return _form_page(
        title=SIGN_IN.WELCOME,
        lead=SIGN_IN.WELCOME_LEAD,
        action="/auth/owner",
        button=SIGN_IN.CREATE,
        autocomplete="new-password",
        trouble=trouble,
        hint=_insecure_hint(request),
        hidden=f'<input type="hidden" name="token" value="{escape(token)}">',
    )


def _locked_page() -> str:
    body = f"<h1>{escape(SIGN_IN.LOCKED)}</h1><p>{escape(SIGN_IN.LOCKED_LEAD)}</p>"
    return plain_page(SIGN_IN.LOCKED, body)


def _insecure_hint(request: Request) -> str:
    """Browsers give the microphone only to HTTPS or to this very machine."""
    host = request.url.hostname or ""
    if request.url.scheme == "https" or host in ("localhost", "127.0.0.1", "::1"):
        return ""
    return SIGN_IN.INSECURE


def _form_page(
    *,
    title: str,
    lead: str,
    action: str,
    button: str,
    autocomplete: str,
    trouble: str,
    hint: str,
    hidden: str = "",
) -> str:
    trouble_line = f'<p class="form-trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    hint_line = f'<p class="form-hint">{escape(hint)}</p>' if hint else ""
    body = f"""
<h1>{escape(title)}</h1>
<p>{escape(lead)}</p>
{trouble_line}
<form method="post" action="{action}">
  {hidden}
  <label>{escape(SIGN_IN.NAME)}
    <input name="name" required maxlength="80" autocomplete="username" autofocus
      data-testid="login-name"></label>
  <label>{escape(SIGN_IN.PASSWORD)}
    <input name="password" type="password" required maxlength="1024"
      autocomplete="{autocomplete}" data-testid="login-password"></label>
  <button class="button" data-testid="login-submit">{escape(button)}</button>
</form>
{hint_line}"""
    return plain_page(title, body)
