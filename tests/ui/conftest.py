"""Our own HTTP routes behind the real gate, without NiceGUI and without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.house import CLIPS, TestHouse, open_house
from ui.app import guarded, routes
from ui.gate import CONTACT_COOKIE, SESSION_COOKIE

Visitor = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[TestHouse]:
    async with open_house(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def api(house: TestHouse) -> FastAPI:
    return guarded(routes(house.house), house.house)


@pytest.fixture
def visitor(api: FastAPI) -> Visitor:
    """`visitor(session=…, contact=…)`: a browser with these cookies."""

    def open_visitor(*, session: str = "", contact: str = "") -> httpx.AsyncClient:
        cookies = {SESSION_COOKIE: session, CONTACT_COOKIE: contact}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(api, client=("127.0.0.1", 50_000)),
            base_url="http://localhost:8080",
            cookies={name: value for name, value in cookies.items() if value},
        )

    return open_visitor


@pytest.fixture
async def ana(house: TestHouse, visitor: Visitor) -> httpx.AsyncClient:
    """The owner's browser, signed in."""
    return visitor(session=await house.house.team.begin_session(await house.owner()))


@pytest.fixture
def take() -> bytes:
    """Three tones, recorded by Chromium."""
    return (CLIPS / "chromium-tones.webm").read_bytes()
