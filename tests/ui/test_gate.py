"""Who gets in: nobody without signing in, no page from elsewhere, no socket without a cookie."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.house import PASSWORD, TestHouse, open_house
from tests.ui.conftest import Visitor
from ui.app import guarded, routes
from ui.gate import CONTACT_COOKIE, SESSION_COOKIE

HTML = {"Accept": "text/html"}


async def test_everything_needs_signing_in(house: TestHouse, visitor: Visitor) -> None:
    await house.owner()
    for path in ("/", "/conversations/1", "/media/1", "/uploads?conversation=1", "/auth/whoami"):
        assert (await visitor().get(path)).status_code == 401
        to_login = await visitor().get(path, headers=HTML)
        assert (to_login.status_code, to_login.headers["location"]) == (303, "/login")
    for path in ("/_nicegui/client/x", "/_nicegui_ws/socket.io/?transport=polling"):
        assert (await visitor().get(path)).status_code == 401


async def test_open_to_all_are_health_and_sign_in(house: TestHouse, visitor: Visitor) -> None:
    await house.owner()
    for path in ("/healthz", "/readyz", "/login", "/chat", "/static/theme.css"):
        assert (await visitor().get(path)).status_code == 200


async def test_the_first_visit_creates_the_owner(house: TestHouse, visitor: Visitor) -> None:
    client = visitor()
    form = await client.get("/login")
    assert 'action="/auth/owner"' in form.text
    short = await client.post("/auth/owner", data={"name": "Ana", "password": "short"})
    assert short.status_code == 400
    assert "at least 8 characters" in short.text
    created = await client.post("/auth/owner", data={"name": "Ana", "password": PASSWORD})
    assert (created.status_code, created.headers["location"]) == (303, "/")
    cookie = created.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert (await client.get("/auth/whoami")).status_code == 204
    second = await visitor().post("/auth/owner", data={"name": "Eve", "password": PASSWORD})
    assert second.headers["location"] == "/login"
    assert 'action="/auth/login"' in (await visitor().get("/login")).text


async def test_signing_in_and_out(house: TestHouse, visitor: Visitor) -> None:
    await house.owner()
    client = visitor()
    wrong = await client.post("/auth/login", data={"name": "Ana", "password": "wrong one"})
    assert wrong.status_code == 403
    assert "belong together" in wrong.text
    await client.post("/auth/login", data={"name": "Ana", "password": PASSWORD})
    assert (await client.get("/auth/whoami")).status_code == 204
    session = client.cookies[SESSION_COOKIE]
    await client.post("/auth/logout")
    assert (await visitor(session=session).get("/auth/whoami")).status_code == 401


async def test_cookies_are_secure_under_tls(house: TestHouse, api: FastAPI) -> None:
    await house.owner()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="https://inbox.example.com"
    ) as client:
        answer = await client.post("/auth/login", data={"name": "Ana", "password": PASSWORD})
        assert "Secure" in answer.headers["set-cookie"]
        contact = await client.post("/chat/start", data={"name": "Priya"})
        cookie = contact.headers["set-cookie"]
        assert all(part in cookie for part in ("Secure", "SameSite=none", "Partitioned"))


async def test_bound_elsewhere_the_owner_needs_the_printed_link(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data", setup_token="printed") as house:
        transport = httpx.ASGITransport(guarded(routes(house.house), house.house))
        async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.5") as client:
            assert (await client.get("/login")).status_code == 403
            form = {"name": "Eve", "password": PASSWORD}
            assert (await client.post("/auth/owner", data=form)).status_code == 403
            page = await client.get("/login?token=printed")
            assert 'value="printed"' in page.text
            assert "not secure (HTTPS)" in page.text
            created = await client.post("/auth/owner", data={**form, "token": "printed"})
            assert created.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_can_change_nothing(
    ana: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await ana.post("/auth/logout", headers=headers)).status_code == 403
    assert (await ana.get("/auth/whoami")).status_code == 204
    ours = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
    assert (await ana.post("/auth/logout", headers=ours)).status_code == 303


async def test_a_contact_comes_in_by_name_or_by_invitation(
    house: TestHouse, visitor: Visitor
) -> None:
    client = visitor()
    assert 'data-testid="contact-name"' in (await client.get("/chat")).text
    nameless = await client.post("/chat/start", data={"name": "  "})
    assert nameless.status_code == 400
    entered = await client.post("/chat/start", data={"name": "Priya"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/chat")
    assert (await client.post("/chat/start", data={"name": "Priya"})).status_code == 303
    assert len(await house.inbox.conversations()) == 1

    mei, invitation = await house.house.contacts.add("Mei")
    guest = visitor()
    assert (await guest.get(invitation)).status_code == 303
    theirs = await house.house.contacts.chat_of(guest.cookies[CONTACT_COOKIE])
    assert theirs is not None
    assert theirs.id == mei.id
    assert 'data-testid="contact-name"' in (await visitor().get("/chat?invite=wrong")).text


async def test_a_contact_is_not_an_agent(house: TestHouse, visitor: Visitor) -> None:
    await house.owner()
    contact = visitor(contact=(await house.house.contacts.begin_chat("Priya"))[1])
    for path in ("/", "/auth/whoami", "/media/1", "/uploads?conversation=1"):
        assert (await contact.get(path)).status_code == 401


async def test_pages_may_only_be_framed_where_the_settings_say(
    house: TestHouse, visitor: Visitor
) -> None:
    await house.owner()
    chat = (await visitor().get("/chat")).headers
    assert chat["content-security-policy"] == "frame-ancestors 'self' https://www.example.com"
    login = (await visitor().get("/login")).headers
    assert login["content-security-policy"] == "frame-ancestors 'none'"
    assert login["permissions-policy"] == "microphone=(self)"
    assert login["x-content-type-options"] == "nosniff"


async def test_the_socket_needs_a_cookie_and_our_own_page(
    house: TestHouse, api: FastAPI, ana: httpx.AsyncClient
) -> None:
    session = f"{SESSION_COOKIE}={ana.cookies[SESSION_COOKIE]}"
    assert await knock(api, {}) == 4401
    assert await knock(api, {"cookie": session, "origin": "https://evil.example.com"}) == 4401
    assert await knock(api, {"cookie": session, "origin": "http://localhost:8080"}) != 4401


async def knock(api: FastAPI, headers: dict[str, str]) -> int:
    """Opens a websocket; the code with which it was closed."""
    answers: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        answers.append(message)

    given = {"host": "localhost:8080", **headers}
    scope = {
        "type": "websocket",
        "path": "/_nicegui_ws/socket.io/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "app": api,
    }
    await api(scope, receive, send)
    code = answers[-1]["code"]
    assert isinstance(code, int)
    return code
