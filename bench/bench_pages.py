"""A page of a 10,000-message conversation beside one of 50, and server memory per open page.

Page ready: from the request until the newest message is painted and the page is connected.
Memory: 100 pages are requested and keep their socket open, as a browser tab does on the server.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import socketio
from playwright.sync_api import Page, sync_playwright

from bench.tables import report
from inbox.models import (
    Attachment,
    Contact,
    Conversation,
    DeliveryStatus,
    Description,
    Direction,
    Kind,
    Message,
)
from store.tinydb_store import TinyStore
from tests import browser as browsers
from tests.e2e.pages import Login, ready
from tests.e2e.server import Earshot

LENGTHS = (50, 10_000)
OTHERS = 40  # conversations beside them, so that the list is as long as it gets
PAGES = 100
RUNS = 9
NOTE = Attachment(
    media_id=str(uuid4()),
    content_type="audio/webm",
    size=40_000,
    sha256="0" * 64,
    description=Description(
        container="webm",
        codec="opus",
        channels=1,
        sample_rate=48_000,
        duration_ms=10_000,
        peaks=tuple(10 + number % 80 for number in range(64)),
        loudness=-20.0,
    ),
)
VISIBLE = """async () => {
  while (document.querySelectorAll("[data-testid=message]").length < 50
         || !window.did_handshake) {
    if (performance.now() > 60_000) throw new Error("the page does not come up");
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now();
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        ids = asyncio.run(fill(data / "store"))
        server = Earshot(data, {})
        server.start()
        try:
            times = measure_pages(server, ids)
            memory = asyncio.run(measure_memory(server, ids[LENGTHS[1]]))
        finally:
            server.stop()
    ratio = times[LENGTHS[1]] / times[LENGTHS[0]]
    report(
        "pages",
        f"Page ready, medians of {RUNS}",
        ["messages", "ms"],
        [*([f"{length:,}", ms] for length, ms in times.items()), ["ratio", f"{ratio:.2f}"]],
    )
    report(
        "pages",
        f"Server memory with {PAGES} open agent pages",
        ["before, MB", "with all open, MB", "per page, MB"],
        [[*memory, f"{(memory[1] - memory[0]) / PAGES:.2f}"]],
    )


async def fill(folder: Path) -> dict[int, str]:
    """A conversation of each length, straight into the store. Returns length → id."""
    store = await TinyStore.open(folder)
    now = datetime.now(UTC)
    ids = {}
    for length in (*[1] * OTHERS, *LENGTHS):
        ids[length] = await add_conversation(store, length, now)
    await store.close()
    return {length: ids[length] for length in LENGTHS}


async def add_conversation(store: TinyStore, length: int, now: datetime) -> str:
    """With so many messages, a second apart, the newest one now. Returns its id."""
    contact = Contact(
        id=str(uuid4()),
        name=f"Length {length}",
        channel="webchat",
        address=uuid4().hex,
        created_at=now,
    )
    new = Conversation(id=str(uuid4()), contact=contact, created_at=now, active_at=now)
    conversation = await store.add_conversation(new)
    for number in range(length):
        at = now - timedelta(seconds=length - number)
        await store.add_message(message(conversation.id, number, at), now=at)
    return conversation.id


def message(conversation_id: str, number: int, at: datetime) -> Message:
    """Every third one is from the agent and read, every fifth one is a voice note."""
    out, voice = number % 3 == 1, number % 5 == 1
    return Message(
        id=str(uuid4()),
        conversation_id=conversation_id,
        direction=Direction.OUT if out else Direction.IN,
        kind=Kind.VOICE if voice else Kind.TEXT,
        at=at,
        text="" if voice else f"Message {number}, about as long as what people write in a chat.",
        attachment=NOTE if voice else None,
        status=DeliveryStatus.READ if out else None,
    )


def measure_pages(server: Earshot, ids: dict[int, str]) -> dict[int, float]:
    """Median ms until ready, length by length, taken in turns with a warm cache."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browsers.launch_arguments())  # type: ignore[arg-type]
        page = browser.new_page()
        Login(page).sign_in(server.url, server.name, server.password)
        ready(page)
        runs = [
            {length: open_page(page, f"{server.url}/conversations/{ids[length]}") for length in ids}
            for _ in range(RUNS + 1)
        ]
        browser.close()
    return {length: statistics.median(run[length] for run in runs[1:]) for length in ids}


def open_page(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    return float(page.evaluate(VISIBLE))


async def measure_memory(server: Earshot, conversation_id: str) -> tuple[float, float]:
    """MB of the server's process before and with all pages open, on the long conversation."""
    path = f"/conversations/{conversation_id}"
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        who = {"name": server.name, "password": server.password}
        await client.post("/auth/login", data=who)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        warm = [await open_socket(client, server, path, cookies) for _ in range(5)]
        before = resident_mb(server)
        tabs = [await open_socket(client, server, path, cookies) for _ in range(PAGES)]
        await asyncio.sleep(3)
        after = resident_mb(server)
        assert all(tab.connected for tab in tabs), "a page lost its socket"
        for tab in [*warm, *tabs]:
            await tab.disconnect()
    return before, after


async def open_socket(
    client: httpx.AsyncClient, server: Earshot, path: str, cookies: str
) -> socketio.AsyncClient:
    """Requests the page and connects its socket as the page's script would."""
    html = (await client.get(path)).text
    found = re.search(r"query: (\{.*?\}),\n", html)
    assert found, "not a page"
    query = dict(re.findall(r"""["'](\w+)["']: ["']?([\w-]+)["']?""", found[1]))
    query |= {"document_id": str(uuid4()), "tab_id": str(uuid4())}
    told = "&".join(f"{name}={value}" for name, value in query.items())
    tab = socketio.AsyncClient(reconnection=False)
    await tab.connect(
        f"{server.url}?{told}",
        socketio_path="/_nicegui_ws/socket.io",
        transports=["websocket"],
        headers={"Cookie": cookies},
    )
    return tab


def resident_mb(server: Earshot) -> float:
    """What the operating system counts as the process's memory (Linux)."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main()
